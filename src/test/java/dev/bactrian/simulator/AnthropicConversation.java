package dev.bactrian.simulator;

import static dev.bactrian.simulator.AnthropicRules.members;
import static dev.bactrian.simulator.AnthropicRules.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What Anthropic refuses in system and messages. */
final class AnthropicConversation {
  private static final Set<String> PICTURES =
      Set.of("image/jpeg", "image/png", "image/gif", "image/webp");
  private static final Set<String> SOURCES = Set.of("base64", "url", "file", "text");

  private final JsonNode request;
  private final AnthropicModel model;
  private int cacheMarks;

  AnthropicConversation(JsonNode request, AnthropicModel model) {
    this.request = request;
    this.model = model;
  }

  /** The signature of a thought. */
  static String signature(String thinking) {
    return "EqQB" + Integer.toHexString(thinking.hashCode()) + "==";
  }

  void check() {
    JsonNode system = request.path("system");
    require(!system.isTextual() || !system.asText().isBlank(), "system: must not be empty");
    for (JsonNode block : system) {
      require(block.path("type").asText().equals("text"), "system.0.type: should be 'text'");
      block(block, "system.0.", "system");
    }
    JsonNode messages = request.path("messages");
    require(!messages.isEmpty(), "messages: at least one message is required");
    require(
        messages.at("/0/role").asText().equals("user"),
        "messages: first message must use the \"user\" role");
    List<JsonNode> turns = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      turns.add(turn(messages.get(i), "messages." + i + "."));
    }
    for (int i = 0; i < turns.size(); i++) {
      adjacency(turns, i);
    }
    request.path("tools").forEach(this::cacheControl);
    require(cacheMarks <= 4, "A maximum of 4 blocks with cache_control may be provided.");
    last(turns);
    thoughts(turns);
  }

  /** Checks a message, and gives its blocks. */
  private JsonNode turn(JsonNode message, String place) {
    members(message, place, Set.of("role", "content"));
    String role = message.path("role").asText();
    require(
        role.equals("user") || role.equals("assistant"),
        "messages: Unexpected role \""
            + role
            + "\". The Messages API accepts a top-level `system`"
            + " parameter, not \"system\" as an input message role.");
    ObjectNode turn = Json.MAPPER.createObjectNode().put("role", role);
    JsonNode content = message.path("content");
    if (content.isTextual()) {
      require(!content.asText().isBlank(), place + "content: must be non-empty");
      turn.putArray("content").addObject().put("type", "text").put("text", content.asText());
      return turn;
    }
    require(content.isArray() && !content.isEmpty(), place + "content: must be non-empty");
    for (int i = 0; i < content.size(); i++) {
      block(content.get(i), place + "content." + i + ".", role);
    }
    turn.set("content", content);
    return turn;
  }

  private void block(JsonNode block, String place, String role) {
    cacheControl(block);
    String type = block.path("type").asText();
    switch (type) {
      case "text" -> {
        members(block, place + "text.", Set.of("type", "text", "cache_control", "citations"));
        require(
            !block.path("text").asText().isBlank(),
            "messages: text content blocks must be non-empty");
      }
      case "image", "document" -> {
        require(role.equals("user"), place + "an " + type + " must come from the user");
        source(block.path("source"), place, type);
      }
      case "tool_use" -> {
        require(role.equals("assistant"), place + "`tool_use` blocks can only be in `assistant`");
        members(block, place + "tool_use.", Set.of("type", "id", "name", "input", "cache_control"));
        require(
            block.path("id").asText().matches("[a-zA-Z0-9_-]+"),
            place + "tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'");
        require(block.path("input").isObject(), place + "tool_use.input: should be an object");
      }
      case "tool_result" -> {
        require(role.equals("user"), place + "`tool_result` blocks can only be in `user`");
        Set<String> known = Set.of("type", "tool_use_id", "content", "is_error", "cache_control");
        members(block, place + "tool_result.", known);
        for (JsonNode inner : block.path("content")) {
          block(inner, place + "content.", role);
        }
      }
      case "thinking" -> {
        require(role.equals("assistant"), place + "thinking must be the assistant's");
        require(
            block.path("signature").asText().equals(signature(block.path("thinking").asText())),
            place + "thinking: Invalid `signature` in `thinking` block");
      }
      case "redacted_thinking" ->
          require(
              block.path("data").asText().startsWith("EmwK"), place + "data: cannot be decrypted");
      default ->
          throw new AnthropicRules.Refused(place + "type: Input tag '" + type + "' is unknown");
    }
  }

  private static void source(JsonNode source, String place, String type) {
    String kind = source.path("type").asText();
    require(SOURCES.contains(kind), place + "source.type: unknown");
    if (kind.equals("base64")) {
      members(source, place + "source.", Set.of("type", "media_type", "data"));
      String media = source.path("media_type").asText();
      require(
          type.equals("image") ? PICTURES.contains(media) : media.equals("application/pdf"),
          place + "source.base64.media_type: Input should be one of " + PICTURES);
      require(
          source.path("data").asText().matches("[A-Za-z0-9+/]+={0,2}"),
          place + "source.base64.data: invalid base64");
    }
    if (kind.equals("url")) {
      members(source, place + "source.", Set.of("type", "url"));
      require(source.path("url").asText().startsWith("https://"), "Only HTTPS URLs are supported.");
    }
  }

  private void cacheControl(JsonNode block) {
    JsonNode mark = block.path("cache_control");
    if (!mark.isMissingNode()) {
      cacheMarks++;
      require(mark.path("type").asText().equals("ephemeral"), "cache_control.type: unknown");
      members(mark, "cache_control.", Set.of("type", "ttl"));
    }
  }

  private static void adjacency(List<JsonNode> turns, int i) {
    Set<String> calls = ids(i == 0 ? Json.MAPPER.createObjectNode() : turns.get(i - 1), "id");
    Set<String> results = ids(turns.get(i), "tool_use_id");
    for (String result : results) {
      require(
          calls.contains(result),
          "messages."
              + i
              + ".content.0: unexpected `tool_use_id` found in `tool_result` blocks: "
              + result);
    }
    require(
        results.containsAll(calls),
        "messages."
            + (i - 1)
            + ": `tool_use` ids were found without `tool_result` blocks"
            + " immediately after: "
            + calls);
    if (i == turns.size() - 1) {
      require(ids(turns.get(i), "id").isEmpty(), "messages." + i + ": `tool_use` without result");
    }
    boolean other = false;
    for (JsonNode block : turns.get(i).path("content")) {
      boolean result = block.path("type").asText().equals("tool_result");
      require(!result || !other, "messages." + i + ": `tool_result` blocks have to come first");
      other |= !result;
    }
  }

  private static Set<String> ids(JsonNode turn, String member) {
    Set<String> ids = new HashSet<>();
    for (JsonNode block : turn.path("content")) {
      if (block.has(member)) {
        ids.add(block.path(member).asText());
      }
    }
    return ids;
  }

  private void last(List<JsonNode> turns) {
    JsonNode last = turns.get(turns.size() - 1);
    if (last.path("role").asText().equals("assistant")) {
      require(!model.isFree(), "This model does not support assistant message prefill.");
      require(!thinks(), "prefill is not supported with thinking");
      JsonNode content = last.path("content");
      String text = content.path(content.size() - 1).path("text").asText();
      require(
          text.equals(text.stripTrailing()),
          "messages: final assistant content cannot end with trailing whitespace");
    }
  }

  private boolean thinks() {
    String type = request.at("/thinking/type").asText("none");
    return Set.of("enabled", "adaptive").contains(type)
        || (type.equals("none") && model.thinksUnasked() && !model.alwaysThinks());
  }

  /** A chain of tool calls goes on with the thoughts that it began with. */
  private void thoughts(List<JsonNode> turns) {
    if (!thinks()) {
      return;
    }
    for (int i = turns.size() - 1; i > 0; i -= 2) {
      if (ids(turns.get(i), "tool_use_id").isEmpty()) {
        return;
      }
      JsonNode first = turns.get(i - 1).at("/content/0/type");
      require(
          first.asText().endsWith("thinking"),
          "messages."
              + (i - 1)
              + ".content.0.type: Expected `thinking` or `redacted_thinking`, but"
              + " found `"
              + first.asText()
              + "`.");
    }
  }
}

package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A conversation as Anthropic wants it: the system's words apart, user and assistant in turns, the
 * results of tools at the beginning of the user's turn, thoughts at the beginning of the model's.
 */
final class AnthropicMessages {
  private static final Set<String> READ =
      Set.of(
          "role",
          "content",
          "tool_calls",
          "tool_call_id",
          "thinking_blocks",
          "reasoning_content",
          "refusal",
          "cache_control",
          "is_error");

  private final List<ObjectNode> system = new ArrayList<>();
  private final List<ObjectNode> turns = new ArrayList<>();
  private final Set<String> changes;
  private final AnthropicParts parts;
  private boolean toolsWithoutThoughts;

  /** Reads OpenAI's messages. */
  AnthropicMessages(JsonNode messages, Set<String> changes) {
    this.changes = changes;
    this.parts = new AnthropicParts(changes);
    messages.forEach(this::message);
  }

  private void message(JsonNode message) {
    MessageMembers.tell(message, "messages", READ, changes::add);
    ArrayNode blocks = parts.blocks(message.path("content"));
    switch (message.path("role").asText()) {
      case "system", "developer" -> {
        cacheControl(message, blocks);
        blocks.forEach(block -> system.add((ObjectNode) block));
      }
      case "assistant" -> assistant(message, blocks);
      case "tool", "function" -> result(message, blocks);
      default -> {
        cacheControl(message, blocks);
        add("user", blocks);
      }
    }
  }

  private void assistant(JsonNode message, ArrayNode content) {
    ArrayNode blocks = Json.MAPPER.createArrayNode();
    for (JsonNode thought : message.path("thinking_blocks")) {
      if (thought.path("signature").asText().isEmpty() && !thought.has("data")) {
        changes.add("messages.thinking_blocks=dropped");
      } else {
        blocks.add(thought);
      }
    }
    if (blocks.isEmpty() && message.hasNonNull("reasoning_content")) {
      changes.add("messages.reasoning_content=dropped");
    }
    blocks.addAll(content);
    if (message.hasNonNull("refusal")) {
      blocks.addAll(parts.blocks(message.path("refusal")));
    }
    for (JsonNode call : message.path("tool_calls")) {
      blocks.add(AnthropicTools.use(call, changes));
    }
    cacheControl(message, blocks);
    add("assistant", blocks);
  }

  private void result(JsonNode message, ArrayNode content) {
    ArrayNode blocks = Json.MAPPER.createArrayNode();
    ObjectNode result = blocks.addObject().put("type", "tool_result");
    result.put("tool_use_id", AnthropicTools.id(message.path("tool_call_id").asText()));
    if (message.path("content").isTextual() && !content.isEmpty()) {
      result.set("content", message.path("content"));
    } else if (!content.isEmpty()) {
      result.set("content", content);
    }
    if (message.hasNonNull("is_error")) {
      result.set("is_error", message.path("is_error"));
    }
    cacheControl(message, blocks);
    add("user", blocks);
  }

  /** A message's own mark goes to its last block, where Anthropic looks for it. */
  private static void cacheControl(JsonNode message, ArrayNode blocks) {
    if (message.hasNonNull("cache_control")
        && !blocks.isEmpty()
        && blocks.get(blocks.size() - 1) instanceof ObjectNode last
        && !last.has("cache_control")) {
      last.set("cache_control", message.path("cache_control"));
    }
  }

  private void add(String role, ArrayNode blocks) {
    if (blocks.isEmpty()) {
      return;
    }
    if (turns.isEmpty() || !lastRole().equals(role)) {
      ObjectNode turn = Json.MAPPER.createObjectNode().put("role", role);
      turn.putArray("content");
      turns.add(turn);
    }
    turns.get(turns.size() - 1).withArray("content").addAll(blocks);
  }

  private String lastRole() {
    return turns.isEmpty() ? "" : turns.get(turns.size() - 1).path("role").asText();
  }

  /** Adds something that the system says. */
  void instruct(String text) {
    system.add(AnthropicParts.text(text));
  }

  /** Whether the model is to go on with words that have been put into its mouth. */
  boolean endsWithAssistant() {
    return lastRole().equals("assistant");
  }

  /** Whether a chain of tool calls goes on whose thoughts are lost; known after writing. */
  boolean hasToolsWithoutThoughts() {
    return toolsWithoutThoughts;
  }

  /** Writes {@code system} and {@code messages}. */
  void writeTo(ObjectNode out, boolean noPrefill) {
    if (system.stream().anyMatch(block -> block.size() > 2)) {
      out.putArray("system").addAll(system);
    } else if (!system.isEmpty()) {
      out.put(
          "system",
          String.join("\n\n", system.stream().map(block -> block.path("text").asText()).toList()));
    }
    if (turns.isEmpty() || !turns.get(0).path("role").asText().equals("user")) {
      turns.add(0, userTurn("Begin."));
      changes.add("messages=begun");
    }
    if (endsWithAssistant()) {
      if (noPrefill) {
        turns.add(userTurn("Continue."));
        changes.add("messages=continued");
      } else {
        trimEnd(turns.get(turns.size() - 1).withArray("content"));
      }
    }
    toolsWithoutThoughts = lacksThoughts();
    ArrayNode messages = out.putArray("messages");
    turns.forEach(turn -> messages.add(simplified(turn)));
  }

  /** Goes back over the turns that begin with results, and looks at the calls before them. */
  private boolean lacksThoughts() {
    for (int i = turns.size() - 1; i > 0; i--) {
      JsonNode content = turns.get(i).path("content");
      if (turns.get(i).path("role").asText().equals("assistant")) {
        boolean thought = content.at("/0/type").asText().endsWith("thinking");
        if (has(content, "tool_use") && !thought) {
          return true;
        }
      } else if (!has(content, "tool_result")) {
        return false;
      }
    }
    return false;
  }

  private static boolean has(JsonNode content, String type) {
    for (JsonNode block : content) {
      if (block.path("type").asText().equals(type)) {
        return true;
      }
    }
    return false;
  }

  private static ObjectNode userTurn(String text) {
    ObjectNode turn = Json.MAPPER.createObjectNode().put("role", "user");
    turn.putArray("content").add(AnthropicParts.text(text));
    return turn;
  }

  /** White space at the end of the model's first words is refused. */
  private static void trimEnd(ArrayNode content) {
    if (content.get(content.size() - 1) instanceof ObjectNode last && last.has("text")) {
      last.put("text", last.path("text").asText().stripTrailing());
    }
  }

  /** Results of tools first, and a lone text as a string. */
  private static ObjectNode simplified(ObjectNode turn) {
    ArrayNode ordered = Json.MAPPER.createArrayNode();
    ArrayNode rest = Json.MAPPER.createArrayNode();
    for (JsonNode block : turn.path("content")) {
      (block.path("type").asText().equals("tool_result") ? ordered : rest).add(block);
    }
    ordered.addAll(rest);
    JsonNode first = ordered.get(0);
    if (ordered.size() == 1 && first.size() == 2 && first.has("text")) {
      turn.set("content", first.get("text"));
    } else {
      turn.set("content", ordered);
    }
    return turn;
  }
}

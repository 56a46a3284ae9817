package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A chat completion as {@code generateContent} wants it. */
final class GeminiRequest {
  /** Members that are the gateway's own, or that are looked at elsewhere. */
  private static final Set<String> TAKEN =
      Set.of(
          "model",
          "models",
          "route",
          "resume",
          "provider",
          "messages",
          "stream",
          "stream_options",
          "tools",
          "tool_choice");

  /** Gemini's own members, by the two spellings that its clients use. */
  private static final Map<String, String> OWN =
      Map.ofEntries(
          Map.entry("safetySettings", "safetySettings"),
          Map.entry("safety_settings", "safetySettings"),
          Map.entry("cachedContent", "cachedContent"),
          Map.entry("cached_content", "cachedContent"),
          Map.entry("toolConfig", "toolConfig"),
          Map.entry("tool_config", "toolConfig"),
          Map.entry("labels", "labels"));

  private static final Pattern TELLABLE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  private GeminiRequest() {}

  static Dialect.Outgoing of(ChatRequest request, GeminiQuirks quirks) {
    ObjectNode in = tree(request.json());
    List<String> changes = new ArrayList<>(0);
    for (String name : quirks.drop()) {
      if (in.hasNonNull(name)) {
        changes.add(name + "=dropped");
      }
      in.remove(name);
    }
    ObjectNode out = Json.MAPPER.createObjectNode();
    new GeminiContents(request.model(), quirks, changes).write(in.path("messages"), out);
    boolean tools = new GeminiTools(request.model(), quirks, changes).write(in, out);
    GeminiConfig config = new GeminiConfig(request, quirks, changes);
    ObjectNode generation = config.of(in, tools);
    if (!generation.isEmpty()) {
      out.set("generationConfig", generation);
    }
    for (Map.Entry<String, JsonNode> member : in.properties()) {
      String own = OWN.get(member.getKey());
      if (member.getValue().isNull()) {
        continue;
      } else if (own != null) {
        out.set(own, member.getValue());
      } else if (!TAKEN.contains(member.getKey()) && !config.takes(member)) {
        changes.add(tellable(member.getKey()) + "=dropped");
      }
    }
    return new Dialect.Outgoing(bytes(out), changes);
  }

  /** A member's name as it may stand in a header. */
  private static String tellable(String name) {
    return TELLABLE.matcher(name).matches() ? name : "unknown";
  }

  private static ObjectNode tree(byte[] json) {
    try {
      return (ObjectNode) Json.MAPPER.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(ObjectNode out) {
    try {
      return Json.MAPPER.writeValueAsBytes(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

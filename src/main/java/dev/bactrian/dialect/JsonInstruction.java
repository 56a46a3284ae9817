package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Asks a model in words for JSON, where its provider has no member for it. */
final class JsonInstruction {
  private static final String JSON =
      "Answer with one JSON object and nothing else: no text around it, no code fence.";

  private JsonInstruction() {}

  /** The words for a {@code response_format}. */
  static String of(JsonNode format) {
    JsonNode schema = format.at("/json_schema/schema");
    return schema.isObject() ? JSON + " It has to be valid by this JSON schema: " + schema : JSON;
  }

  /** Adds words to what the system says, as its first message. */
  static void add(ArrayNode messages, String words) {
    JsonNode first = messages.path(0);
    boolean system = first.path("role").asText().matches("system|developer");
    if (system && first.path("content").isTextual()) {
      ((ObjectNode) first).put("content", first.path("content").asText() + "\n\n" + words);
    } else if (system && first.get("content") instanceof ArrayNode parts) {
      parts.addObject().put("type", "text").put("text", words);
    } else {
      messages.insertObject(0).put("role", "system").put("content", words);
    }
  }
}

package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A model's thoughts in a message or delta: always in {@code reasoning_content}. */
final class Thoughts {
  private static final String MEMBER = "reasoning_content";

  private Thoughts() {}

  /** Moves what is in {@code reasoning}, as some providers call it. */
  static void rename(ObjectNode message) {
    JsonNode reasoning = message.path("reasoning");
    if (reasoning.isTextual()) {
      message.remove("reasoning");
      if (message.path(MEMBER).asText("").isEmpty()) {
        message.set(MEMBER, reasoning);
      }
    }
  }

  /** Puts thoughts that were found in the text where they belong. */
  static void takeOut(ObjectNode message, ThinkTags.Part part) {
    if (!part.thoughts().isEmpty()) {
      message.put(MEMBER, message.path(MEMBER).asText("") + part.thoughts());
    }
    if (message.path("content").isTextual() || !part.text().isEmpty()) {
      message.put("content", part.text());
    }
  }
}

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

  /** Takes apart a text that came as parts, thoughts among them. */
  static void join(ObjectNode message) {
    JsonNode content = message.path("content");
    if (content.isArray()) {
      StringBuilder text = new StringBuilder();
      StringBuilder thoughts = new StringBuilder(message.path(MEMBER).asText(""));
      for (JsonNode part : content) {
        text.append(part.path("text").asText(""));
        for (JsonNode thought : part.path("thinking")) {
          thoughts.append(thought.path("text").asText(""));
        }
      }
      message.put("content", text.toString());
      if (!thoughts.isEmpty()) {
        message.put(MEMBER, thoughts.toString());
      }
    }
  }

  /**
   * Counts thoughts as completion tokens, as OpenAI does, where they are only in the total.
   *
   * @param usage a usage object, or anything else
   */
  static void count(JsonNode usage) {
    long reasoning = usage.at("/completion_tokens_details/reasoning_tokens").asLong();
    long completion = usage.path("completion_tokens").asLong();
    boolean apart =
        usage.path("total_tokens").asLong()
            == usage.path("prompt_tokens").asLong() + completion + reasoning;
    if (apart && reasoning > 0 && usage instanceof ObjectNode object) {
      object.put("completion_tokens", completion + reasoning);
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

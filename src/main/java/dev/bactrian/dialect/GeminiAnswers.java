package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What whole answers and streams have in common: usage, finish reasons, blocked prompts. */
final class GeminiAnswers {
  private static final Map<String, String> BESIDE =
      Map.of(
          "groundingMetadata", "grounding_metadata",
          "citationMetadata", "citation_metadata",
          "urlContextMetadata", "url_context_metadata");

  private GeminiAnswers() {}

  /** The tokens of {@code usageMetadata}, null where there is none. */
  static @Nullable Usage usage(JsonNode answer) {
    JsonNode usage = answer.path("usageMetadata");
    if (!usage.isObject()) {
      return null;
    }
    long thoughts = usage.path("thoughtsTokenCount").asLong();
    return new Usage(
        usage.path("promptTokenCount").asLong() + usage.path("toolUsePromptTokenCount").asLong(),
        usage.path("cachedContentTokenCount").asLong(),
        0,
        usage.path("candidatesTokenCount").asLong() + thoughts,
        thoughts);
  }

  /**
   * OpenAI's word for why a candidate ended.
   *
   * @param tools whether it calls tools, of which Gemini says {@code STOP}, too
   */
  static String finishReason(String reason, boolean tools) {
    return switch (reason) {
      case "MAX_TOKENS" -> "length";
      case "SAFETY",
          "RECITATION",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION",
          "LANGUAGE" ->
          "content_filter";
      default -> tools ? "tool_calls" : "stop";
    };
  }

  /** Whether it is an ordinary end, for which OpenAI has a word. */
  static boolean isOrdinary(String reason) {
    return reason.equals("STOP") || !finishReason(reason, false).equals("stop");
  }

  /** The failure of a candidate that ended in no ordinary way and has said nothing. */
  static UpstreamException nothing(String reason) {
    return UpstreamException.noticed(
        ErrorClass.SERVER, "The model ended with " + reason + " and without an answer.");
  }

  /** The failure of an answer that is none: an error, or a prompt that was blocked; else null. */
  static @Nullable UpstreamException failure(JsonNode answer) {
    if (answer.hasNonNull("error")) {
      return GeminiErrors.inBand(answer);
    }
    String blocked = answer.at("/promptFeedback/blockReason").asText("");
    if (blocked.isEmpty() || !answer.path("candidates").isEmpty()) {
      return null;
    }
    String said = answer.at("/promptFeedback/blockReasonMessage").asText("");
    return new UpstreamException(
        ErrorClass.CONTENT,
        200,
        "The prompt was blocked (" + blocked + ")." + (said.isEmpty() ? "" : " " + said),
        blocked,
        null,
        -1);
  }

  /** What only Gemini says of a candidate beside its parts: where it has its words from. */
  static ObjectNode beside(JsonNode candidate) {
    ObjectNode beside = Json.MAPPER.createObjectNode();
    BESIDE.forEach(
        (name, shown) -> {
          if (candidate.has(name)) {
            beside.set(shown, candidate.get(name));
          }
        });
    return beside;
  }

  /** Something that only Gemini has, as Google's layer for OpenAI's clients carries it. */
  static ObjectNode extra(String name, JsonNode value) {
    ObjectNode extra = Json.MAPPER.createObjectNode();
    extra.putObject("google").set(name, value);
    return extra;
  }
}

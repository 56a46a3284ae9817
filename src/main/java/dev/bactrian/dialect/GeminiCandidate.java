package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;

/** One candidate of a whole answer as a choice. */
final class GeminiCandidate {
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder thoughts = new StringBuilder();
  private final ArrayNode calls = Json.MAPPER.createArrayNode();
  private final ObjectNode extra = Json.MAPPER.createObjectNode();
  private final ArrayNode images = Json.MAPPER.createArrayNode();
  private JsonNode logprobs = Json.MAPPER.nullNode();
  private String reason = "";

  /** Reads a candidate, or the next piece of it. */
  void read(JsonNode candidate) {
    candidate.at("/content/parts").forEach(part -> part(new GeminiPart(part)));
    reason = candidate.path("finishReason").asText(reason);
    logprobs = GeminiLogprobs.joined(logprobs, GeminiLogprobs.of(candidate));
    extra.setAll(GeminiAnswers.beside(candidate));
  }

  private void part(GeminiPart part) {
    (part.isThought() ? thoughts : text).append(part.text());
    if (part.call().isObject()) {
      calls.add(part.whole());
    } else if (part.signature().isTextual()) {
      extra.set("thought_signature", part.signature());
    }
    if (part.image().isObject()) {
      images.add(part.image());
    }
    if (part.isForeign()) {
      extra.withArray("parts").add(part.whole());
    }
  }

  /** Adds the choice. */
  void write(ObjectNode completion) {
    if (text.isEmpty() && calls.isEmpty() && images.isEmpty() && !extra.has("parts")) {
      if (!reason.isEmpty() && !GeminiAnswers.isOrdinary(reason)) {
        throw GeminiAnswers.nothing(reason);
      }
    }
    ObjectNode message =
        ChatCompletions.addChoice(completion, GeminiAnswers.finishReason(reason, !calls.isEmpty()));
    if (!text.isEmpty() || calls.isEmpty()) {
      message.put("content", text.toString());
    }
    if (!thoughts.isEmpty()) {
      message.put("reasoning_content", thoughts.toString());
    }
    calls.forEach(part -> call(new GeminiPart(part), message));
    if (!images.isEmpty()) {
      message.set("images", images);
    }
    if (!extra.isEmpty()) {
      message.putObject("extra_content").set("google", extra);
    }
    JsonNode choices = completion.path("choices");
    ObjectNode choice = (ObjectNode) choices.get(choices.size() - 1);
    if (logprobs.isObject()) {
      choice.set("logprobs", logprobs);
    }
    if (!reason.isEmpty() && !GeminiAnswers.isOrdinary(reason)) {
      choice.put("native_finish_reason", reason);
    }
  }

  private static void call(GeminiPart part, ObjectNode message) {
    ObjectNode call =
        ChatCompletions.addToolCall(
            message,
            part.call().path("id").asText(""),
            part.call().path("name").asText(),
            part.arguments());
    if (part.signature().isTextual()) {
      call.set("extra_content", GeminiAnswers.extra("thought_signature", part.signature()));
    }
  }
}

package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.nio.charset.StandardCharsets;

/** One candidate of a whole answer as a choice. */
final class GeminiCandidate {
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder thoughts = new StringBuilder();
  private final ArrayNode calls = Json.MAPPER.createArrayNode();
  private final ObjectNode extra = Json.MAPPER.createObjectNode();
  private final ArrayNode images = Json.MAPPER.createArrayNode();
  private JsonNode logprobs = Json.MAPPER.missingNode();
  private String reason = "";

  /** Reads a candidate, or the next piece of it. */
  void read(JsonNode candidate) {
    candidate.at("/content/parts").forEach(this::part);
    reason = candidate.path("finishReason").asText(reason);
    logprobs = candidate.has("logprobsResult") ? candidate.get("logprobsResult") : logprobs;
    if (candidate.has("groundingMetadata")) {
      extra.set("grounding_metadata", candidate.get("groundingMetadata"));
    }
  }

  private void part(JsonNode part) {
    (part.path("thought").asBoolean() ? thoughts : text).append(part.path("text").asText());
    if (part.has("functionCall")) {
      calls.add(part);
    } else if (part.has("thoughtSignature")) {
      extra.set("thought_signature", part.get("thoughtSignature"));
    }
    if (part.has("inlineData")) {
      images.add(image(part));
    }
  }

  /** A picture that the model has made, as OpenRouter shows them. */
  static ObjectNode image(JsonNode part) {
    JsonNode data = part.path("inlineData");
    ObjectNode image = Json.MAPPER.createObjectNode().put("type", "image_url");
    image
        .putObject("image_url")
        .put(
            "url",
            "data:" + data.path("mimeType").asText() + ";base64," + data.path("data").asText());
    return image;
  }

  /** Adds the choice. */
  void write(ObjectNode completion) {
    if (text.isEmpty() && calls.isEmpty() && images.isEmpty()) {
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
    for (JsonNode part : calls) {
      call(part, message);
    }
    if (!images.isEmpty()) {
      message.set("images", images);
    }
    if (!extra.isEmpty()) {
      message.putObject("extra_content").set("google", extra);
    }
    JsonNode choices = completion.path("choices");
    ObjectNode choice = (ObjectNode) choices.get(choices.size() - 1);
    if (logprobs.has("chosenCandidates")) {
      choice.set("logprobs", logprobs());
    }
    if (!reason.isEmpty() && !GeminiAnswers.isOrdinary(reason)) {
      choice.put("native_finish_reason", reason);
    }
  }

  private static void call(JsonNode part, ObjectNode message) {
    JsonNode function = part.path("functionCall");
    ObjectNode call =
        ChatCompletions.addToolCall(
            message,
            function.path("id").asText(""),
            function.path("name").asText(),
            arguments(function));
    JsonNode signature = part.path("thoughtSignature");
    if (signature.isTextual()) {
      call.set("extra_content", GeminiAnswers.extra("thought_signature", signature));
    }
  }

  /** The arguments of a call as JSON; a function without parameters is called without any. */
  static String arguments(JsonNode function) {
    JsonNode arguments = function.path("args");
    return arguments.isObject() ? arguments.toString() : "{}";
  }

  private ObjectNode logprobs() {
    ObjectNode all = Json.MAPPER.createObjectNode();
    ArrayNode content = all.putArray("content");
    JsonNode top = logprobs.path("topCandidates");
    for (int i = 0; i < logprobs.path("chosenCandidates").size(); i++) {
      ObjectNode token = token(logprobs.path("chosenCandidates").get(i));
      ArrayNode others = token.putArray("top_logprobs");
      top.path(i).path("candidates").forEach(other -> others.add(token(other)));
      content.add(token);
    }
    return all;
  }

  private static ObjectNode token(JsonNode candidate) {
    ObjectNode token = Json.MAPPER.createObjectNode();
    String written = candidate.path("token").asText();
    token.put("token", written).put("logprob", candidate.path("logProbability").asDouble());
    ArrayNode bytes = token.putArray("bytes");
    for (byte each : written.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(each & 0xff);
    }
    return token;
  }
}

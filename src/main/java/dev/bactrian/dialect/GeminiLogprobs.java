package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.nio.charset.StandardCharsets;

/** {@code logprobsResult} of a candidate, or of a piece of one, as OpenAI's {@code logprobs}. */
final class GeminiLogprobs {
  private GeminiLogprobs() {}

  /** The probabilities of what was chosen and what was not; null as JSON where there are none. */
  static JsonNode of(JsonNode candidate) {
    JsonNode result = candidate.path("logprobsResult");
    if (!result.has("chosenCandidates")) {
      return Json.MAPPER.nullNode();
    }
    ObjectNode all = Json.MAPPER.createObjectNode();
    add(result, all.putArray("content"));
    return all;
  }

  /** Adds those of the next piece. */
  static JsonNode joined(JsonNode before, JsonNode more) {
    if (before.isObject() && more.isObject()) {
      ((ArrayNode) before.path("content")).addAll((ArrayNode) more.path("content"));
      return before;
    }
    return more.isObject() ? more : before;
  }

  private static void add(JsonNode result, ArrayNode content) {
    JsonNode chosen = result.path("chosenCandidates");
    for (int i = 0; i < chosen.size(); i++) {
      ObjectNode token = token(chosen.get(i));
      ArrayNode others = token.putArray("top_logprobs");
      JsonNode top = result.path("topCandidates").path(i).path("candidates");
      top.forEach(other -> others.add(token(other)));
      content.add(token);
    }
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

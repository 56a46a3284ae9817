package dev.bactrian.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.json.Json;
import dev.bactrian.json.Member;
import dev.bactrian.plan.Attempt;
import dev.bactrian.price.Tokens;
import io.opentelemetry.api.trace.Span;
import java.io.IOException;

/** The attributes of spans, as the conventions for generative AI name them. */
final class SpanFacts {
  private static final double NANO = 1e-9;

  private SpanFacts() {}

  /** What a provider's answer came to. */
  static void answer(Span span, EndedCall ended) {
    Tokens tokens = ended.tokens();
    if (!tokens.isNone()) {
      span.setAttribute("gen_ai.usage.input_tokens", tokens.in());
      span.setAttribute("gen_ai.usage.output_tokens", tokens.out());
      if (tokens.cached() > 0) {
        span.setAttribute("gen_ai.usage.cache_read.input_tokens", tokens.cached());
      }
      if (tokens.cacheWrite() > 0) {
        span.setAttribute("gen_ai.usage.cache_creation.input_tokens", tokens.cacheWrite());
      }
    }
    if (ended.isStream() && ended.outcome().status() == 200) {
      Attempt last = ended.last();
      if (last != null && ended.outcome().answered() >= last.started()) {
        span.setAttribute(
            "gen_ai.response.time_to_first_chunk",
            (ended.outcome().answered() - last.started()) * NANO);
      }
    }
  }

  /** What a request was about. */
  static void request(Span span, EndedCall ended, boolean captured) {
    span.setAttribute(Labels.OPERATION, Labels.CHAT);
    ChatRequest request = ended.call().request();
    if (request != null) {
      span.setAttribute(Labels.REQUEST_MODEL, request.model());
      span.setAttribute("gen_ai.request.stream", request.stream());
      if (captured) {
        prompt(span, request);
      }
    }
    Attempt last = ended.last();
    if (last != null) {
      span.setAttribute(Labels.PROVIDER, ProviderNames.of(last.target().provider()));
      span.setAttribute("bactrian.attempts", ended.call().attempts().size());
      if (ended.outcome().status() == 200) {
        span.setAttribute(Labels.RESPONSE_MODEL, last.target().id());
        answer(span, ended);
      }
    }
  }

  private static void prompt(Span span, ChatRequest request) {
    Member messages = request.index().get("messages");
    if (messages == null) {
      return;
    }
    try {
      JsonNode sent =
          Json.MAPPER.readTree(
              request.json(), messages.valueStart(), messages.valueEnd() - messages.valueStart());
      ArrayNode told = Json.MAPPER.createArrayNode();
      for (JsonNode message : sent) {
        ObjectNode one = told.addObject().put("role", message.path("role").asText());
        ArrayNode parts = one.putArray("parts");
        JsonNode content = message.path("content");
        if (content.isTextual()) {
          parts.addObject().put("type", "text").put("content", content.asText());
        }
        for (JsonNode part : content) {
          if (part.path("type").asText().equals("text")) {
            parts.addObject().put("type", "text").put("content", part.path("text").asText());
          }
        }
      }
      span.setAttribute("gen_ai.input.messages", told.toString());
    } catch (IOException e) {
      span.setAttribute("gen_ai.input.messages", "[]"); // a body that was read before
    }
  }
}

package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A stream of answers, each with the parts that are new and all of the usage so far. There is no
 * event for its end: it is complete when the connection ends and every candidate has its reason.
 */
final class GeminiStream extends TranslatedStream {
  private static final int MOST_CANDIDATES = 128;

  private final TreeMap<Integer, String> reasons = new TreeMap<>();
  private final Set<Integer> spoken = new HashSet<>();

  GeminiStream(ChatRequest request) {
    super(request);
  }

  @Override
  protected void event(@Nullable String name, JsonNode data) {
    if (data.isArray()) {
      data.forEach(this::answer);
    } else {
      answer(data);
    }
  }

  private void answer(JsonNode answer) {
    UpstreamException failure = GeminiAnswers.failure(answer);
    if (failure != null) {
      chunks.fail(failure);
      return;
    }
    chunks.identity(answer.path("responseId").asText(), answer.path("modelVersion").asText());
    for (JsonNode candidate : answer.path("candidates")) {
      int index = candidate.path("index").asInt();
      candidate(index < 0 || index > MOST_CANDIDATES ? 0 : index, candidate);
    }
    Usage usage = GeminiAnswers.usage(answer);
    if (usage != null) {
      chunks.usage(usage);
    }
  }

  private void candidate(int index, JsonNode candidate) {
    for (JsonNode part : candidate.at("/content/parts")) {
      part(index, part);
    }
    if (candidate.has("groundingMetadata")) {
      JsonNode metadata = candidate.get("groundingMetadata");
      chunks.extension(index, "extra_content", GeminiAnswers.extra("grounding_metadata", metadata));
    }
    if (candidate.path("finishReason").isTextual()) {
      reasons.put(index, candidate.path("finishReason").asText());
    }
  }

  private void part(int index, JsonNode part) {
    String text = part.path("text").asText();
    JsonNode signature = part.path("thoughtSignature");
    if (part.path("thought").asBoolean()) {
      chunks.reasoning(index, text);
    } else if (!text.isEmpty()) {
      spoken.add(index);
      chunks.content(index, text);
    }
    if (part.has("inlineData")) {
      spoken.add(index);
      chunks.extension(
          index, "images", Json.MAPPER.createArrayNode().add(GeminiCandidate.image(part)));
    }
    if (part.has("functionCall")) {
      call(index, part.path("functionCall"), signature);
    } else if (signature.isTextual()) {
      chunks.extension(index, "extra_content", GeminiAnswers.extra("thought_signature", signature));
    }
  }

  private void call(int index, JsonNode function, JsonNode signature) {
    spoken.add(index);
    int call =
        chunks.toolCall(
            index,
            function.path("id").asText(""),
            function.path("name").asText(),
            more -> {
              if (signature.isTextual()) {
                more.set("extra_content", GeminiAnswers.extra("thought_signature", signature));
              }
            });
    chunks.arguments(index, call, GeminiCandidate.arguments(function));
  }

  @Override
  public void finish() {
    reasons.forEach(
        (index, reason) -> {
          if (!GeminiAnswers.isOrdinary(reason) && !spoken.contains(index)) {
            chunks.fail(GeminiAnswers.nothing(reason));
          }
          chunks.finish(index, GeminiAnswers.finishReason(reason, chunks.hasTools(index)));
        });
    super.finish();
  }
}

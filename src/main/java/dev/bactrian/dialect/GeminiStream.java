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
    JsonNode logprobs = GeminiLogprobs.of(candidate);
    for (JsonNode each : candidate.at("/content/parts")) {
      GeminiPart part = new GeminiPart(each);
      if (part.isThought()) {
        chunks.reasoning(index, part.text());
      } else if (!part.text().isEmpty()) {
        spoken.add(index);
        chunks.content(index, part.text(), logprobs);
        logprobs = Json.MAPPER.nullNode();
      }
      rest(index, part);
    }
    if (logprobs.isObject()) {
      chunks.content(index, "", logprobs);
    }
    GeminiAnswers.beside(candidate)
        .properties()
        .forEach(member -> beside(index, member.getKey(), member.getValue()));
    if (candidate.path("finishReason").isTextual()) {
      reasons.put(index, candidate.path("finishReason").asText());
    }
  }

  private void beside(int index, String name, JsonNode value) {
    chunks.extension(index, "extra_content", GeminiAnswers.extra(name, value));
  }

  private void rest(int index, GeminiPart part) {
    if (part.image().isObject()) {
      spoken.add(index);
      chunks.extension(index, "images", Json.MAPPER.createArrayNode().add(part.image()));
    }
    if (part.call().isObject()) {
      call(index, part);
    } else if (part.signature().isTextual()) {
      beside(index, "thought_signature", part.signature());
    }
    if (part.isForeign()) {
      spoken.add(index);
      beside(index, "parts", Json.MAPPER.createArrayNode().add(part.whole()));
    }
  }

  private void call(int index, GeminiPart part) {
    spoken.add(index);
    int call =
        chunks.toolCall(
            index,
            part.call().path("id").asText(""),
            part.call().path("name").asText(),
            more -> {
              if (part.signature().isTextual()) {
                more.set(
                    "extra_content", GeminiAnswers.extra("thought_signature", part.signature()));
              }
            });
    chunks.arguments(index, call, part.arguments());
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

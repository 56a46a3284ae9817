package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatRequest;
import org.jspecify.annotations.Nullable;

/** SenseNova's stream: every event is wrapped like an answer, and tells what was used so far. */
final class SensenovaStream extends TranslatedStream {
  SensenovaStream(ChatRequest request) {
    super(request);
  }

  @Override
  protected void event(@Nullable String name, JsonNode event) {
    if (event.has("error")) {
      fail(SensenovaErrors.inBand(event.path("error")));
      return;
    }
    JsonNode status = event.path("status");
    if (status.path("code").asInt() != 0) {
      fail(SensenovaErrors.inBand(status));
      return;
    }
    JsonNode data = event.path("data");
    chunks.identity(data.path("id").asText(), "");
    if (data.path("usage").isObject()) {
      chunks.usage(SensenovaDialect.usage(data.path("usage")));
    }
    for (JsonNode choice : data.path("choices")) {
      int index = index(choice);
      JsonNode delta = choice.path("delta");
      chunks.reasoning(index, SensenovaDialect.thoughts(choice, delta));
      chunks.content(index, SensenovaDialect.text(delta));
      String reason = FinishReason.standard(choice.path("finish_reason").asText(""));
      if (reason != null) {
        chunks.finish(index, reason);
      }
    }
  }
}

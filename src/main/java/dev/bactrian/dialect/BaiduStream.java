package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatRequest;
import org.jspecify.annotations.Nullable;

/** A stream of version 1 of Baidu's API: the last event says {@code is_end}. */
final class BaiduStream extends TranslatedStream {
  BaiduStream(ChatRequest request) {
    super(request);
  }

  @Override
  protected void event(@Nullable String name, JsonNode event) {
    if (BaiduErrors.isError(event)) {
      fail(BaiduErrors.of(200, -1, event));
      return;
    }
    chunks.identity(event.path("id").asText(), "");
    if (event.path("usage").isObject()) {
      chunks.usage(BaiduDialect.usage(event.path("usage")));
    }
    chunks.content(0, event.path("result").asText(""));
    if (event.path("is_end").asBoolean()) {
      chunks.finish(0, BaiduDialect.finishReason(event));
      chunks.complete();
    }
  }
}

package dev.bactrian.dialect;

import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.UpstreamException;
import java.util.List;

/**
 * Gemini's {@code generateContent}, as the Gemini API and Vertex AI speak it. See
 * https://ai.google.dev/api/generate-content.
 */
public final class GeminiDialect implements Dialect {
  private final GeminiQuirks quirks;

  /** The dialect as one provider speaks it. */
  public GeminiDialect(GeminiQuirks quirks) {
    this.quirks = quirks;
  }

  @Override
  public Outgoing request(ChatRequest request) {
    return GeminiRequest.of(request, quirks);
  }

  @Override
  public ChatReply.Complete reply(ChatRequest request, byte[] body, List<String> changes) {
    return new GeminiReply(request.model()).read(body, changes);
  }

  @Override
  public ChunkStream stream(ChatRequest request) {
    return new GeminiStream(request);
  }

  @Override
  public UpstreamException error(ErrorAnswer answer) {
    return GeminiErrors.classify(answer);
  }
}

package dev.bactrian.dialect;

import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.UpstreamException;
import java.util.List;

/**
 * OpenAI's chat completions and what the many compatible providers make of them: read tolerantly,
 * written as OpenAI writes. See https://platform.openai.com/docs/api-reference/chat.
 */
public final class OpenAiDialect implements Dialect {
  private final OpenAiQuirks quirks;

  /** The dialect as one provider speaks it. */
  public OpenAiDialect(OpenAiQuirks quirks) {
    this.quirks = quirks;
  }

  @Override
  public Outgoing request(ChatRequest request) {
    return OpenAiRequest.of(request, quirks);
  }

  @Override
  public String pathModel(String model) {
    return quirks.modelId(model);
  }

  @Override
  public ChatReply.Complete reply(ChatRequest request, byte[] body, List<String> changes) {
    if (!request.stream() && GatheredStream.isStream(body)) {
      ChunkStream chunks = new OpenAiChunkStream(request.model(), true, quirks.answers());
      return read(request, GatheredStream.of(body, chunks), changes);
    }
    return read(request, body, changes);
  }

  private ChatReply.Complete read(ChatRequest request, byte[] body, List<String> changes) {
    return new OpenAiReply(body, request.model(), quirks.answers()).read(changes);
  }

  @Override
  public ChunkStream stream(ChatRequest request) {
    return new OpenAiChunkStream(request.model(), request.includeUsage(), quirks.answers());
  }

  @Override
  public UpstreamException error(ErrorAnswer answer) {
    return OpenAiErrors.classify(
        quirks.answers().errorCodes(), answer.status(), answer.retryAfterMillis(), answer.body());
  }
}

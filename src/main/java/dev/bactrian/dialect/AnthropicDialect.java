package dev.bactrian.dialect;

import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.UpstreamException;
import java.util.List;

/**
 * Anthropic's Messages, as Anthropic itself and the clouds that host its models speak it. See
 * https://docs.anthropic.com/en/api/messages.
 */
final class AnthropicDialect implements Dialect {
  private final AnthropicQuirks quirks;

  /** The dialect as one provider speaks it. */
  AnthropicDialect(AnthropicQuirks quirks) {
    this.quirks = quirks;
  }

  @Override
  public Outgoing request(ChatRequest request) {
    return new AnthropicRequest(request, quirks).outgoing();
  }

  @Override
  public ChatReply.Complete reply(ChatRequest request, byte[] body, List<String> changes) {
    return AnthropicReply.read(request, body, changes);
  }

  @Override
  public ChunkStream stream(ChatRequest request) {
    return new AnthropicStream(request);
  }

  @Override
  public UpstreamException error(ErrorAnswer answer) {
    return AnthropicErrors.classify(answer);
  }
}

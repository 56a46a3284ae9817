package dev.bactrian.dialect;

import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.ReadyStream;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.UpstreamException;
import java.util.Map;

/** A whole answer for a client that wants a stream. */
public final class WholeAnswer {
  private WholeAnswer() {}

  /**
   * The answer as a stream.
   *
   * @throws UpstreamException when it is no answer of a model
   */
  public static ChatReply.Stream stream(ChatRequest request, ChatReply.Complete whole) {
    ChunkStream chunks = Dialect.named("openai", Map.of()).stream(request);
    chunks.event(null, whole.json(), 0, whole.json().length);
    chunks.finish();
    UpstreamException failure = chunks.failure();
    if (failure != null) {
      throw failure;
    }
    Usage usage = whole.usage() == null ? Usage.NONE : whole.usage();
    return new ReadyStream(chunks.take().getBytes(), usage, whole.changes());
  }
}

package dev.bactrian.chat;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A stream that is all there already.
 *
 * @param frames its events, complete
 * @param usage the tokens that it took now
 */
public record ReadyStream(byte[] frames, Usage usage, List<String> changes)
    implements ChatReply.Stream {
  @Override
  public CompletionStage<ChatReply.StreamEnd> forward(
      WriteStream<Buffer> sink, Function<ChatReply.StreamEnd, CompletionStage<Void>> settle) {
    ChatReply.StreamEnd end = new ChatReply.StreamEnd(usage, null, "stop", 0, 0);
    return settle
        .apply(end)
        .thenCompose(settled -> send(sink).map(end).toCompletionStage())
        .exceptionally(withheld -> withheld());
  }

  private Future<Void> send(WriteStream<Buffer> sink) {
    return sink.write(Buffer.buffer(frames))
        .compose(written -> sink.end())
        .otherwiseEmpty(); // the client has gone
  }

  private ChatReply.StreamEnd withheld() {
    UpstreamException why =
        UpstreamException.noticed(ErrorClass.SERVER, "It could not be accounted for.");
    return new ChatReply.StreamEnd(usage, why, null, 0, 0);
  }
}

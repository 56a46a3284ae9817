package dev.bactrian.chat;

import dev.bactrian.error.UpstreamException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a provider answered, in OpenAI's terms. */
public sealed interface ChatReply {

  /** What was changed in the request before it was sent, for example {@code n=dropped}. */
  List<String> changes();

  /**
   * A whole answer.
   *
   * @param json the body, UTF-8
   * @param usage the tokens, null where the provider did not tell
   * @param changes what was changed in the request
   */
  record Complete(byte[] json, @Nullable Usage usage, List<String> changes) implements ChatReply {}

  /**
   * The request was refused for what it says; no other provider is asked.
   *
   * @param failure why
   * @param changes what was changed in the request
   */
  record Refused(UpstreamException failure, List<String> changes) implements ChatReply {}

  /** A stream whose first content has arrived. Nothing flows until {@link #forward}. */
  non-sealed interface Stream extends ChatReply {
    /**
     * Sends the events that wait and all that follow, as {@code text/event-stream}, and ends the
     * sink: with {@code [DONE]} after a complete answer, with an error event after a broken one.
     *
     * @param sink where the bytes go, written to on the call's event loop
     * @param settle is told of the end once, before the last byte goes out, and says when it may; a
     *     stream that nobody reads any more may end without that
     * @return how it ended, never exceptionally
     */
    CompletionStage<StreamEnd> forward(
        WriteStream<Buffer> sink, Function<StreamEnd, CompletionStage<Void>> settle);
  }

  /**
   * How a stream ended.
   *
   * @param usage the tokens, null where the provider did not tell
   * @param failure why it broke, null after a complete answer
   * @param finishReason why the model stopped, null where it did not say
   * @param relayed an estimate of the tokens out that were passed on
   * @param skipped how many of its events could not be read and were passed over
   */
  record StreamEnd(
      @Nullable Usage usage,
      @Nullable UpstreamException failure,
      @Nullable String finishReason,
      long relayed,
      int skipped) {}
}

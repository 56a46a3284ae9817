package dev.bactrian.dialect;

import dev.bactrian.chat.Usage;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.sse.SseReader;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One stream on its way from a provider's events to OpenAI's. Events go in, frames come out by
 * {@link #take}; nothing is thrown. Used from one thread.
 */
public interface ChunkStream extends SseReader.Handler {

  /**
   * Whether something has come that the client should see: until then the call can go elsewhere.
   */
  boolean committed();

  /** Whether the answer is over, complete or broken; later events are ignored. */
  boolean ended();

  /** The provider sends nothing more: decides whether the answer was complete. */
  void finish();

  /** Breaks the stream off for a reason of the gateway's own, such as a time-out. */
  void fail(UpstreamException reason);

  /**
   * The frames since the last call, empty where there are none. What is said of a {@link #failure}
   * is not among them: it may hold what must not be shown.
   */
  Buffer take();

  /** Why the stream broke, null while it has not. */
  @Nullable UpstreamException failure();

  /** The tokens, null while the provider has not told. */
  @Nullable Usage usage();

  /** An estimate of the tokens out so far, from the text that passed. */
  long relayedTokens();

  /** How many events could not be read and were passed over. */
  int skipped();

  /** Why the model stopped, null while it has not. */
  @Nullable String finishReason();
}

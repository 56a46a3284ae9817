package dev.bactrian.call;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The client's end of a call, whatever serves HTTP in this host. */
public interface Client {

  /** Sends a whole answer. Does nothing when an answer has begun or the client is gone. */
  void respond(int status, Map<String, String> headers, byte[] body);

  /**
   * Prepares a streamed answer. Nothing is sent before the first write, which takes status and
   * headers with it.
   */
  WriteStream<Buffer> stream(int status, Map<String, String> headers);

  /**
   * Waits for the end of a streamed answer, on the route's thread, which may be what writes it.
   *
   * @throws java.util.concurrent.CompletionException when the end fails
   */
  default <T> T await(CompletionStage<T> end) {
    return end.toCompletableFuture().join();
  }

  /** Whether anything was sent. */
  boolean hasBegun();

  /** Closes the connection once what was written is out. */
  void close();

  /** What to do when the client goes away before its answer has ended. */
  void onGone(Runnable action);

  /** The id of the call beside which this one runs, null where it is a client's own. */
  default @Nullable String beside() {
    return null;
  }
}

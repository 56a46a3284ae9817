package dev.bactrian.aside;

import dev.bactrian.call.Client;
import dev.bactrian.sse.ReadySink;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.Map;

/** The client of a call aside: takes the answer and throws it away. */
final class Nobody implements Client {
  private final String beside;
  private boolean begun;

  /**
   * Nobody.
   *
   * @param beside the id of the client's call
   */
  Nobody(String beside) {
    this.beside = beside;
  }

  @Override
  public void respond(int status, Map<String, String> headers, byte[] body) {
    begun = true;
  }

  @Override
  public WriteStream<Buffer> stream(int status, Map<String, String> headers) {
    begun = true;
    return new ReadySink() {
      @Override
      protected void take(Buffer data) {}
    };
  }

  @Override
  public boolean hasBegun() {
    return begun;
  }

  @Override
  public void close() {}

  @Override
  public void onGone(Runnable action) {}

  @Override
  public String beside() {
    return beside;
  }
}

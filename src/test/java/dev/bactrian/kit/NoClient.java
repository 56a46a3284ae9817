package dev.bactrian.kit;

import dev.bactrian.call.Client;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.Map;

/** A client that gets nothing. */
public final class NoClient implements Client {
  @Override
  public void respond(int status, Map<String, String> headers, byte[] body) {}

  @Override
  public WriteStream<Buffer> stream(int status, Map<String, String> headers) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean hasBegun() {
    return false;
  }

  @Override
  public void close() {}

  @Override
  public void onGone(Runnable action) {}
}

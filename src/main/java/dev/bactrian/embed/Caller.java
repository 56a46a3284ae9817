package dev.bactrian.embed;

import dev.bactrian.call.Client;
import dev.bactrian.sse.ReadySink;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.Map;

/**
 * A route of the same process as the client of a call: it gets the answer when all of it is there.
 */
final class Caller implements Client {
  private final Buffer body = Buffer.buffer();
  private int status;

  /** The status of the answer, 0 before there is one. */
  synchronized int status() {
    return status;
  }

  /** The body so far: a JSON object, or the events of a stream. */
  synchronized byte[] body() {
    return body.getBytes();
  }

  @Override
  public synchronized void respond(int code, Map<String, String> headers, byte[] bytes) {
    if (status == 0) {
      status = code;
      body.appendBytes(bytes);
    }
  }

  @Override
  public WriteStream<Buffer> stream(int code, Map<String, String> headers) {
    return new ReadySink() {
      @Override
      protected void take(Buffer data) {
        add(code, data);
      }
    };
  }

  private synchronized void add(int code, Buffer data) {
    status = code;
    body.appendBuffer(data);
  }

  @Override
  public boolean hasBegun() {
    return status() != 0;
  }

  @Override
  public void close() {}

  @Override
  public void onGone(Runnable action) {}
}

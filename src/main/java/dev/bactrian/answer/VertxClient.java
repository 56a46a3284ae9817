package dev.bactrian.answer;

import dev.bactrian.call.Client;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.streams.WriteStream;
import java.util.Map;

/** A client that Vert.x serves: Camel Main and Quarkus. */
public final class VertxClient implements Client {
  private final HttpServerRequest request;
  private final HttpServerResponse response;

  /** The client of a request. */
  public VertxClient(HttpServerRequest request, HttpServerResponse response) {
    this.request = request;
    this.response = response;
  }

  @Override
  public void respond(int status, Map<String, String> headers, byte[] body) {
    if (response.headWritten() || response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(status);
    headers.forEach(response::putHeader);
    response.putHeader("content-length", Integer.toString(body.length));
    response.end(wrap(body));
  }

  @SuppressWarnings("deprecation")
  private static Buffer wrap(byte[] body) {
    return Buffer.buffer(Unpooled.wrappedBuffer(body));
  }

  @Override
  public WriteStream<Buffer> stream(int status, Map<String, String> headers) {
    response.setStatusCode(status).setChunked(true);
    headers.forEach(response::putHeader);
    return response;
  }

  @Override
  public boolean hasBegun() {
    return response.headWritten();
  }

  @Override
  public void close() {
    request.connection().close();
  }

  @Override
  public void onGone(Runnable action) {
    response.closeHandler(closed -> action.run());
  }
}

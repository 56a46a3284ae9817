package dev.bactrian.host;

import dev.bactrian.buffer.Buffers;
import dev.bactrian.call.Client;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.streams.WriteStream;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client that Vert.x serves: Camel Main and Quarkus. */
public final class VertxClient implements Client {
  private static final long CLOSE_SECONDS = 5;

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
    response.end(Buffers.wrap(body));
  }

  @Override
  public WriteStream<Buffer> stream(int status, Map<String, String> headers) {
    if (!response.headWritten()) { // else the answer goes on
      response.setStatusCode(status).setChunked(true);
      headers.forEach(response::putHeader);
    }
    return response;
  }

  @Override
  public boolean hasBegun() {
    return response.headWritten();
  }

  @Override
  public void close() {
    try {
      request
          .connection()
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // Then it is closed already, or will be when the client has taken what was written.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!response.ended()) {
      // Too late to be sent, so that no client takes the answer for whole or its connection for
      // usable; it tells Camel that nothing is left to be written.
      response.end();
    }
  }

  @Override
  public void onGone(Runnable action) {
    response.closeHandler(closed -> action.run());
  }
}

package dev.bactrian.host;

import dev.bactrian.call.Client;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A client that a servlet container serves. What comes on an event loop is written by the route's
 * thread, which waits for the end of the stream anyway and may block: a write that waits for a slow
 * client must not hold up an event loop.
 *
 * <p>A container tells that a client has gone only by a write that fails, and it cannot be told to
 * break a connection: a stream that broke ends with its error event and without {@code [DONE]}.
 */
final class ServletClient implements Client {
  private final HttpServletResponse response;
  private final BlockingQueue<Runnable> writes = new LinkedBlockingQueue<>();
  private Runnable gone = () -> {};
  private volatile boolean begun;
  private boolean broken;

  ServletClient(HttpServletResponse response) {
    this.response = response;
  }

  @Override
  public void respond(int status, Map<String, String> headers, byte[] body) {
    if (begun) {
      return;
    }
    begin(status, headers);
    response.setContentLength(body.length);
    put(body);
  }

  private void begin(int status, Map<String, String> headers) {
    begun = true;
    response.setStatus(status);
    headers.forEach(response::setHeader);
  }

  private void put(byte[] bytes) {
    if (broken) {
      return;
    }
    try {
      OutputStream out = response.getOutputStream();
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      broken = true;
      gone.run();
    }
  }

  @Override
  public WriteStream<Buffer> stream(int status, Map<String, String> headers) {
    return new Sink(status, headers);
  }

  /** Writes what comes until the end. */
  @Override
  public <T> T await(CompletionStage<T> end) {
    CompletableFuture<T> future = end.toCompletableFuture();
    future.whenComplete((result, failure) -> writes.add(() -> {}));
    try {
      while (!future.isDone() || !writes.isEmpty()) {
        writes.take().run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      gone.run();
    }
    return future.join();
  }

  @Override
  public boolean hasBegun() {
    return begun;
  }

  @Override
  public void close() {
    finish();
  }

  private void finish() {
    try {
      response.getOutputStream().close();
    } catch (IOException e) {
      broken = true; // nobody is left to be told
    }
  }

  @Override
  public void onGone(Runnable action) {
    gone = action;
  }

  /** Takes buffers on an event loop and leaves them to the route's thread. */
  private final class Sink implements WriteStream<Buffer> {
    private static final int FULL = 64 * 1024;

    private final int status;
    private final Map<String, String> headers;
    private final AtomicLong waiting = new AtomicLong();
    private volatile @Nullable Handler<Void> drained;
    private volatile @Nullable Context loop;

    Sink(int status, Map<String, String> headers) {
      this.status = status;
      this.headers = headers;
    }

    @Override
    public Future<Void> write(Buffer data) {
      loop = Vertx.currentContext();
      waiting.addAndGet(data.length());
      writes.add(() -> write(data.getBytes()));
      return Future.succeededFuture();
    }

    private void write(byte[] bytes) {
      if (!begun) {
        begin(status, headers);
      }
      put(bytes);
      long left = waiting.addAndGet(-bytes.length);
      Handler<Void> handler = drained;
      Context context = loop;
      if (left < FULL / 2 && handler != null && context != null) {
        drained = null;
        context.runOnContext(handler);
      }
    }

    @Override
    public void write(Buffer data, Handler<AsyncResult<Void>> handler) {
      write(data).onComplete(handler);
    }

    @Override
    public void end(@Nullable Handler<AsyncResult<Void>> handler) {
      writes.add(ServletClient.this::finish);
      if (handler != null) {
        Future.<Void>succeededFuture().onComplete(handler);
      }
    }

    @Override
    public boolean writeQueueFull() {
      return waiting.get() >= FULL;
    }

    @Override
    public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
      drained = handler;
      if (handler != null && waiting.get() == 0) {
        write(Buffer.buffer()); // all was written meanwhile: this tells the handler
      }
      return this;
    }

    @Override
    public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
      return this;
    }

    @Override
    public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
      return this;
    }
  }
}

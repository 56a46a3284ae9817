package dev.bactrian.sse;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;

/** A sink that is always ready for more and never fails. */
public abstract class ReadySink implements WriteStream<Buffer> {
  /** Takes the next bytes. */
  protected abstract void take(Buffer data);

  @Override
  public final Future<Void> write(Buffer data) {
    take(data);
    return Future.succeededFuture();
  }

  @Override
  public final void write(Buffer data, Handler<AsyncResult<Void>> handler) {
    write(data).onComplete(handler);
  }

  @Override
  public final void end(Handler<AsyncResult<Void>> handler) {
    if (handler != null) {
      Future.<Void>succeededFuture().onComplete(handler);
    }
  }

  @Override
  public final WriteStream<Buffer> exceptionHandler(Handler<Throwable> handler) {
    return this;
  }

  @Override
  public final WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
    return this;
  }

  @Override
  public final boolean writeQueueFull() {
    return false;
  }

  @Override
  public final WriteStream<Buffer> drainHandler(Handler<Void> handler) {
    return this;
  }
}

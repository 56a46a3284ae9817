package dev.bactrian.sse;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;

/**
 * Stands between a stream of events and whoever gets it: sees each event and passes on others, or
 * the same. What it passes on during one write leaves together.
 */
public abstract class EventSink implements WriteStream<Buffer>, SseReader.Handler {
  private SseReader events = new SseReader(this, Integer.MAX_VALUE);
  private Buffer out = Buffer.buffer();

  /** Where the events go. */
  protected abstract WriteStream<Buffer> sink();

  /** Forgets an event that has come in part: another stream begins. */
  protected final void restart() {
    events = new SseReader(this, Integer.MAX_VALUE);
  }

  /** Passes on an event of that data. */
  protected final void frame(String data) {
    out.appendString("data: ").appendString(data).appendString("\n\n");
  }

  @Override
  public final Future<Void> write(Buffer data) {
    events.read(data.getBytes());
    Buffer ready = out;
    out = Buffer.buffer();
    return ready.length() == 0 ? Future.succeededFuture() : sink().write(ready);
  }

  @Override
  public final void write(Buffer data, Handler<AsyncResult<Void>> handler) {
    write(data).onComplete(handler);
  }

  @Override
  public final void end(Handler<AsyncResult<Void>> handler) {
    sink().end(handler);
  }

  @Override
  public final WriteStream<Buffer> exceptionHandler(Handler<Throwable> handler) {
    sink().exceptionHandler(handler);
    return this;
  }

  @Override
  public final WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
    sink().setWriteQueueMaxSize(maxSize);
    return this;
  }

  @Override
  public final boolean writeQueueFull() {
    return sink().writeQueueFull();
  }

  @Override
  public final WriteStream<Buffer> drainHandler(Handler<Void> handler) {
    sink().drainHandler(handler);
    return this;
  }
}

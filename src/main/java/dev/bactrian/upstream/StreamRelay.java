package dev.bactrian.upstream;

import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.dialect.ChunkStream;
import dev.bactrian.error.ErrorBody;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.sse.EventReader;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stream between provider and client: events in, frames out, with back-pressure both ways. Until
 * {@link #forward} it holds the provider back with the first content in hand.
 */
final class StreamRelay implements ChatReply.Stream {
  private final UpstreamCall call;
  private final UpstreamConfig config;
  private final List<String> changes;
  private final HttpClientResponse in;
  private final ChunkStream chunks;
  private final EventReader events;
  private final CompletableFuture<StreamEnd> ended = new CompletableFuture<>();

  private @Nullable WriteStream<Buffer> sink;
  private Function<StreamEnd, CompletionStage<Void>> settle =
      none -> CompletableFuture.completedFuture(null);
  private boolean paused;
  private boolean released;
  private boolean flushing;
  private boolean settling;

  StreamRelay(
      UpstreamCall call,
      UpstreamConfig config,
      ChatRequest request,
      List<String> changes,
      HttpClientResponse in) {
    this.call = call;
    this.config = config;
    this.changes = changes;
    this.in = in;
    this.chunks = config.dialect().stream(request);
    this.events = config.dialect().reader(chunks, config.maxReply());
  }

  /** Bytes have come. */
  void data(Buffer bytes) {
    if (call.isOver()) {
      return;
    }
    if (!events.read(bytes.getBytes())) {
      chunks.fail(Failures.tooLong(config.maxReply()));
    }
    if (chunks.committed()) {
      call.dueIn(config.idleTimeout());
    }
    if (sink == null) {
      flush();
    } else if (!flushing) {
      flushing = true;
      Flushes.add(this, call);
    }
  }

  /** Writes in one go what came in one read of the socket: this runs right after that read. */
  void flushTogether() {
    flushing = false;
    if (!call.isOver()) {
      flush();
    }
  }

  /** No more bytes will come. */
  void dataEnded() {
    events.finish();
    chunks.finish();
    flush();
  }

  /** The provider sent a whole answer though a stream was asked for. */
  void whole(byte[] json) {
    chunks.event(null, json, 0, json.length);
    chunks.finish();
    flush();
  }

  /**
   * Breaks the stream off.
   *
   * @return false when nothing of it has been passed on, so that the call can fail as a whole
   */
  boolean fail(UpstreamException failure) {
    if (!chunks.committed()) {
      return false;
    }
    chunks.fail(failure);
    if (sink == null) {
      call.finished(this, true);
    } else {
      write(sink);
    }
    return true;
  }

  /** Nobody waits for the stream any more. */
  void abandon(UpstreamException why) {
    ended.complete(end(why));
  }

  /** Moves what has been made on: to the client, or, before there is one, into the reply. */
  private void flush() {
    UpstreamException failure = chunks.failure();
    WriteStream<Buffer> out = sink;
    if (out != null) {
      write(out);
    } else if (chunks.committed()) {
      pause();
      call.committed(this);
    } else if (failure != null) {
      call.fail(failure);
    }
  }

  private void write(WriteStream<Buffer> out) {
    if (settling || ended.isDone()) {
      return;
    }
    Buffer frames = chunks.take();
    if (chunks.ended()) {
      settle(out, frames);
      return;
    }
    if (frames.length() > 0) {
      out.write(frames);
    }
    if (out.writeQueueFull()) {
      pause();
      out.drainHandler(ready -> resume());
    }
  }

  /** Holds the last frames back until the end is settled, which usually is at once. */
  private void settle(WriteStream<Buffer> out, Buffer frames) {
    settling = true;
    call.dueAtDeadline();
    UpstreamException broken = chunks.failure() == null ? null : call.shown(chunks.failure());
    if (broken != null) {
      frames.appendBytes(ErrorBody.event(broken));
    }
    StreamEnd end = end(broken);
    CompletableFuture<Void> settled = settle.apply(end).toCompletableFuture();
    if (settled.isDone()) {
      last(out, frames, end, settled.isCompletedExceptionally());
    } else {
      settled.whenComplete(
          (done, failed) -> call.later(() -> last(out, frames, end, failed != null)));
    }
  }

  private void last(WriteStream<Buffer> out, Buffer frames, StreamEnd end, boolean withheld) {
    if (ended.isDone()) {
      return;
    }
    StreamEnd told = withheld ? end(Failures.withheld()) : end;
    if (!withheld && frames.length() > 0) {
      out.write(frames);
    }
    if (told.failure() == null) {
      out.end();
    } // else the connection is closed, and a client that saw an end might use it again
    call.finished(this, told.failure() != null);
    ended.complete(told);
  }

  private StreamEnd end(@Nullable UpstreamException failure) {
    return new StreamEnd(
        chunks.usage(), failure, chunks.finishReason(), chunks.relayedTokens(), chunks.skipped());
  }

  private void pause() {
    if (!paused && !released) {
      paused = true;
      in.pause();
      call.dueAtDeadline();
    }
  }

  /** Takes all that was held back and holds nothing back any more: the provider has gone. */
  void release() {
    released = true;
    resume();
  }

  /** Lets the provider send on. */
  void resume() {
    if (paused) {
      paused = false;
      in.resume();
      call.dueIn(config.idleTimeout());
    }
  }

  @Override
  public CompletionStage<StreamEnd> forward(
      WriteStream<Buffer> target, Function<StreamEnd, CompletionStage<Void>> settling) {
    call.later(
        () -> {
          settle = settling;
          if (call.isOver() && !chunks.ended()) {
            abandon(Failures.gone());
            return;
          }
          sink = target;
          resume();
          write(target);
        });
    return ended;
  }

  @Override
  public List<String> changes() {
    return changes;
  }
}

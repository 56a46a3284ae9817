package dev.bactrian.upstream;

import dev.bactrian.call.Lifetime;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.dialect.ChunkStream;
import dev.bactrian.dialect.Dialect;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.sse.SseReader;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call of a provider. All of it runs on one event loop; the route's thread only waits for
 * {@link #reply}, which is there with the whole answer or with a stream's first content, and the
 * rest of the stream is held back by back-pressure until {@link #forward}.
 */
final class UpstreamCall implements ChatReply.Stream {
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final UpstreamConfig config;
  private final HttpClient client;
  private final Context context;
  private final Watch watch;
  private final ChatRequest request;
  private final Dialect.Outgoing outgoing;
  private final Lifetime lifetime;
  private final CompletableFuture<ChatReply> reply = new CompletableFuture<>();
  private final CompletableFuture<StreamEnd> ended = new CompletableFuture<>();

  private @Nullable HttpClientRequest httpRequest;
  private @Nullable HttpClientResponse response;
  private @Nullable ChunkStream chunks;
  private @Nullable SseReader events;
  private Buffer body = Buffer.buffer();
  private @Nullable WriteStream<Buffer> sink;
  private volatile long due;
  private boolean paused;
  private boolean over;
  private boolean draining;

  UpstreamCall(
      UpstreamConfig config,
      HttpClient client,
      Context context,
      Watch watch,
      ChatRequest request,
      Dialect.Outgoing outgoing,
      Lifetime lifetime) {
    this.config = config;
    this.client = client;
    this.context = context;
    this.watch = watch;
    this.request = request;
    this.outgoing = outgoing;
    this.lifetime = lifetime;
    this.due = lifetime.deadline();
  }

  /** Sends the request. */
  CompletableFuture<ChatReply> start(Map<String, String> headers) {
    context.runOnContext(go -> connect(headers));
    return reply;
  }

  private void connect(Map<String, String> headers) {
    watch.add(this);
    lifetime.onCancel(() -> context.runOnContext(gone -> abort()));
    client
        .request(config.target())
        .onComplete(
            connected -> {
              if (connected.failed()) {
                fail(Failures.connect(connected.cause(), config.place()));
              } else if (over) {
                connected.result().reset();
              } else {
                send(connected.result(), headers);
              }
            });
  }

  private void send(HttpClientRequest out, Map<String, String> headers) {
    httpRequest = out;
    headers.forEach(out::putHeader);
    out.response()
        .onComplete(
            answer -> {
              if (answer.failed()) {
                fail(Failures.broken(answer.cause(), config.place()));
              } else {
                answered(answer.result());
              }
            });
    dueIn(request.stream() ? config.firstTokenTimeout() : config.replyTimeout());
    out.end(Buffer.buffer(outgoing.body()));
  }

  private void answered(HttpClientResponse in) {
    if (over) {
      return;
    }
    response = in;
    in.exceptionHandler(cause -> fail(Failures.broken(cause, config.place())));
    String type = in.getHeader("content-type");
    boolean whole =
        in.statusCode() != 200 || !request.stream() || (type != null && type.contains("json"));
    if (whole) {
      in.handler(this::collect);
      in.endHandler(end -> collected(in));
    } else {
      ChunkStream stream = config.dialect().stream(request);
      chunks = stream;
      events = new SseReader(stream, config.maxReply());
      in.handler(this::data);
      in.endHandler(end -> dataEnded());
    }
  }

  private void collect(Buffer bytes) {
    body.appendBuffer(bytes);
    if (body.length() > config.maxReply()) {
      fail(Failures.tooLong(config.maxReply()));
    }
  }

  private void collected(HttpClientResponse in) {
    if (over) {
      return;
    }
    byte[] bytes = body.getBytes();
    if (in.statusCode() != 200) {
      long wait = Failures.retryAfterMillis(in.headers());
      fail(config.dialect().error(in.statusCode(), wait, bytes));
      return;
    }
    try {
      ChatReply.Complete whole = config.dialect().reply(request, bytes, outgoing.changes());
      if (request.stream()) {
        asStream(whole);
      } else {
        close();
        reply.complete(whole);
      }
    } catch (UpstreamException e) {
      fail(e);
    }
  }

  /** The provider sent a whole answer though a stream was asked for. */
  private void asStream(ChatReply.Complete whole) {
    ChunkStream stream = config.dialect().stream(request);
    chunks = stream;
    stream.event(null, whole.json(), 0, whole.json().length);
    stream.finish();
    flush(stream);
  }

  private void data(Buffer bytes) {
    ChunkStream stream = chunks;
    SseReader reader = events;
    if (over || stream == null || reader == null || draining) {
      return;
    }
    if (!reader.read(bytes.getBytes())) {
      stream.fail(Failures.tooLong(config.maxReply()));
    }
    if (stream.committed()) {
      dueIn(config.idleTimeout());
    }
    flush(stream);
  }

  private void dataEnded() {
    ChunkStream stream = chunks;
    SseReader reader = events;
    if (draining) {
      close();
    } else if (!over && stream != null && reader != null) {
      reader.finish();
      stream.finish();
      response = null;
      flush(stream);
    }
  }

  /** Moves what the stream has made on: to the sink, or, before there is one, into the reply. */
  private void flush(ChunkStream stream) {
    UpstreamException failure = stream.failure();
    if (!stream.committed() && failure != null) {
      fail(failure);
    } else if (sink != null) {
      write(stream, sink);
    } else if (stream.committed() && !reply.isDone()) {
      pause();
      reply.complete(this);
    }
  }

  private void write(ChunkStream stream, WriteStream<Buffer> out) {
    Buffer frames = stream.take();
    if (frames.length() > 0) {
      out.write(frames);
    }
    if (stream.ended()) {
      out.end();
      sink = null;
      drain(stream.failure() != null);
      ended.complete(new StreamEnd(stream.usage(), stream.failure(), stream.finishReason()));
    } else if (out.writeQueueFull()) {
      pause();
      out.drainHandler(ready -> resume());
    }
  }

  /** The answer is over: lets the connection come to its end for the next call, or drops it. */
  private void drain(boolean broken) {
    HttpClientResponse in = response;
    if (broken || in == null) {
      reset();
      close();
    } else {
      draining = true;
      resume();
      due = System.nanoTime() + DRAIN_NANOS;
    }
  }

  private void pause() {
    HttpClientResponse in = response;
    if (in != null && !paused) {
      paused = true;
      due = lifetime.deadline();
      in.pause();
    }
  }

  private void resume() {
    HttpClientResponse in = response;
    if (paused && !over) {
      paused = false;
      dueIn(config.idleTimeout());
      if (in != null) {
        in.resume();
      }
    }
  }

  @Override
  public CompletionStage<StreamEnd> forward(WriteStream<Buffer> target) {
    context.runOnContext(
        go -> {
          ChunkStream stream = chunks;
          if (stream == null || over) {
            ended.complete(new StreamEnd(null, Failures.gone(), null));
            return;
          }
          sink = target;
          resume();
          write(stream, target);
        });
    return ended;
  }

  @Override
  public List<String> changes() {
    return outgoing.changes();
  }

  private void dueIn(long millis) {
    long then = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    due = then - lifetime.deadline() < 0 ? then : lifetime.deadline();
  }

  /** Whether the call has waited for as long as it may; asked from any thread. */
  boolean isDue(long now) {
    return now - due >= 0;
  }

  /** Ends the call if it is due; called on its event loop. */
  void expire() {
    long now = System.nanoTime();
    if (over || !isDue(now)) {
      return;
    }
    if (draining || (reply.isDone() && sink == null)) {
      reset();
      close();
      ended.complete(new StreamEnd(null, Failures.overall(), null));
    } else if (now - lifetime.deadline() >= 0) {
      fail(Failures.overall());
    } else if (reply.isDone()) {
      fail(Failures.stalled(config.idleTimeout()));
    } else {
      fail(Failures.silent(request.stream() ? config.firstTokenTimeout() : config.replyTimeout()));
    }
  }

  /** The client has gone. */
  private void abort() {
    if (!over && !draining) {
      UpstreamException gone = Failures.gone();
      reset();
      close();
      reply.completeExceptionally(gone);
      ChunkStream stream = chunks;
      ended.complete(new StreamEnd(stream == null ? null : stream.usage(), gone, null));
    }
  }

  private void fail(UpstreamException failure) {
    if (over || draining) {
      close();
      return;
    }
    ChunkStream stream = chunks;
    if (stream != null && stream.committed()) {
      stream.fail(failure);
      if (sink != null) {
        write(stream, sink);
      } else {
        reset();
        response = null;
      }
      return;
    }
    reset();
    close();
    reply.completeExceptionally(failure);
  }

  private void reset() {
    if (httpRequest != null) {
      httpRequest.reset();
    }
  }

  private void close() {
    over = true;
    watch.remove(this);
    lifetime.onCancel(null);
  }

  Context context() {
    return context;
  }
}

package dev.bactrian.upstream;

import dev.bactrian.buffer.Buffers;
import dev.bactrian.call.Lifetime;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.credential.Outbound;
import dev.bactrian.dialect.Dialect;
import dev.bactrian.error.Redaction;
import dev.bactrian.error.UpstreamException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call of a provider. All of it runs on one event loop; the route's thread only waits for
 * {@link #start}, which completes with the whole answer or with a stream whose first content is
 * there.
 */
final class UpstreamCall {
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final UpstreamConfig config;
  private final HttpClient client;
  private final Context context;
  private final Watch watch;
  private final ChatRequest request;
  private final List<String> changes;
  private final Lifetime lifetime;
  private final CompletableFuture<ChatReply> reply = new CompletableFuture<>();

  private volatile long due;
  private List<String> secrets = List.of();
  private @Nullable HttpClientRequest httpRequest;
  private @Nullable StreamRelay relay;
  private @Nullable Buffer whole;
  private boolean received;
  private boolean draining;
  private boolean over;

  UpstreamCall(
      UpstreamConfig config,
      HttpClient client,
      Context context,
      Watch watch,
      ChatRequest request,
      List<String> changes,
      Lifetime lifetime) {
    this.config = config;
    this.client = client;
    this.context = context;
    this.watch = watch;
    this.request = request;
    this.changes = changes;
    this.lifetime = lifetime;
    this.due = lifetime.deadline();
  }

  /** Sends the request. */
  CompletableFuture<ChatReply> start(Outbound outbound) {
    context.runOnContext(go -> connect(outbound));
    return reply;
  }

  private void connect(Outbound outbound) {
    watch.add(this);
    lifetime.onCancel(() -> context.runOnContext(gone -> abort()));
    client
        .request(config.target(outbound.pathAndQuery()))
        .onComplete(
            connected -> {
              if (connected.failed()) {
                fail(Failures.connect(connected.cause(), config.place()));
              } else if (over) {
                connected.result().reset();
              } else {
                send(connected.result(), outbound);
              }
            });
  }

  private void send(HttpClientRequest out, Outbound outbound) {
    httpRequest = out;
    secrets = outbound.secrets();
    outbound.headers().forEach(out::putHeader);
    out.response()
        .onComplete(
            answer -> {
              if (answer.failed()) {
                fail(Failures.broken(answer.cause(), config.place()));
              } else if (!over) {
                answered(answer.result());
              }
            });
    dueIn(request.stream() ? config.firstTokenTimeout() : config.replyTimeout());
    out.end(Buffers.wrap(outbound.body()));
  }

  private void answered(HttpClientResponse in) {
    in.exceptionHandler(cause -> broken(Failures.broken(cause, config.place())));
    String type = in.getHeader("content-type");
    boolean stream =
        in.statusCode() == 200 && request.stream() && (type == null || !type.contains("json"));
    if (stream) {
      StreamRelay events = new StreamRelay(this, config, request, changes, in);
      relay = events;
      in.handler(events::data);
      in.endHandler(end -> dataEnded(events));
    } else {
      in.handler(this::collect);
      in.endHandler(end -> collected(in, whole == null ? new byte[0] : whole.getBytes()));
    }
  }

  private void collect(Buffer bytes) {
    whole = whole == null ? bytes : whole.appendBuffer(bytes);
    if (whole.length() > config.maxReply()) {
      fail(Failures.tooLong(config.maxReply()));
    }
  }

  private void collected(HttpClientResponse in, byte[] bytes) {
    received = true;
    if (over) {
      return;
    }
    if (in.statusCode() != 200) {
      long wait = Failures.retryAfterMillis(in.headers());
      fail(
          config
              .dialect()
              .error(
                  new Dialect.ErrorAnswer(
                      in.statusCode(), wait, name -> in.getHeader(name), bytes)));
      return;
    }
    try {
      ChatReply.Complete answer = config.dialect().reply(request, bytes, changes);
      if (request.stream()) {
        relay = new StreamRelay(this, config, request, changes, in);
        relay.whole(answer.json());
      } else {
        close();
        reply.complete(answer);
      }
    } catch (UpstreamException e) {
      fail(e);
    }
  }

  private void dataEnded(StreamRelay stream) {
    received = true;
    if (draining) {
      close();
    } else if (!over) {
      stream.dataEnded();
    }
  }

  /** The stream's first content is there. */
  void committed(StreamRelay stream) {
    reply.complete(stream);
  }

  /** The stream's answer is over: lets the connection come to its end for the next call. */
  void finished(StreamRelay stream, boolean broken) {
    if (broken || received) {
      close();
      reset();
    } else {
      draining = true;
      stream.resume();
      due = System.nanoTime() + DRAIN_NANOS;
    }
  }

  /** Whether nothing more is to be passed on. */
  boolean isOver() {
    return over || draining;
  }

  /** Runs something on the call's event loop, after what is running now. */
  void later(Runnable task) {
    context.runOnContext(then -> task.run());
  }

  /** Gives the provider so long for the next byte. */
  void dueIn(long millis) {
    long then = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    due = then - lifetime.deadline() < 0 ? then : lifetime.deadline();
  }

  /** It is the client's turn: only the deadline of the whole call counts. */
  void dueAtDeadline() {
    due = lifetime.deadline();
  }

  /** Whether the call has waited for as long as it may; asked from any thread. */
  boolean isDue(long now) {
    return now - due >= 0 || now - lifetime.deadline() >= 0;
  }

  /** Ends the call if it is due; called on its event loop. */
  void expire() {
    long now = System.nanoTime();
    if (over || !isDue(now)) {
      return;
    }
    if (draining) {
      close();
      reset();
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
    if (!isOver()) {
      UpstreamException gone = Failures.gone();
      close();
      reset();
      reply.completeExceptionally(gone);
      if (relay != null) {
        relay.abandon(gone);
      }
    }
  }

  /** Ends the call: before the first content by a failed reply, after it by an error event. */
  void fail(UpstreamException failure) {
    if (isOver()) {
      close();
      return;
    }
    if (relay == null || !relay.fail(failure)) {
      close();
      reset();
      reply.completeExceptionally(shown(failure));
    }
  }

  /** What is shown of a failure: a provider may repeat the credentials that it was sent. */
  UpstreamException shown(UpstreamException failure) {
    List<String> all = new ArrayList<>(secrets);
    if (config.credential() != null) {
      all.addAll(config.credential().secrets());
    }
    return new Redaction(all).of(failure);
  }

  /** The connection broke: what came before that and was held back goes first. */
  private void broken(UpstreamException failure) {
    if (relay != null) {
      relay.release();
      later(() -> fail(failure));
    } else {
      fail(failure);
    }
  }

  private void reset() {
    // After the whole answer has come, the connection may serve another call already.
    if (httpRequest != null && !received) {
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

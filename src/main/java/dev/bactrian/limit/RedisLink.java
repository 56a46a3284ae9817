package dev.bactrian.limit;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection to Redis, on which commands keep their order. While it is away it is tried
 * again twice a second, and whoever sends is told so at once.
 */
final class RedisLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);

  private static final int CONNECT_MILLIS = 2_000;
  private static final long AGAIN_MILLIS = 500;
  private static final int MOST_WAITING = 65_536;
  private static final int FIRST_SECONDS = 3;

  /** Nothing was sent. */
  private static final Throwable AWAY = new IllegalStateException("Redis cannot be reached.");

  private final Vertx vertx;
  private final String place;
  private final RedisOptions options;
  private final Runnable onUp;
  private final CountDownLatch tried = new CountDownLatch(1);
  private volatile @Nullable Line line;
  private volatile boolean up;
  private volatile boolean closed;
  private boolean toldAway;

  /** A connection and the client that has made it, which closes it for good. */
  private record Line(Redis client, RedisConnection connection) {}

  /**
   * A link that is not there yet.
   *
   * @param url as in {@code redis://user:password@host:6379/0}
   * @param onUp called before others may send
   * @throws IllegalArgumentException when the address cannot be read; the message does not repeat
   *     it
   */
  RedisLink(Vertx vertx, String url, Runnable onUp) {
    this.vertx = vertx;
    this.onUp = onUp;
    try {
      URI uri = URI.create(url);
      if (uri.getHost() == null || !String.valueOf(uri.getScheme()).matches("rediss?")) {
        throw unreadable();
      }
      this.place = uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
      this.options =
          new RedisOptions()
              .setConnectionString(url)
              .setMaxWaitingHandlers(MOST_WAITING)
              .setNetClientOptions(
                  new NetClientOptions()
                      .setConnectTimeout(CONNECT_MILLIS)
                      .setTcpNoDelay(true)
                      .setTcpKeepAlive(true)
                      .setHostnameVerificationAlgorithm("HTTPS"));
    } catch (IllegalArgumentException e) {
      throw unreadable();
    }
  }

  private static IllegalArgumentException unreadable() {
    return new IllegalArgumentException(
        "BACTRIAN_REDIS_URL is not of the form redis://USER:PASSWORD@HOST:PORT/NUMBER,"
            + " or rediss:// for TLS.");
  }

  /** Begins to connect. */
  void open() {
    if (closed) {
      return;
    }
    Redis client = Redis.createClient(vertx, options);
    // Also for a server that takes connections and then says nothing.
    long late = vertx.setTimer(CONNECT_MILLIS, tick -> client.close());
    client
        .connect()
        .compose(made -> load(made).map(new Line(client, made)))
        .onComplete(
            done -> {
              vertx.cancelTimer(late);
              if (done.failed() || closed) {
                client.close();
                away(done.cause());
              } else {
                connected(done.result());
              }
            });
  }

  private static Future<Response> load(RedisConnection made) {
    Future<Response> loaded = Future.succeededFuture();
    for (RedisScript script : RedisScript.values()) {
      Request load = Request.cmd(Command.SCRIPT).arg("LOAD").arg(script.text());
      loaded = loaded.compose(before -> made.send(load));
    }
    return loaded;
  }

  private synchronized void connected(Line made) {
    made.connection().exceptionHandler(broken -> lost(made, broken));
    made.connection().endHandler(ended -> lost(made, null));
    line = made;
    onUp.run();
    up = true;
    toldAway = false;
    tried.countDown();
    LOG.info("Redis at {} is there", place);
  }

  private synchronized void lost(Line broken, @Nullable Throwable why) {
    if (line == broken) {
      up = false;
      line = null;
      broken.client().close();
      away(why);
    }
  }

  private synchronized void away(@Nullable Throwable why) {
    tried.countDown();
    if (closed) {
      return;
    }
    if (!toldAway) {
      LOG.warn(
          "Redis at {} cannot be used; it is tried again twice a second: {}",
          place,
          why == null ? "the connection was closed" : why.getMessage());
      toldAway = true;
    }
    vertx.setTimer(AGAIN_MILLIS, again -> open());
  }

  /** Waits until it is there, or until it is known that it cannot be reached now. */
  void await() {
    try {
      if (!tried.await(FIRST_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("Redis at {} takes long to answer", place);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives up the connection, since nothing is heard on it, and tries another. */
  void drop(String why) {
    Line silent = line;
    if (silent != null) {
      lost(silent, new IllegalStateException(why));
    }
  }

  /** Whether commands may be sent. */
  boolean isUp() {
    return up;
  }

  /** Runs a script. */
  Future<Response> run(RedisScript script, List<String> keys, List<String> arguments) {
    Request request = Request.cmd(Command.EVALSHA).arg(script.sha1()).arg(keys.size());
    keys.forEach(request::arg);
    arguments.forEach(request::arg);
    return send(request).onFailure(this::failed);
  }

  private void failed(Throwable why) {
    if (String.valueOf(why.getMessage()).startsWith("NOSCRIPT")) {
      drop("its scripts are gone"); // they are loaded again with the next connection
    }
  }

  /** Sends a command; after those that were sent before. */
  Future<Response> send(Request request) {
    Line open = line;
    return open == null ? Future.failedFuture(AWAY) : open.connection().send(request);
  }

  /** Waits until a moment of System.nanoTime's clock; null when there is no answer by then. */
  static <T> @Nullable T await(CompletableFuture<T> waiting, long deadline) {
    try {
      return waiting.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // What comes now comes too late, unless it has just come.
      return waiting.cancel(false) || waiting.isCompletedExceptionally() ? null : waiting.join();
    } catch (ExecutionException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      waiting.cancel(false);
      return null;
    }
  }

  /**
   * Whether a command that failed so has surely done nothing: not sent, or answered by an error.
   */
  static boolean isUndone(Throwable why) {
    return why == AWAY || why instanceof Response;
  }

  @Override
  public void close() {
    closed = true;
    up = false;
    Line open = line;
    if (open != null) {
      open.client().close();
    }
  }
}

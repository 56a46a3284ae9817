package dev.bactrian.limit;

import dev.bactrian.key.Bound;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.UUID;

/**
 * This node as Redis knows it. It says each second that it lives; one of which nothing was heard
 * for ten seconds counts as dead, and what it has reserved is free. A node that was away comes back
 * under another name and tells anew what its running calls have reserved.
 */
final class RedisNode implements AutoCloseable {
  private static final long BEAT_MILLIS = 1_000;
  private static final String DEAD_MILLIS = "10000";
  private static final int MOST_UNANSWERED = 2;

  private final Vertx vertx;
  private final RedisLink link;
  private final OpenCalls open = new OpenCalls();
  private String name = "";
  private int unanswered;
  private long timer = -1;
  private boolean closed;

  RedisNode(Vertx vertx, RedisLink link) {
    this.vertx = vertx;
    this.link = link;
  }

  /** Begins to say that it lives. */
  synchronized void open() {
    if (!closed) {
      // One after the other: a process that stood still must not catch up on all of them at once.
      timer = vertx.setTimer(BEAT_MILLIS, tick -> beat());
    }
  }

  /** The node is there anew. */
  synchronized void join() {
    String before = name;
    name = UUID.randomUUID().toString();
    unanswered = 0;
    link.run(RedisScript.BEAT, List.of(RedisText.NODES), List.of(name, DEAD_MILLIS, "1", before));
    open.all()
        .forEach(
            (subject, sums) ->
                link.send(
                    Request.cmd(Command.HSET).arg(RedisText.open(subject)).arg(name).arg(sums)));
  }

  private void beat() {
    if (link.isUp() && !saidSo()) {
      link.drop("it does not answer"); // not while the node is held, for the link may hold the node
    }
    open();
  }

  private synchronized boolean saidSo() {
    if (unanswered++ >= MOST_UNANSWERED) {
      return false;
    }
    link.run(RedisScript.BEAT, List.of(RedisText.NODES), List.of(name, DEAD_MILLIS, "", ""))
        .onSuccess(this::heard);
    return true;
  }

  private synchronized void heard(Response alive) {
    unanswered = 0;
    if (alive.toInteger() == 0) {
      join();
    }
  }

  /** The name that it has now. */
  synchronized String name() {
    return name;
  }

  /**
   * A call has reserved something under a name of this node.
   *
   * @return false when the node has another name by now and the reservation does not count
   */
  synchronized boolean reserved(String under, List<Bound> bounds, Estimate estimate) {
    if (!name.equals(under)) {
      return false;
    }
    open.add(bounds, estimate);
    return true;
  }

  /** What runs when a reservation ends: a command that names this node. */
  interface Ending {
    Future<Response> send(String name);
  }

  /** Ends a reservation, in order with all else that names this node. */
  synchronized Future<Response> end(List<Bound> bounds, Estimate estimate, Ending ending) {
    open.remove(bounds, estimate);
    return ending.send(name);
  }

  @Override
  public synchronized void close() {
    closed = true;
    vertx.cancelTimer(timer);
    if (link.isUp()) {
      link.send(Request.cmd(Command.ZREM).arg(RedisText.NODES).arg(name()));
    }
  }
}

package dev.bactrian.limit;

import dev.bactrian.key.Bound;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * This node as Redis knows it. It says each second that it lives; one of which nothing was heard
 * for ten seconds counts as dead, and what it has reserved is free. A node that was away comes back
 * under another name, tells anew what its running calls have reserved, and asks how much of what it
 * said before was heard: so each call that is over is told once.
 */
final class RedisNode implements AutoCloseable {
  private static final long BEAT_MILLIS = 1_000;
  private static final String DEAD_MILLIS = "10000";
  private static final int MOST_UNANSWERED = 2;

  private final Vertx vertx;
  private final RedisLink link;
  private final OpenCalls open = new OpenCalls();

  /** What has to be told. */
  private final Debts debts = new Debts();

  /** What was told under names of before and may not have been heard, by its number. */
  private final Map<String, NavigableMap<Long, List<Debts.Debt>>> left = new HashMap<>();

  /** The same under the name of now. */
  private NavigableMap<Long, List<Debts.Debt>> told = new TreeMap<>();

  private String name = "";
  private long number;
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
    if (!told.isEmpty()) {
      left.put(name, told);
    }
    name = UUID.randomUUID().toString();
    number = 0;
    told = new TreeMap<>();
    unanswered = 0;
    link.run(RedisScript.BEAT, List.of(RedisText.NODES), List.of(name, DEAD_MILLIS, "1"));
    open.all()
        .forEach(
            (subject, sums) ->
                link.send(
                    Request.cmd(Command.HSET).arg(RedisText.open(subject)).arg(name).arg(sums)));
    List.copyOf(left.keySet()).forEach(this::leave);
    tellDebts();
  }

  private void leave(String before) {
    link.run(RedisScript.LEAVE, List.of(RedisText.NODES, RedisText.told(before)), List.of(before))
        .onSuccess(answer -> left(before, answer.toLong()));
  }

  private synchronized void left(String before, long heard) {
    NavigableMap<Long, List<Debts.Debt>> unsure = left.remove(before);
    if (unsure != null) {
      unsure.tailMap(heard, false).values().forEach(lost -> lost.forEach(this::tell));
    }
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
    link.run(RedisScript.BEAT, List.of(RedisText.NODES), List.of(name, DEAD_MILLIS, ""))
        .onSuccess(this::heard);
    tellDebts();
    return true;
  }

  private synchronized void heard(Response alive) {
    unanswered = 0;
    if (alive.toInteger() == 0) {
      join();
    }
  }

  /** Redis says that this node is dead, or has forgotten it. */
  synchronized void dead(String under) {
    if (name.equals(under)) {
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

  /** Arguments of {@link RedisScript#SETTLE}. */
  interface Ending {
    /**
     * The arguments.
     *
     * @param name of this node
     * @param number of the ending, by the node's count
     */
    List<String> arguments(String name, long number);
  }

  /**
   * Ends a reservation, in order with all else that names this node.
   *
   * @param spent what remains to be told when this is not heard
   */
  synchronized void end(
      List<Bound> bounds, Estimate estimate, List<Debts.Debt> spent, Ending ending) {
    open.remove(bounds, estimate);
    say(bounds.stream().map(Bound::subject).toList(), spent, ending);
  }

  /** Tells what was spent beside all reservations, now or when Redis is there again. */
  synchronized void tell(Debts.Debt debt) {
    if (link.isUp()) {
      say(List.of(debt.subject()), List.of(debt), RedisText.ending(debt));
    } else {
      debts.add(debt);
    }
  }

  private void tellDebts() {
    for (Debts.Debt debt : debts.take()) {
      say(List.of(debt.subject()), List.of(debt), RedisText.ending(debt));
    }
  }

  private void say(List<String> subjects, List<Debts.Debt> spent, Ending ending) {
    long mine = ++number;
    NavigableMap<Long, List<Debts.Debt>> unsure = told;
    unsure.put(mine, spent);
    link.run(RedisScript.SETTLE, RedisText.settleKeys(name, subjects), ending.arguments(name, mine))
        .onComplete(answer -> said(unsure, mine, answer));
  }

  private synchronized void said(
      NavigableMap<Long, List<Debts.Debt>> unsure, long mine, AsyncResult<Response> answer) {
    if (answer.succeeded()) {
      if (answer.result().toInteger() == 1) {
        unsure.remove(mine);
      }
    } else if (RedisLink.isUndone(answer.cause())) {
      List<Debts.Debt> lost = unsure.remove(mine);
      if (lost != null) {
        lost.forEach(debts::add);
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    vertx.cancelTimer(timer);
    if (link.isUp()) {
      link.send(Request.cmd(Command.ZREM).arg(RedisText.NODES).arg(name));
    }
  }
}

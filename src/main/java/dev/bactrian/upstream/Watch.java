package dev.bactrian.upstream;

import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The clock of all running calls: one timer for all of them, so that a chunk that arrives costs no
 * timer of its own. Time-outs are late by {@value #PERIOD_MILLIS} ms at most.
 */
final class Watch implements AutoCloseable {
  private static final long PERIOD_MILLIS = 20;

  private final Set<UpstreamCall> calls = ConcurrentHashMap.newKeySet();
  private final Vertx vertx;
  private final long timer;

  Watch(Vertx vertx) {
    this.vertx = vertx;
    this.timer = vertx.setPeriodic(PERIOD_MILLIS, tick -> tick());
  }

  void add(UpstreamCall call) {
    calls.add(call);
  }

  void remove(UpstreamCall call) {
    calls.remove(call);
  }

  private void tick() {
    long now = System.nanoTime();
    for (UpstreamCall call : calls) {
      if (call.isDue(now)) {
        call.context().runOnContext(due -> call.expire());
      }
    }
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
  }
}

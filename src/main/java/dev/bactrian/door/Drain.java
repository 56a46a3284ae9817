package dev.bactrian.door;

import dev.bactrian.call.Lifetime;
import dev.bactrian.error.ApiException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets running calls finish at shutdown, for a while, and refuses new ones. */
public final class Drain {
  /** How long a call may take to end once it has no more time: a client may be slow to close. */
  private static final long ENDING_MILLIS = 6_000;

  private final Set<Lifetime> inside = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition empty = lock.newCondition();
  private volatile boolean closing;

  /**
   * A call comes in.
   *
   * @throws ApiException 503 when the door is closing
   */
  public void enter(Lifetime call) {
    // In this order, so that closing either refuses the call or waits for it.
    inside.add(call);
    if (closing) {
      leave(call);
      throw new ApiException(
              503,
              "service_unavailable_error",
              "shutting_down",
              null,
              "This gateway is shutting down; try again.")
          .retryAfter(1000)
          .header("connection", "close");
    }
  }

  /** A call that came in is over. */
  public void leave(Lifetime call) {
    inside.remove(call);
    if (closing && inside.isEmpty()) {
      lock.lock();
      try {
        empty.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Whether new calls are refused, since the gateway is about to end. */
  public boolean isClosing() {
    return closing;
  }

  /** How many calls are running. */
  public int inside() {
    return inside.size();
  }

  /**
   * Closes the door, waits for the calls inside, and breaks off those that take too long.
   *
   * @param millis how long they may take
   * @return how many calls were broken off
   */
  public int close(long millis) throws InterruptedException {
    closing = true;
    awaitEmpty(millis);
    int late = inside.size();
    inside.forEach(Lifetime::expire);
    awaitEmpty(ENDING_MILLIS);
    return late;
  }

  private void awaitEmpty(long millis) throws InterruptedException {
    long left = TimeUnit.MILLISECONDS.toNanos(millis);
    lock.lock();
    try {
      while (!inside.isEmpty() && left > 0) {
        left = empty.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}

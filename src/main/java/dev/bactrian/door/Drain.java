package dev.bactrian.door;

import dev.bactrian.error.ApiException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets running calls finish at shutdown while new ones are refused. */
public final class Drain {
  private final AtomicInteger inside = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition empty = lock.newCondition();
  private volatile boolean closing;

  /**
   * A call comes in.
   *
   * @throws ApiException 503 when the door is closing
   */
  public void enter() {
    if (closing) {
      throw new ApiException(
              503,
              "service_unavailable_error",
              "shutting_down",
              null,
              "This gateway is shutting down; try again.")
          .retryAfter(1000)
          .header("connection", "close");
    }
    inside.incrementAndGet();
  }

  /** A call that came in is over. */
  public void leave() {
    if (inside.decrementAndGet() == 0 && closing) {
      lock.lock();
      try {
        empty.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** How many calls are running. */
  public int inside() {
    return inside.get();
  }

  /**
   * Closes the door and waits for the calls inside.
   *
   * @param millis how long at most
   * @return how many calls were still running then
   */
  public int close(long millis) throws InterruptedException {
    closing = true;
    long left = TimeUnit.MILLISECONDS.toNanos(millis);
    lock.lock();
    try {
      while (inside.get() > 0 && left > 0) {
        left = empty.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
    return inside.get();
  }
}

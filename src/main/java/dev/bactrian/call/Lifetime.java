package dev.bactrian.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * How long a call may go on: until its deadline, or until its client goes away, or until the
 * gateway has to end. Every attempt of the call shares one.
 */
public final class Lifetime {
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private volatile long deadline;
  private volatile boolean cancelled;
  private @Nullable Runnable onCancel;

  /**
   * A lifetime that starts now.
   *
   * @param millis how long it lasts at most
   */
  public Lifetime(long millis) {
    this.deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** The deadline on {@link System#nanoTime}'s clock. */
  public long deadline() {
    return deadline;
  }

  /** Milliseconds that are left, 0 when it is over. */
  public long remaining() {
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
  }

  /** Whether the client has gone. */
  public boolean isCancelled() {
    return cancelled;
  }

  /** The client has gone: stops what runs for it. */
  public void cancel() {
    Runnable running;
    synchronized (this) {
      if (cancelled) {
        return;
      }
      cancelled = true;
      running = onCancel;
    }
    over.complete(null);
    if (running != null) {
      running.run();
    }
  }

  /** No more time is given: what runs for it ends as at its deadline. */
  public void expire() {
    deadline = System.nanoTime();
    over.complete(null);
  }

  /** Says what to stop when the client goes, in place of what was said before. */
  public void onCancel(@Nullable Runnable stop) {
    synchronized (this) {
      onCancel = stop;
      if (!cancelled || stop == null) {
        return;
      }
    }
    stop.run();
  }

  /** Waits, but no longer than the client does, nor after the time was up. */
  public void pause(long millis) throws InterruptedException {
    try {
      over.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}

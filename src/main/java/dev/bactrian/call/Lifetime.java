package dev.bactrian.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * How long a call may go on: until its deadline, or until its client goes away. Every attempt of
 * the call shares one.
 */
public final class Lifetime {
  private final long deadline;
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
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
    return cancelled.isDone();
  }

  /** The client has gone: stops what runs for it. */
  public void cancel() {
    Runnable running;
    synchronized (this) {
      if (!cancelled.complete(null)) {
        return;
      }
      running = onCancel;
    }
    if (running != null) {
      running.run();
    }
  }

  /** Says what to stop when the client goes, in place of what was said before. */
  public void onCancel(@Nullable Runnable stop) {
    synchronized (this) {
      onCancel = stop;
      if (!cancelled.isDone() || stop == null) {
        return;
      }
    }
    stop.run();
  }

  /** Waits, but no longer than the client does. */
  public void pause(long millis) throws InterruptedException {
    try {
      cancelled.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}

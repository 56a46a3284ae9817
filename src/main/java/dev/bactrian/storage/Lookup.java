package dev.bactrian.storage;

import dev.bactrian.error.ApiException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks things up in a database that may be slow or gone. Nobody waits longer than agreed, few
 * look-ups run at a time and one for each id, and a breaker leaves a failing database alone. What
 * comes too late for whom it was asked still is there for the next.
 */
public final class Lookup<T> implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int WAITING = 128;

  private final long waitMillis;
  private final Supplier<ApiException> unavailable;
  private final Loader<T> loader;
  private final ThreadPoolExecutor threads;
  private final CircuitBreaker breaker;
  private final ConcurrentHashMap<String, CompletableFuture<Optional<T>>> running =
      new ConcurrentHashMap<>();

  /** Reads one thing, on a thread of the look-up; null where there is none. */
  public interface Loader<T> {
    @Nullable T load(String id) throws SQLException;
  }

  /**
   * Look-ups.
   *
   * @param name what is looked up, for threads and the breaker
   * @param waitMillis how long one may wait
   * @param unavailable the error when that was not enough
   */
  public Lookup(
      String name, long waitMillis, Supplier<ApiException> unavailable, Loader<T> loader) {
    this.unavailable = unavailable;
    this.waitMillis = waitMillis;
    this.loader = loader;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            work -> {
              Thread thread = new Thread(work, name + "-lookup");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    this.breaker = StoreBreaker.of(name, waitMillis);
  }

  /**
   * Looks one thing up.
   *
   * @return null where there is none
   * @throws ApiException 503 when that cannot be told now
   */
  public @Nullable T find(String id) {
    return find(id, deadline());
  }

  /** Until when one who asks now may wait, on {@link System#nanoTime}'s clock. */
  public long deadline() {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
  }

  /**
   * Looks one thing up, one of several for the same call.
   *
   * @param deadline until when the call may wait, see {@link #deadline}
   * @return null where there is none
   * @throws ApiException 503 when that cannot be told now
   */
  public @Nullable T find(String id, long deadline) {
    try {
      return running
          .computeIfAbsent(id, this::begin)
          .get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)
          .orElse(null);
    } catch (ExecutionException | TimeoutException e) {
      throw unavailable.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable.get();
    }
  }

  private CompletableFuture<Optional<T>> begin(String id) {
    CompletableFuture<Optional<T>> future = new CompletableFuture<>();
    if (!breaker.tryAcquirePermission()) {
      throw unavailable.get();
    }
    try {
      threads.execute(() -> run(id, future));
    } catch (RejectedExecutionException e) {
      breaker.releasePermission();
      throw unavailable.get();
    }
    return future;
  }

  private void run(String id, CompletableFuture<Optional<T>> future) {
    long began = System.nanoTime();
    try {
      Optional<T> found = Optional.ofNullable(loader.load(id));
      breaker.onSuccess(System.nanoTime() - began, TimeUnit.NANOSECONDS);
      // First, so that who asks after an answer never gets that answer again: it may be old by
      // then.
      running.remove(id, future);
      future.complete(found);
    } catch (SQLException | RuntimeException e) {
      breaker.onError(System.nanoTime() - began, TimeUnit.NANOSECONDS, e);
      running.remove(id, future);
      future.completeExceptionally(e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

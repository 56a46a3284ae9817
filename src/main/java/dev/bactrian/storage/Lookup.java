package dev.bactrian.storage;

import dev.bactrian.error.ApiException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks things up in a database that may be slow or gone. Nobody waits longer than agreed, few
 * look-ups run at a time, each of all that was asked for meanwhile, and a breaker leaves a failing
 * database alone. What comes too late for whom it was asked still is there for the next.
 *
 * @param <I> what names a thing
 * @param <T> a thing
 */
public final class Lookup<I, T> implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int WAITING = 10_000;
  private static final int TOGETHER = 250;

  private final long waitMillis;
  private final Supplier<ApiException> unavailable;
  private final Loader<I, T> loader;
  private final ThreadPoolExecutor threads;
  private final CircuitBreaker breaker;
  private final ConcurrentHashMap<I, CompletableFuture<Optional<T>>> running =
      new ConcurrentHashMap<>();
  private final BlockingQueue<Asked<I, T>> waiting = new LinkedBlockingQueue<>(WAITING);

  /** Reads several things, on a thread of the look-up. */
  public interface Loader<I, T> {
    /** Those that are there, by what names them. */
    Map<I, T> load(List<I> ids) throws SQLException;
  }

  private record Asked<I, T>(I id, CompletableFuture<Optional<T>> answer) {}

  /**
   * Look-ups.
   *
   * @param name what is looked up, for threads and the breaker
   * @param waitMillis how long one may wait
   * @param unavailable the error when that was not enough
   */
  public Lookup(
      String name, long waitMillis, Supplier<ApiException> unavailable, Loader<I, T> loader) {
    this.unavailable = unavailable;
    this.waitMillis = waitMillis;
    this.loader = loader;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
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
  public @Nullable T find(I id) {
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
  public @Nullable T find(I id, long deadline) {
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

  /** For how many ids an answer is awaited. */
  int asked() {
    return running.size();
  }

  private CompletableFuture<Optional<T>> begin(I id) {
    if (!breaker.tryAcquirePermission()) {
      throw unavailable.get();
    }
    Asked<I, T> asked = new Asked<>(id, new CompletableFuture<>());
    try {
      if (waiting.offer(asked)) {
        threads.execute(this::run);
        return asked.answer();
      }
    } catch (RejectedExecutionException e) {
      waiting.remove(asked);
    }
    breaker.releasePermission();
    throw unavailable.get();
  }

  /** Looks up what waits, which may be nothing by now. */
  private void run() {
    List<Asked<I, T>> together = new ArrayList<>();
    if (waiting.drainTo(together, TOGETHER) > 0) {
      load(together);
    }
  }

  private void load(List<Asked<I, T>> together) {
    long began = System.nanoTime();
    try {
      Map<I, T> found = loader.load(together.stream().map(Asked::id).toList());
      for (Asked<I, T> one : together) {
        breaker.onSuccess(System.nanoTime() - began, TimeUnit.NANOSECONDS);
        // First, so that who asks after an answer never gets that answer again: it may be old by
        // then.
        running.remove(one.id(), one.answer());
        one.answer().complete(Optional.ofNullable(found.get(one.id())));
      }
    } catch (SQLException | RuntimeException e) {
      if (together.size() > 1 && e instanceof RuntimeException) {
        together.forEach(one -> load(List.of(one))); // one that cannot be read must not harm others
        return;
      }
      for (Asked<I, T> one : together) {
        breaker.onError(System.nanoTime() - began, TimeUnit.NANOSECONDS, e);
        running.remove(one.id(), one.answer());
        one.answer().completeExceptionally(e);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

package dev.bactrian.thread;

import io.vertx.core.spi.ExecutorServiceFactory;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which Vert.x lets routes run: a virtual thread for each request where the JVM has
 * them, else as many platform threads as there are requests. Vert.x's own pool has 20, which would
 * be 20 requests at a time.
 */
public final class RouteThreads implements ExecutorServiceFactory {
  private static final int MOST_PLATFORM_THREADS = 20_000;
  private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

  /** The first JVM whose virtual threads leave their carrier wherever they wait. */
  private static final int NEVER_PINNED = 24;

  /**
   * Has the JVM carry virtual threads on as many cores as the event loops leave, unless it was told
   * how many. To be called before it starts the first one. A JVM whose virtual threads may hold on
   * to their carrier keeps its own number.
   */
  public static void leaveRoomForEventLoops() {
    if (Runtime.version().feature() >= NEVER_PINNED && System.getProperty(CARRIERS) == null) {
      int cores = Runtime.getRuntime().availableProcessors();
      System.setProperty(CARRIERS, Integer.toString(Math.max(1, cores - EventLoops.count())));
    }
  }

  /**
   * Threads for what runs beside a request's own. Nobody needs to shut them down: they end when
   * they are idle, and hold up no JVM that ends.
   */
  public static ExecutorService executor() {
    return new RouteThreads().createExecutor(RouteThreads::daemon, null, null);
  }

  /**
   * Threads for calls that nobody waits for. What comes when all are busy is left out, so that it
   * never holds up whoever brings it.
   *
   * @param most how many there are at most
   */
  public static ExecutorService aside(int most) {
    return new ThreadPoolExecutor(
        0,
        most,
        30,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        RouteThreads::daemon,
        new ThreadPoolExecutor.DiscardPolicy());
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "beside");
    thread.setContextClassLoader(RouteThreads.class.getClassLoader());
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public ExecutorService createExecutor(
      @Nullable ThreadFactory threads,
      @Nullable Integer concurrency,
      @Nullable Integer maxConcurrency) {
    ExecutorService virtual = virtualThreads();
    if (virtual != null) {
      return virtual;
    }
    return new ThreadPoolExecutor(
        0,
        MOST_PLATFORM_THREADS,
        30,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        threads == null ? Executors.defaultThreadFactory() : threads);
  }

  /** An executor of virtual threads, null before Java 21. */
  public static @Nullable ExecutorService virtualThreads() {
    if (Runtime.version().feature() < 21) {
      return null;
    }
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("This JVM has no virtual threads", e);
    }
  }
}

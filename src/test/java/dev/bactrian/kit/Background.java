package dev.bactrian.kit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** What a test does beside itself, on as many threads as it takes: the JDK's pool may have one. */
public final class Background {
  /** Threads that end with the JVM. */
  static final Executor THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "background");
            thread.setDaemon(true);
            return thread;
          });

  private Background() {}

  /** Something that may wait and may fail. */
  @FunctionalInterface
  public interface Task {
    /** Does it. */
    void run() throws Exception;
  }

  /** Starts it; what it throws is told to whoever waits for the future. */
  public static CompletableFuture<Void> run(Task task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    THREADS.execute(
        () -> {
          try {
            task.run();
            done.complete(null);
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }
}

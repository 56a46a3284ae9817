package dev.bactrian.edition;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices edits in the configuration folder and loads a new edition. It looks at names, sizes and
 * times every quarter of a second, which works on every file system, and once it sees a change it
 * waits until two looks in a row see the same, so that it does not load what is half written.
 */
public final class ConfigWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);
  private static final long PERIOD_MILLIS = 250;
  private static final long SETTLE_MILLIS = 100;

  private final Path folder;
  private final Editions editions;
  private final Callable<Edition> loader;
  private final ConfigStatus status;
  private final ScheduledExecutorService timer;
  private Map<String, String> loaded;
  private Map<String, String> seen;

  /**
   * A watch that is running.
   *
   * @param folder the configuration folder
   * @param loader loads an edition from it
   * @param status is told how it went
   */
  public ConfigWatch(
      Path folder, Editions editions, Callable<Edition> loader, ConfigStatus status) {
    this.folder = folder;
    this.editions = editions;
    this.loader = loader;
    this.status = status;
    this.loaded = look();
    this.seen = loaded;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "config-watch");
              thread.setDaemon(true);
              return thread;
            });
    timer.schedule(this::check, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void check() {
    boolean settled = true;
    try {
      Map<String, String> now = look();
      settled = now.equals(seen);
      seen = now;
      if (settled && !now.equals(loaded)) {
        loaded = now;
        load();
      }
    } catch (RuntimeException e) {
      LOG.error("The configuration folder {} cannot be watched", folder, e);
    }
    if (!timer.isShutdown()) {
      timer.schedule(this::check, settled ? PERIOD_MILLIS : SETTLE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void load() {
    long start = System.nanoTime();
    try {
      editions.replace(loader);
      status.accepted();
      LOG.info(
          "The configuration in {} was loaded in {} ms and is in use",
          folder,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    } catch (Exception e) {
      ConfigProblem problem = ConfigProblem.of(e);
      status.rejected(problem);
      LOG.error("The configuration was not changed, an edit is wrong: {}", problem);
    }
  }

  private static boolean counts(Path file) {
    String name = file.toString();
    return name.endsWith(".yaml") || name.endsWith(".jar");
  }

  private Map<String, String> look() {
    Map<String, String> files = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.walk(folder, 3, FileVisitOption.FOLLOW_LINKS)) {
        for (Path file : all.filter(ConfigWatch::counts).toList()) {
          BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
          files.put(
              file.toString(), now.lastModifiedTime() + " " + now.size() + " " + now.fileKey());
        }
      } catch (IOException | UncheckedIOException e) {
        return seen; // a file went away while we looked: the next look sees what there is
      }
    }
    return files;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

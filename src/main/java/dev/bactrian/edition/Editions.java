package dev.bactrian.edition;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The edition that new calls use, and the older ones whose last calls are still running. A new one
 * takes its place once it has loaded and started as a whole; one that does not changes nothing.
 */
public final class Editions {
  private final Set<Edition> running = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Edition current;

  /** Loads an edition and lets new calls use it; the one before retires. */
  public synchronized void replace(Callable<Edition> loader) throws Exception {
    Edition next = loader.call();
    running.removeIf(Edition::isStopped);
    running.add(next);
    Edition before = current;
    next.use();
    current = next;
    if (before != null) {
      before.retire();
    }
  }

  /** The edition that new calls use. */
  public Edition current() {
    Edition edition = current;
    if (edition == null) {
      throw new IllegalStateException("No routes are loaded yet.");
    }
    return edition;
  }

  /** The edition that new calls use, entered. */
  Edition enter() {
    Edition edition = current();
    while (!edition.enter()) {
      edition = current();
    }
    return edition;
  }

  /** All that were loaded and not stopped. */
  public List<Edition> running() {
    running.removeIf(Edition::isStopped);
    return List.copyOf(running);
  }

  /** Stops everything, calls included. */
  public synchronized void close() {
    Edition last = current;
    current = null;
    if (last != null) {
      last.retire();
    }
  }
}

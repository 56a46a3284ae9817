package dev.bactrian.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forces to the disk what was written, on a thread of its own: what is written outlives the process
 * already, and a disk that takes its time must not keep the next rows from being written.
 */
final class JournalDisk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalDisk.class);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A file to be forced, who waits for it, and whether it is to be closed then. */
  private record Work(
      @Nullable FileChannel file,
      @Nullable Segment segment,
      List<CompletableFuture<Void>> waiting,
      boolean last) {}

  private static final Work END = new Work(null, null, List.of(), false);

  private final BlockingQueue<Work> queue = new LinkedBlockingQueue<>();
  private final Deque<Segment> segments;
  private final Thread thread;
  private volatile boolean failing;

  /**
   * A disk, at work at once.
   *
   * @param segments the files, of which those before a safe one are sealed
   */
  JournalDisk(Deque<Segment> segments) {
    this.segments = segments;
    thread = new Thread(this::run, "ledger-disk");
    thread.setDaemon(true);
    thread.start();
  }

  /** Leaves a file to be forced, and does not wait. */
  void force(FileChannel file, Segment segment, List<CompletableFuture<Void>> waiting) {
    if (!waiting.isEmpty() || queue.isEmpty()) {
      queue.add(new Work(file, segment, waiting, false));
    }
  }

  /** Leaves a file to be forced and closed. */
  void finish(FileChannel file, Segment segment) {
    queue.add(new Work(file, segment, List.of(), true));
  }

  /** Whether the last try has failed. */
  boolean isFailing() {
    return failing;
  }

  private void run() {
    List<Work> works = new ArrayList<>();
    boolean more = true;
    try {
      while (more) {
        works.add(queue.take());
        queue.drainTo(works);
        more = !works.contains(END);
        boolean waited = force(works);
        works.clear();
        if (!waited && more) {
          LockSupport.parkNanos(this, PAUSE_NANOS);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("The disk's thread was interrupted");
    }
  }

  /** Forces each file once, and tells whether someone waited for it. */
  private boolean force(List<Work> works) {
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    boolean waited = false;
    for (int i = 0; i < works.size(); i++) {
      Work work = works.get(i);
      waiting.addAll(work.waiting());
      waited |= !work.waiting().isEmpty();
      boolean again = i + 1 < works.size() && works.get(i + 1).file() == work.file();
      if (work.file() != null && work.segment() != null && (work.last() || !again)) {
        force(work.file(), work.segment(), work.last(), waiting);
        waiting.clear();
      }
    }
    return waited;
  }

  private void force(
      FileChannel file, Segment segment, boolean last, List<CompletableFuture<Void>> waiting) {
    try {
      file.force(false);
      if (last) {
        file.close();
      }
      failing = false;
    } catch (IOException e) {
      LOG.error("{} cannot be forced to the disk", segment.file(), e);
      failing = true;
      waiting.forEach(one -> one.completeExceptionally(e));
      return;
    }
    for (Segment before : segments) {
      if (before == segment) {
        break;
      }
      before.seal();
    }
    waiting.forEach(one -> one.complete(null));
  }

  /** Forces what is left and ends. */
  @Override
  public void close() {
    queue.add(END);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

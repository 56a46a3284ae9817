package dev.bactrian.ledger;

import dev.bactrian.ledger.JournalRecord.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows on their way to the disk. Whoever appends leaves the row in a queue and goes on; one thread
 * takes what has come every few milliseconds and writes it, and another forces it to the disk, once
 * for all that has come by then.
 */
final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Queue<Entry> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final Deque<Segment> segments = new ConcurrentLinkedDeque<>();
  private final JournalDisk disk;
  private final JournalWriter writer;
  private final long commitNanos;
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean closing;
  private volatile boolean failing;

  /** A row that waits, and who waits for it. A null row is nothing to write but a place in it. */
  private record Entry(
      Kind kind, @Nullable LedgerRow row, @Nullable CompletableFuture<Void> committed) {}

  /**
   * A journal, begun at once.
   *
   * @param before the files that earlier processes have left
   * @param commitMillis the time between two commits, 0 for as soon as the disk can
   */
  Journal(JournalFolder folder, Collection<Segment> before, long commitMillis) throws IOException {
    segments.addAll(before);
    disk = new JournalDisk(segments);
    writer = new JournalWriter(folder, segments, disk);
    commitNanos = TimeUnit.MILLISECONDS.toNanos(commitMillis);
    thread = new Thread(this::run, "ledger-journal");
    thread.setDaemon(true);
    thread.start();
  }

  /** Leaves a row to be written. */
  void append(Kind kind, LedgerRow row) {
    add(new Entry(kind, row, null));
  }

  /** Leaves a row to be written; the stage completes when it is safe on the disk. */
  CompletableFuture<Void> commit(Kind kind, LedgerRow row) {
    CompletableFuture<Void> committed = new CompletableFuture<>();
    add(new Entry(kind, row, committed));
    return committed;
  }

  /** Waits until all that was left before is safe on the disk. */
  void sync() {
    CompletableFuture<Void> committed = new CompletableFuture<>();
    add(new Entry(Kind.ENDED, null, committed));
    committed.join();
  }

  private void add(Entry entry) {
    if (closing && !thread.isAlive()) {
      fail(entry, new IOException("The ledger is closed."));
      return;
    }
    queued.incrementAndGet();
    queue.add(entry);
    if (asleep) {
      LockSupport.unpark(thread);
    }
  }

  /** The files, the oldest first, the one that is being written last. */
  Collection<Segment> segments() {
    return Collections.unmodifiableCollection(segments);
  }

  /** A file is delivered. */
  void remove(Segment segment) throws IOException {
    JournalFolder.remove(segment);
    segments.remove(segment);
  }

  /** Bytes on the disk. */
  long bytes() {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.written();
    }
    return bytes;
  }

  /** How many rows wait to be written. */
  int waiting() {
    return queued.get();
  }

  /** Whether the last try to write has failed. */
  boolean isFailing() {
    return failing || disk.isFailing();
  }

  private void run() {
    List<Entry> batch = new ArrayList<>();
    while (true) {
      take(batch);
      if (batch.isEmpty()) {
        if (closing) {
          return;
        }
        sleep();
      } else if (write(batch)) {
        batch.clear();
        if (commitNanos > 0 && !closing) {
          LockSupport.parkNanos(this, commitNanos);
        }
      } else if (closing) {
        LOG.error("{} rows of the ledger are lost: they cannot be written", batch.size());
        return;
      } else {
        LockSupport.parkNanos(this, RETRY_NANOS);
      }
    }
  }

  private void take(List<Entry> batch) {
    Entry entry;
    while ((entry = queue.poll()) != null) {
      batch.add(entry);
    }
  }

  private void sleep() {
    asleep = true;
    if (queue.isEmpty() && !closing) {
      LockSupport.park(this);
    }
    asleep = false;
  }

  /** Writes a batch, or tells those who wait for it that it is not written; it is kept then. */
  private boolean write(List<Entry> batch) {
    try {
      List<CompletableFuture<Void>> waiting = new ArrayList<>();
      for (Entry entry : batch) {
        if (entry.committed() != null) {
          waiting.add(entry.committed());
        }
        JournalRecord record = record(entry);
        if (record != null) {
          writer.write(record);
        }
      }
      writer.flush(waiting);
    } catch (IOException e) {
      if (!failing) {
        LOG.error("The ledger's journal cannot be written; it is tried again", e);
      }
      failing = true;
      writer.rollback();
      batch.forEach(entry -> fail(entry, e));
      return false;
    }
    if (failing) {
      LOG.info("The ledger's journal can be written again");
    }
    failing = false;
    queued.addAndGet(-batch.size());
    return true;
  }

  private static @Nullable JournalRecord record(Entry entry) {
    LedgerRow row = entry.row();
    try {
      return row == null ? null : JournalRecord.of(entry.kind(), row);
    } catch (RuntimeException e) {
      LOG.error("The ledger loses the row of {}: it cannot be written as JSON", row.id(), e);
      return null;
    }
  }

  private static void fail(Entry entry, Exception why) {
    if (entry.committed() != null) {
      entry.committed().completeExceptionally(why);
    }
  }

  /** Writes what waits and ends. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writer.close();
    disk.close();
  }

  /** Whether calls are under way that have not ended. */
  boolean hasOpenCalls() {
    return writer.hasOpenCalls();
  }
}

package dev.bactrian.ledger;

import dev.bactrian.ledger.JournalRecord.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows on their way to the disk. Whoever appends leaves the row and goes on; one thread takes what
 * has come every few milliseconds and writes it, and another forces it to the disk, once for all
 * that has come by then.
 */
final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A thread that sleeps must be woken, which costs more than to look in vain a few times. */
  private static final int LOOKS_IN_VAIN = 3;

  private final HandOver<Entry> entries = new HandOver<>();
  private final Deque<Segment> segments = new ConcurrentLinkedDeque<>();
  private final JournalDisk disk;
  private final JournalWriter writer;
  private final LongAdder lost;
  private final long commitNanos;
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean closing;
  private volatile boolean failing;
  private volatile int retried;

  /**
   * A row to be made and written, or only a place among others.
   *
   * @param row makes it, null for none
   * @param done who waits for it
   * @param safe whether they wait until it outlives the machine, not just the process
   */
  private record Entry(
      Kind kind,
      Supplier<@Nullable LedgerRow> row,
      @Nullable CompletableFuture<Void> done,
      boolean safe) {}

  /**
   * A journal, begun at once.
   *
   * @param commitMillis the time between two writes, 0 for as soon as the disk can
   * @param lost counts the rows that cannot be written
   */
  Journal(JournalFolder folder, long commitMillis, LongAdder lost) {
    this.lost = lost;
    disk = new JournalDisk(segments);
    writer = new JournalWriter(folder, segments, disk);
    commitNanos = TimeUnit.MILLISECONDS.toNanos(commitMillis);
    thread = new Thread(this::run, "ledger-journal");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Leaves a row to be written.
   *
   * @param row makes it, on the journal's thread; null when there is no need for it any more
   */
  void append(Kind kind, Supplier<@Nullable LedgerRow> row) {
    add(new Entry(kind, row, null, false));
  }

  /** Leaves a row to be written; the stage completes when it is safe on the disk. */
  CompletableFuture<Void> commit(Kind kind, Supplier<@Nullable LedgerRow> row) {
    return await(kind, row, true);
  }

  /** Completes when all that was left before is safe on the disk. */
  CompletableFuture<Void> safe() {
    return await(Kind.ENDED, () -> null, true);
  }

  /** Completes when all that was left before is written, so that it outlives the process. */
  CompletableFuture<Void> written() {
    return await(Kind.ENDED, () -> null, false);
  }

  private CompletableFuture<Void> await(
      Kind kind, Supplier<@Nullable LedgerRow> row, boolean safe) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    add(new Entry(kind, row, done, safe));
    return done;
  }

  private void add(Entry entry) {
    if (closing && !thread.isAlive()) {
      fail(entry, new IOException("The ledger is closed."));
      return;
    }
    entries.put(entry);
    if (asleep) {
      LockSupport.unpark(thread);
    }
  }

  /** The files that have rows to be delivered, the oldest first. */
  Collection<Segment> segments() {
    return Collections.unmodifiableCollection(segments);
  }

  /** Puts files of earlier processes before its own. */
  void precede(List<Segment> before) {
    for (int i = before.size() - 1; i >= 0; i--) {
      segments.addFirst(before.get(i));
    }
  }

  /** All rows of a file are delivered. */
  void delivered(Segment segment) {
    segments.remove(segment);
  }

  /** Bytes that are not delivered. */
  long bytes() {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.written() - segment.delivered();
    }
    return bytes;
  }

  /** How many rows wait to be written. */
  int waiting() {
    return entries.size() + retried;
  }

  /** Whether the last try to write has failed. */
  boolean isFailing() {
    return failing || disk.isFailing();
  }

  private void run() {
    List<Entry> batch = new ArrayList<>();
    int inVain = 0;
    while (true) {
      entries.takeAll(batch);
      if (batch.isEmpty()) {
        if (closing) {
          return;
        }
        inVain++;
        rest(inVain);
      } else if (write(batch)) {
        batch.clear();
        inVain = 0;
        if (commitNanos > 0 && !closing) {
          LockSupport.parkNanos(this, commitNanos);
        }
      } else if (closing) {
        lost.add(batch.size());
        LOG.error("{} rows of the ledger are lost: they cannot be written", batch.size());
        return;
      } else {
        LockSupport.parkNanos(this, RETRY_NANOS);
      }
    }
  }

  private void rest(int inVain) {
    if (commitNanos > 0 && inVain < LOOKS_IN_VAIN) {
      LockSupport.parkNanos(this, commitNanos);
      return;
    }
    asleep = true;
    if (entries.size() == 0 && !closing) {
      LockSupport.park(this);
    }
    asleep = false;
  }

  /** Writes a batch, or tells those who wait for it that it is not written; it is kept then. */
  private boolean write(List<Entry> batch) {
    List<CompletableFuture<Void>> safe = new ArrayList<>();
    try {
      writer.prepare();
      for (Entry entry : batch) {
        write(entry);
        if (entry.done() != null && entry.safe()) {
          safe.add(entry.done());
        }
      }
      writer.flush(safe);
    } catch (IOException e) {
      if (!failing) {
        LOG.error("The ledger's journal cannot be written; it is tried again", e);
      }
      failing = true;
      retried = batch.size();
      writer.rollback();
      batch.forEach(entry -> fail(entry, e));
      return false;
    }
    if (failing) {
      LOG.info("The ledger's journal can be written again");
    }
    failing = false;
    retried = 0;
    for (Entry entry : batch) {
      if (entry.done() != null && !entry.safe()) {
        entry.done().complete(null);
      }
    }
    return true;
  }

  private void write(Entry entry) throws IOException {
    LedgerRow row = null;
    try {
      row = entry.row().get();
      if (row != null) {
        writer.write(new JournalRecord(entry.kind(), row));
      }
    } catch (RuntimeException e) {
      lost.increment();
      LOG.error("The ledger loses a row that cannot be written: {}", row, e);
    }
  }

  private static void fail(Entry entry, Exception why) {
    if (entry.done() != null) {
      entry.done().completeExceptionally(why);
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

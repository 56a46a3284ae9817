package dev.bactrian.ledger;

import dev.bactrian.ledger.JournalRecord.Kind;
import dev.bactrian.ledger.Ledger.Reading;
import dev.bactrian.ledger.LedgerStore.Batch;
import dev.bactrian.ledger.LedgerStore.Mark;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes rows from the journal to the store, in batches, on a thread of its own. While the store is
 * slow or gone they stay in the journal.
 */
final class Delivery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private static final long FIRST_WAIT_MILLIS = 250;
  private static final long LONGEST_WAIT_MILLIS = 10_000;

  private final JournalFolder folder;
  private final Journal journal;
  private final LedgerStore store;
  private final long keepDays;
  private final Consumer<LedgerRow> lost;
  private final LongAdder refused;
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread thread;
  private @Nullable Recovery found;
  private boolean recovered;
  private boolean uncertain;
  private @Nullable LocalDate expired;
  private volatile boolean closing;
  private volatile boolean failing;
  private volatile long delivered = System.nanoTime();

  /**
   * A delivery that has not begun.
   *
   * @param lost is told of the rows of calls that earlier processes have not ended
   * @param refused counts the rows that the store will never take
   */
  Delivery(
      JournalFolder folder,
      Journal journal,
      LedgerStore store,
      LedgerSettings settings,
      Consumer<LedgerRow> lost,
      LongAdder refused) {
    this.folder = folder;
    this.journal = journal;
    this.store = store;
    this.keepDays = settings.keepDays();
    this.lost = lost;
    this.refused = refused;
    this.thread = new Thread(this::run, "ledger-delivery");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    long wait = FIRST_WAIT_MILLIS;
    while (!closing) {
      wait = attempt() ? store.periodMillis() : Math.min(LONGEST_WAIT_MILLIS, wait * 2);
      if (!closing) {
        LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(wait));
      }
    }
  }

  private boolean attempt() {
    try {
      deliver(() -> {});
      if (failing) {
        failing = false;
        LOG.info("The ledger's database takes rows again");
      }
      return true;
    } catch (SQLException | IOException | RuntimeException e) {
      if (!failing) {
        failing = true;
        LOG.error("The ledger's database takes no rows; they wait in the journal", e);
      }
      return false;
    }
  }

  /** Whether the last try has failed. */
  boolean isFailing() {
    return failing;
  }

  /** Seconds since all that was written then was delivered, 0 while nothing waits. */
  double lagSeconds() {
    return journal.bytes() == 0 ? 0 : (System.nanoTime() - delivered) / 1e9;
  }

  /**
   * Delivers all that is written.
   *
   * @param then done before anything more is
   */
  void deliver(Reading then) throws SQLException, IOException {
    lock.lock();
    try {
      if (!recovered) {
        recover();
        recovered = true;
      }
      if (uncertain) {
        compare(store.mark());
        uncertain = false;
      }
      for (Segment segment : journal.segments()) {
        deliver(segment);
        if (segment.isDone()) {
          finish(segment);
        }
      }
      delivered = System.nanoTime();
      then.read();
      expire();
    } catch (SQLException | RuntimeException e) {
      // A commit that failed may have worked.
      uncertain = store.keepsJournal();
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Finds what earlier processes have left. Calls that were running get their row in this process's
   * journal, safe on the disk before any of the older files is gone or passed.
   */
  private void recover() throws SQLException, IOException {
    Recovery recovery = found;
    if (recovery == null) {
      recovery = Recovery.of(folder.before(), store.mark());
      found = recovery;
      recovery.lost().values().forEach(row -> journal.append(Kind.ENDED, () -> row));
    }
    if (!recovery.lost().isEmpty()) {
      try {
        journal.safe().join();
      } catch (CompletionException e) {
        throw new IOException("The rows of lost calls cannot be written", e);
      }
      LOG.warn("{} calls were running when this node ended", recovery.lost().size());
      recovery.lost().values().forEach(lost);
    }
    journal.precede(recovery.segments());
  }

  private void compare(@Nullable Mark mark) {
    if (mark == null) {
      return;
    }
    for (Segment segment : journal.segments()) {
      if (segment.number() < mark.segment()) {
        segment.delivered(segment.written());
      } else if (segment.number() == mark.segment()) {
        segment.delivered(mark.position());
      }
    }
  }

  private void deliver(Segment segment) throws SQLException, IOException {
    long end = segment.written();
    if (segment.delivered() >= end) {
      return;
    }
    try (JournalReader reader = new JournalReader(segment.file(), segment.delivered(), end)) {
      Batch batch = store.batch();
      JournalRecord record;
      while ((record = reader.next()) != null) {
        if (record.kind() == Kind.ENDED) {
          batch.add(record.row());
        }
        if (batch.isFull()) {
          store(batch, segment, reader.position());
          batch = store.batch();
        }
      }
      store(batch, segment, reader.position());
      if (reader.position() < end) {
        LOG.error("{} cannot be read beyond {} bytes", segment.file(), reader.position());
      }
      segment.delivered(end);
    }
  }

  /**
   * Which of some calls are counted in the store, while it stands still.
   *
   * @param since none of them has ended before, milliseconds since 1970
   */
  Set<String> counted(Connection connection, Collection<String> ids, long since)
      throws SQLException, IOException {
    Set<String> stored = store.stored(connection, ids);
    if (stored != null || ids.isEmpty()) {
      return stored == null ? Set.of() : stored;
    }
    Map<Long, Long> ends = new HashMap<>();
    journal.segments().forEach(segment -> ends.put(segment.number(), segment.delivered()));
    return new Counted(folder.files(), ends).of(Set.copyOf(ids), since);
  }

  private void store(Batch batch, Segment segment, long position) throws SQLException {
    refused.add(batch.store(new Mark(segment.number(), position)));
    segment.delivered(position);
  }

  private void finish(Segment segment) throws IOException {
    if (!store.keepsJournal()) {
      JournalFolder.remove(segment);
    }
    journal.delivered(segment);
  }

  /** Once a day, deletes rows that are old enough: never those that are not delivered. */
  private void expire() throws IOException {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    if (keepDays <= 0 || !store.keepsJournal() || today.equals(expired)) {
      return;
    }
    long first = journal.segments().stream().mapToLong(Segment::number).min().orElse(0);
    folder.expire(keepDays, first);
    expired = today;
  }

  /** Ends without delivering what is left. */
  @Override
  public void close() {
    closing = true;
    // Never by an interrupt, which closes the file that H2 is about to write.
    LockSupport.unpark(thread);
    try {
      thread.join(LONGEST_WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

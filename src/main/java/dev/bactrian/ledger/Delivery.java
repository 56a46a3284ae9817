package dev.bactrian.ledger;

import dev.bactrian.ledger.JournalRecord.Kind;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes rows from the journal into the database, in batches, on a thread of its own. While the
 * database is slow or gone they stay in the journal.
 */
final class Delivery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private static final int BATCH = 1000;
  private static final long PERIOD_MILLIS = 250;
  private static final long LONGEST_WAIT_MILLIS = 5_000;

  private final Journal journal;
  private final RowSink sink;
  private final LongAdder refused;
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread thread;
  private volatile boolean closing;
  private volatile boolean failing;

  /**
   * A delivery that has not begun.
   *
   * @param refused counts the rows that the database will never take
   */
  Delivery(Journal journal, RowSink sink, LongAdder refused) {
    this.journal = journal;
    this.sink = sink;
    this.refused = refused;
    this.thread = new Thread(this::run, "ledger-delivery");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    long wait = PERIOD_MILLIS;
    while (!closing) {
      wait = attempt() ? PERIOD_MILLIS : Math.min(LONGEST_WAIT_MILLIS, wait * 2);
      if (!closing) {
        LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(wait));
      }
    }
  }

  private boolean attempt() {
    try {
      deliver();
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

  /** Delivers all that is written. */
  void deliver() throws SQLException, IOException {
    lock.lock();
    try {
      for (Segment segment : journal.segments()) {
        deliver(segment);
        if (segment.isDone()) {
          journal.remove(segment);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void deliver(Segment segment) throws SQLException, IOException {
    long end = segment.written();
    if (segment.delivered() >= end) {
      return;
    }
    try (JournalReader reader = new JournalReader(segment.file(), segment.delivered(), end)) {
      List<LedgerRow> rows = new ArrayList<>(BATCH);
      JournalRecord record;
      while ((record = reader.next()) != null) {
        if (record.kind() == Kind.ENDED) {
          rows.add(LedgerRow.read(record.json()));
        }
        if (rows.size() == BATCH) {
          store(rows);
          segment.delivered(reader.position());
          rows.clear();
        }
      }
      store(rows);
      if (reader.position() < end) {
        LOG.error("{} cannot be read beyond {} bytes", segment.file(), reader.position());
      }
      segment.delivered(end);
    }
  }

  private void store(List<LedgerRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try {
      sink.store(rows);
    } catch (SQLException e) {
      if (!isAboutData(e)) {
        throw e;
      }
      for (LedgerRow row : rows) {
        storeAlone(row);
      }
    }
  }

  /** One row that the database cannot hold must not keep all others from it. */
  private void storeAlone(LedgerRow row) throws SQLException {
    try {
      sink.store(List.of(row));
    } catch (SQLException e) {
      if (!isAboutData(e)) {
        throw e;
      }
      refused.increment();
      LOG.error("The ledger loses a row that its database refuses: {}", row, e);
    }
  }

  /** Whether the data is wrong (SQLSTATE class 22) or breaks a rule (23), not the database. */
  private static boolean isAboutData(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("23"));
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

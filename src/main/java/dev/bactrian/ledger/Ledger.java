package dev.bactrian.ledger;

import dev.bactrian.call.Account;
import dev.bactrian.error.ApiException;
import dev.bactrian.ledger.JournalRecord.Kind;
import dev.bactrian.storage.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one row for each call. A row goes into a journal on the local disk first, so that neither a
 * slow database nor a process that is killed loses one. From there the embedded database gets sums,
 * and the rows stay in the journal; a database that nodes share gets the rows as well.
 */
public final class Ledger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final int MOST_WAITING = 50_000;
  private static final long LOUD_NANOS = 10_000_000_000L;

  private final Path folder;
  private final LedgerStore store;
  private final LedgerSettings settings;
  private final List<Consumer<LedgerRow>> listeners = new CopyOnWriteArrayList<>();
  private final LongAdder lost = new LongAdder();
  private final LongAdder unpriced = new LongAdder();
  private final AtomicLong loudAgain = new AtomicLong(System.nanoTime());
  private @Nullable JournalFolder place;
  private @Nullable Journal journal;
  private @Nullable Delivery delivery;
  private boolean closed;

  /**
   * A ledger that is not open yet.
   *
   * @param data the folder for state
   * @param tally what else is counted
   */
  public Ledger(String data, Database database, Tally tally, LedgerSettings settings) {
    this(
        folder(data),
        database.isEmbedded() ? new SumStore(database, tally) : new RowStore(database, tally),
        settings);
  }

  /** The same where nothing else is counted. */
  public Ledger(String data, Database database, LedgerSettings settings) {
    this(data, database, Tally.NONE, settings);
  }

  Ledger(Path folder, LedgerStore store, LedgerSettings settings) {
    this.folder = folder;
    this.store = store;
    this.settings = settings;
  }

  /** Where the journal is in a folder for state. */
  static Path folder(String data) {
    return Path.of(data, "ledger");
  }

  /** Opens it. What earlier processes have left unfinished is delivered first, by and by. */
  public void start() {
    try {
      JournalFolder taken = new JournalFolder(folder);
      place = taken;
      Journal begun = new Journal(taken, settings.durable() ? 0 : settings.commitMillis(), lost);
      journal = begun;
      Delivery delivering = new Delivery(taken, begun, store, settings, this::tell, lost);
      delivery = delivering;
      delivering.start();
    } catch (IOException e) {
      throw new UncheckedIOException("The ledger cannot be opened: " + e.getMessage(), e);
    }
  }

  /** Tells someone of each row as soon as its call has ended, on the thread that ends it. */
  public void listen(Consumer<LedgerRow> listener) {
    listeners.add(listener);
  }

  /**
   * The account of a call that has just come in.
   *
   * @throws ApiException 503 when its row could not be kept and that is not to happen
   */
  public Account open() {
    if (isRefusing()) {
      throw unavailable();
    }
    return new CallAccount(this);
  }

  static ApiException unavailable() {
    return new ApiException(
            503,
            "service_unavailable_error",
            "ledger_unavailable",
            null,
            "This gateway cannot account for the request now; try again.")
        .retryAfter(2000);
  }

  /** Whether no more rows can be kept. */
  public boolean isFull() {
    Journal open = opened();
    return open.isFailing()
        || open.waiting() > MOST_WAITING
        || open.bytes() > settings.limitBytes();
  }

  /** Whether calls are refused, since their rows could not be kept. */
  public boolean isRefusing() {
    return isFull() && settings.refuse();
  }

  private Journal opened() {
    if (journal == null) {
      throw new IllegalStateException("The ledger is not open.");
    }
    return journal;
  }

  /**
   * A call is about to be sent to a provider: this row stays if it is never heard of again.
   *
   * @param row makes it; null when the call has ended meanwhile
   */
  CompletableFuture<Void> begun(Supplier<@Nullable LedgerRow> row) {
    return isFull() && !settings.refuse()
        ? CompletableFuture.completedFuture(null)
        : write(Kind.BEGUN, row);
  }

  /** A call has ended. */
  CompletableFuture<Void> ended(LedgerRow row) {
    if (row.cost() == null) {
      unpriced.increment();
    }
    tell(row);
    if (isFull() && !settings.refuse()) {
      lose(row);
      return CompletableFuture.completedFuture(null);
    }
    return write(Kind.ENDED, () -> row);
  }

  private CompletableFuture<Void> write(Kind kind, Supplier<@Nullable LedgerRow> row) {
    if (settings.durable()) {
      return opened().commit(kind, row);
    }
    opened().append(kind, row);
    return CompletableFuture.completedFuture(null);
  }

  /** A row could not even be made: only where nothing may be lost the answer is withheld. */
  void failed(CompletableFuture<Void> account, RuntimeException why) {
    lost.increment();
    if (settings.durable()) {
      account.completeExceptionally(why);
    } else {
      account.complete(null);
    }
  }

  private void tell(LedgerRow row) {
    for (Consumer<LedgerRow> listener : listeners) {
      try {
        listener.accept(row);
      } catch (RuntimeException e) {
        LOG.error("{} could not be told of", row.id(), e);
      }
    }
  }

  private void lose(LedgerRow row) {
    lost.increment();
    long now = System.nanoTime();
    long loud = loudAgain.get();
    if (now - loud >= 0 && loudAgain.compareAndSet(loud, now + LOUD_NANOS)) {
      LOG.error("The journal is full: {} rows are lost so far, {} the last", lost(), row.id());
    }
  }

  /** How many rows were lost since the start: never one that was not counted here. */
  public long lost() {
    return lost.sum();
  }

  /** How many calls had no cost since the start because a price is unknown. */
  public long unpriced() {
    return unpriced.sum();
  }

  /** Bytes of the journal that are not delivered. */
  public long journalBytes() {
    return opened().bytes();
  }

  /** Seconds since all of the journal was delivered, 0 while nothing waits there. */
  public double lagSeconds() {
    return delivering().lagSeconds();
  }

  /**
   * Brings the database up to now: every call that has ended on this node is in its sums.
   *
   * @throws SQLException when the database does not take them
   * @throws IOException when the journal cannot be written or read
   */
  public void catchUp() throws SQLException, IOException {
    catchUp(() -> {});
  }

  /** Reads from the database. */
  @FunctionalInterface
  public interface Reading {
    /** Reads. */
    void read() throws SQLException, IOException;
  }

  /**
   * Brings the database up to now and has it stand still: every call that has ended on this node
   * before is in its sums, and none that ends later.
   *
   * @param reading what happens meanwhile
   * @throws SQLException when the database does not take them
   * @throws IOException when the journal cannot be written or read
   */
  public void catchUp(Reading reading) throws SQLException, IOException {
    Journal open = opened();
    try {
      open.written().join();
    } catch (CompletionException e) {
      throw new IOException("The ledger's journal cannot be written.", e);
    }
    delivering().deliver(reading);
  }

  /**
   * Which of some calls are in the sums, while these stand still in {@link #catchUp(Reading)}.
   *
   * @param connection a transaction that sees the sums
   * @param since none of the calls has ended before, milliseconds since 1970
   */
  public Set<String> counted(Connection connection, Collection<String> ids, long since)
      throws SQLException, IOException {
    return delivering().counted(connection, ids, since);
  }

  private Delivery delivering() {
    if (delivery == null) {
      throw new IllegalStateException("The ledger is not open.");
    }
    return delivery;
  }

  /** Delivers what can be delivered, and leaves the rest to the next start. */
  @Override
  public void close() {
    if (journal == null || delivery == null || place == null || closed) {
      return;
    }
    closed = true;
    delivery.close();
    journal.close();
    try {
      delivery.deliver(() -> {});
      if (!journal.hasOpenCalls() && !store.keepsJournal()) {
        for (Segment segment : List.copyOf(journal.segments())) {
          JournalFolder.remove(segment);
        }
      }
    } catch (SQLException | IOException e) {
      LOG.warn("The ledger's last rows are delivered at the next start: {}", e.toString());
    }
    try {
      place.close();
    } catch (IOException e) {
      LOG.debug("{} cannot be closed", folder, e);
    }
  }
}

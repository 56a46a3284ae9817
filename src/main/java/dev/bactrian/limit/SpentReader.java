package dev.bactrian.limit;

import dev.bactrian.error.ApiException;
import dev.bactrian.key.Bound;
import dev.bactrian.ledger.Ledger;
import dev.bactrian.storage.Database;
import dev.bactrian.storage.Lookup;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what subjects have spent from the database, while the ledger's sums, of this node at least,
 * stand still.
 */
final class SpentReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpentReader.class);

  private static final int SNAPSHOT = Connection.TRANSACTION_SERIALIZABLE;
  private static final int NETWORK_MILLIS = 1_000;

  private final Database database;
  private final Ledger ledger;
  private final Lookup<Spent> lookup;

  /**
   * A reader.
   *
   * @param waitMillis how long a call may wait for one reading
   */
  SpentReader(Database database, Ledger ledger, long waitMillis) {
    this.database = database;
    this.ledger = ledger;
    this.lookup = new Lookup<>("spent", waitMillis, SpentReader::unavailable, this::load);
  }

  /** Reads once, for the first time takes longest, and calls may not wait. */
  void open() {
    try {
      find(Bound.key("0"), ZoneOffset.UTC);
    } catch (ApiException e) {
      LOG.debug("Budgets cannot be looked up yet", e);
    }
  }

  /**
   * What a subject has spent, for a call that waits.
   *
   * @throws ApiException 503 when that cannot be told in time
   */
  Spent find(String subject, ZoneId zone) {
    Spent spent = lookup.find(zone.getId() + " " + subject);
    if (spent == null) {
      throw unavailable();
    }
    return spent;
  }

  private Spent load(String name) throws SQLException {
    int space = name.indexOf(' ');
    return read(name.substring(space + 1), ZoneId.of(name.substring(0, space)));
  }

  /** The same for those who may wait some seconds. */
  Spent read(String subject, ZoneId zone) throws SQLException {
    AtomicReference<@Nullable Spent> found = new AtomicReference<>();
    read(subject, zone, (connection, spent) -> found.set(spent));
    return Objects.requireNonNull(found.get());
  }

  /** Reads what a purse does not know yet, calls that ended meanwhile counted once. */
  void read(Purse purse, String subject) throws SQLException {
    read(
        subject,
        purse.zone(),
        (connection, spent) ->
            purse.known(spent, ledger.counted(connection, purse.noted(), purse.made())));
  }

  /** What becomes of what was read, in the same transaction. */
  private interface Use {
    void with(Connection connection, Spent spent) throws SQLException, IOException;
  }

  private void read(String subject, ZoneId zone, Use use) throws SQLException {
    try {
      ledger.catchUp(() -> readStill(subject, zone, use));
    } catch (IOException e) {
      throw new SQLException("The ledger cannot be brought up to now.", e);
    }
  }

  private void readStill(String subject, ZoneId zone, Use use) throws SQLException, IOException {
    try (Connection connection = database.getConnection()) {
      if (!database.isEmbedded()) {
        connection.setNetworkTimeout(Runnable::run, NETWORK_MILLIS);
      }
      connection.setTransactionIsolation(SNAPSHOT);
      connection.setAutoCommit(false);
      Spent.Day day = Spent.Day.of(System.currentTimeMillis(), zone);
      use.with(connection, SpentTable.read(connection, subject, day));
      connection.rollback();
    }
  }

  /** The error of a call whose budget is not known. */
  static ApiException unavailable() {
    return new ApiException(
            503,
            "service_unavailable_error",
            "budget_unavailable",
            null,
            "The budget of this API key cannot be checked now; try again.")
        .retryAfter(1000);
  }

  @Override
  public void close() {
    lookup.close();
  }
}

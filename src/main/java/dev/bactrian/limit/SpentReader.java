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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  /** Whose spendings, by the days and months of a time zone. */
  record Spender(String subject, ZoneId zone) {
    static Spender of(Bound bound) {
      return new Spender(bound.subject(), bound.zone());
    }
  }

  private final Database database;
  private final Ledger ledger;
  private final Lookup<Spender, Spent> lookup;

  /**
   * A reader.
   *
   * @param waitMillis how long a call may wait for one reading
   */
  SpentReader(Database database, Ledger ledger, long waitMillis) {
    this.database = database;
    this.ledger = ledger;
    this.lookup = new Lookup<>("spent", waitMillis, SpentReader::unavailable, this::read);
  }

  /** Reads once, for the first time takes longest, and calls may not wait. */
  void open() {
    try {
      find(new Spender(Bound.key("0"), ZoneOffset.UTC));
    } catch (ApiException e) {
      LOG.debug("Budgets cannot be looked up yet", e);
    }
  }

  /**
   * What somebody has spent, for a call that waits.
   *
   * @throws ApiException 503 when that cannot be told in time
   */
  Spent find(Spender spender) {
    Spent spent = lookup.find(spender);
    if (spent == null) {
      throw unavailable();
    }
    return spent;
  }

  /** What somebody has spent, for those who may wait some seconds. */
  Spent read(Spender spender) throws SQLException {
    return Objects.requireNonNull(read(List.of(spender)).get(spender));
  }

  /** What some have spent, read together, for those who may wait some seconds. */
  Map<Spender, Spent> read(List<Spender> spenders) throws SQLException {
    Map<Spender, Spent> found = new HashMap<>();
    read(
        connection -> {
          for (Spender spender : spenders) {
            found.put(spender, read(connection, spender));
          }
        });
    return found;
  }

  /** Reads what purses do not know yet, calls that ended meanwhile counted once. */
  void read(Map<Spender, Purse> purses) throws SQLException {
    read(
        connection -> {
          for (Map.Entry<Spender, Purse> each : purses.entrySet()) {
            Purse purse = each.getValue();
            Spent spent = read(connection, each.getKey());
            purse.known(spent, ledger.counted(connection, purse.noted(), purse.made()));
          }
        });
  }

  private static Spent read(Connection connection, Spender spender) throws SQLException {
    Spent.Day day = Spent.Day.of(System.currentTimeMillis(), spender.zone());
    return SpentTable.read(connection, spender.subject(), day);
  }

  /** What is read in one transaction. */
  private interface Reading {
    void from(Connection connection) throws SQLException, IOException;
  }

  private void read(Reading reading) throws SQLException {
    try {
      ledger.catchUp(() -> readStill(reading));
    } catch (IOException e) {
      throw new SQLException("The ledger cannot be brought up to now.", e);
    }
  }

  private void readStill(Reading reading) throws SQLException, IOException {
    try (Connection connection = database.getConnection()) {
      if (!database.isEmbedded()) {
        connection.setNetworkTimeout(Runnable::run, NETWORK_MILLIS);
      }
      connection.setTransactionIsolation(SNAPSHOT);
      connection.setAutoCommit(false);
      reading.from(connection);
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

package dev.bactrian.ledger;

import dev.bactrian.ledger.Sum.Group;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The embedded database: it has the sums of calls, and how far into the journal these go, written
 * in one transaction. The rows stay in the journal.
 */
final class SumStore implements LedgerStore {
  private static final int MOST_GROUPS = 50_000;

  /** Reports have the rest delivered before they read. */
  private static final long PERIOD_MILLIS = 2_000;

  private static final long LONGEST_PERIOD_MILLIS = 20_000;

  /** With many keys the sums are many, too: writing them may take this part of the time. */
  private static final int PART = 20;

  private final DataSource database;
  private final Tally tally;
  private volatile long lastNanos;

  SumStore(DataSource database, Tally tally) {
    this.database = database;
    this.tally = tally;
  }

  @Override
  public boolean keepsJournal() {
    return true;
  }

  @Override
  public long periodMillis() {
    long rest = TimeUnit.NANOSECONDS.toMillis(lastNanos) * PART;
    return Math.min(LONGEST_PERIOD_MILLIS, Math.max(PERIOD_MILLIS, rest));
  }

  @Override
  public Mark mark() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT segment, place FROM ledger_mark WHERE id = 1");
        ResultSet found = select.executeQuery()) {
      return found.next() ? new Mark(found.getLong(1), found.getLong(2)) : new Mark(0, 0);
    }
  }

  @Override
  public Batch batch() {
    return new Sums();
  }

  @Override
  public @Nullable Set<String> stored(Connection connection, Collection<String> ids) {
    return null;
  }

  private final class Sums implements Batch {
    private final Map<Group, Sum> sums = new HashMap<>();

    @Override
    public void add(LedgerRow row) {
      sums.computeIfAbsent(Group.of(row), none -> new Sum()).add(row);
    }

    @Override
    public boolean isFull() {
      return sums.size() >= MOST_GROUPS;
    }

    @Override
    public int store(Mark mark) throws SQLException {
      if (sums.isEmpty()) {
        return 0;
      }
      long began = System.nanoTime();
      try (Connection connection = database.getConnection()) {
        connection.setAutoCommit(false);
        try {
          SumTable.add(connection, sums);
          tally.add(connection, sums);
          write(connection, mark);
          connection.commit();
        } catch (SQLException | RuntimeException e) {
          connection.rollback();
          throw e;
        }
      }
      lastNanos = System.nanoTime() - began;
      return 0;
    }
  }

  private static void write(Connection connection, Mark mark) throws SQLException {
    if (!write(connection, mark, "UPDATE ledger_mark SET segment = ?, place = ? WHERE id = 1")) {
      write(connection, mark, "INSERT INTO ledger_mark (segment, place, id) VALUES (?, ?, 1)");
    }
  }

  private static boolean write(Connection connection, Mark mark, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, mark.segment());
      statement.setLong(2, mark.position());
      return statement.executeUpdate() > 0;
    }
  }
}

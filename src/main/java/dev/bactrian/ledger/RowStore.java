package dev.bactrian.ledger;

import dev.bactrian.ledger.Sum.Group;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database that several nodes share: it has all rows, and their sums. A row whose request id is
 * there already is left as it is and counted no more. The same statements serve H2 and PostgreSQL.
 */
final class RowStore implements LedgerStore {
  private static final Logger LOG = LoggerFactory.getLogger(RowStore.class);
  private static final int BATCH = 1000;
  private static final long PERIOD_MILLIS = 1_000;
  private static final int SECONDS = 30;
  private static final String UNIQUE_VIOLATION = "23505";

  private static final String INSERT =
      "INSERT INTO ledger (id, started_at, used_on, key_id, owner, model_asked, model, provider,"
          + " upstream_model, attempts, failed_attempts, prompt_tokens, cached_tokens,"
          + " cache_write_tokens, completion_tokens, reasoning_tokens, estimated, cost_nanos,"
          + " currency, price_from, first_token_ms, duration_ms, outcome, error, status, stream)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private final DataSource database;
  private final Tally tally;

  RowStore(DataSource database, Tally tally) {
    this.database = database;
    this.tally = tally;
  }

  @Override
  public boolean keepsJournal() {
    return false;
  }

  @Override
  public long periodMillis() {
    return PERIOD_MILLIS;
  }

  @Override
  public @Nullable Mark mark() {
    return null;
  }

  @Override
  public Batch batch() {
    return new Rows();
  }

  private final class Rows implements Batch {
    private final List<LedgerRow> rows = new ArrayList<>();

    @Override
    public void add(LedgerRow row) {
      rows.add(row);
    }

    @Override
    public boolean isFull() {
      return rows.size() >= BATCH;
    }

    @Override
    public int store(Mark mark) throws SQLException {
      if (rows.isEmpty()) {
        return 0;
      }
      try {
        RowStore.this.store(rows);
        return 0;
      } catch (SQLException e) {
        if (!isAboutData(e)) {
          throw e;
        }
      }
      int refused = 0;
      for (LedgerRow row : rows) {
        refused += storeAlone(row) ? 0 : 1;
      }
      return refused;
    }
  }

  /** One row that the database cannot hold must not keep all others from it. */
  private boolean storeAlone(LedgerRow row) throws SQLException {
    try {
      store(List.of(row));
      return true;
    } catch (SQLException e) {
      if (!isAboutData(e)) {
        throw e;
      }
      LOG.error("The ledger loses a row that its database refuses: {}", row, e);
      return false;
    }
  }

  /** Whether the data is wrong (SQLSTATE class 22) or breaks a rule (23), not the database. */
  private static boolean isAboutData(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("23"));
  }

  /** Stores rows, all or none. */
  void store(Collection<LedgerRow> rows) throws SQLException {
    // In the order of the primary key, which takes H2 a fifth less CPU.
    Map<String, LedgerRow> byId = new TreeMap<>();
    rows.forEach(row -> byId.putIfAbsent(row.id(), row));
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        insert(connection, byId);
        connection.commit();
      } catch (SQLException e) {
        connection.rollback();
        if (!isDuplicate(e)) {
          throw e;
        }
        // A batch comes twice only after a crash, so nobody looks before there is a reason to.
        byId.keySet().removeAll(stored(connection, byId.keySet()));
        insert(connection, byId);
        connection.commit();
      }
    }
  }

  private static boolean isDuplicate(SQLException e) {
    for (SQLException next = e; next != null; next = next.getNextException()) {
      if (UNIQUE_VIOLATION.equals(next.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Set<String> stored(Connection connection, Collection<String> ids) throws SQLException {
    if (ids.isEmpty()) {
      return Set.of();
    }
    String marks = String.join(", ", Collections.nCopies(ids.size(), "?"));
    Set<String> stored = new HashSet<>();
    try (PreparedStatement select =
        connection.prepareStatement("SELECT id FROM ledger WHERE id IN (" + marks + ")")) {
      select.setQueryTimeout(SECONDS);
      int place = 1;
      for (String id : ids) {
        select.setString(place++, id);
      }
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          stored.add(found.getString(1));
        }
      }
    }
    return stored;
  }

  private void insert(Connection connection, Map<String, LedgerRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setQueryTimeout(SECONDS);
      for (LedgerRow row : rows.values()) {
        fill(insert, row);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    Map<Group, Sum> sums = new HashMap<>();
    for (LedgerRow row : rows.values()) {
      sums.computeIfAbsent(Group.of(row), none -> new Sum()).add(row);
    }
    SumTable.add(connection, sums);
    tally.add(connection, sums);
  }

  private static void fill(PreparedStatement insert, LedgerRow row) throws SQLException {
    OffsetDateTime started = Instant.ofEpochMilli(row.started()).atOffset(ZoneOffset.UTC);
    insert.setString(1, row.id());
    insert.setObject(2, started);
    insert.setObject(3, started.toLocalDate());
    insert.setString(4, row.key());
    insert.setString(5, row.owner());
    insert.setString(6, row.asked());
    insert.setString(7, row.model());
    insert.setString(8, row.provider());
    insert.setString(9, row.upstream());
    insert.setInt(10, row.attempts());
    insert.setString(11, row.failed());
    insert.setLong(12, row.prompt());
    insert.setLong(13, row.cached());
    insert.setLong(14, row.cacheWrite());
    insert.setLong(15, row.completion());
    insert.setLong(16, row.reasoning());
    insert.setBoolean(17, row.estimated());
    number(insert, 18, row.cost());
    insert.setString(19, row.currency());
    insert.setObject(20, row.priced(), Types.DATE);
    number(insert, 21, row.firstToken());
    number(insert, 22, row.duration());
    insert.setString(23, row.outcome().word());
    insert.setString(24, row.error());
    insert.setInt(25, row.status());
    insert.setBoolean(26, row.stream());
  }

  private static void number(PreparedStatement insert, int place, @Nullable Long value)
      throws SQLException {
    if (value == null) {
      insert.setNull(place, Types.BIGINT);
    } else {
      insert.setLong(place, value);
    }
  }
}

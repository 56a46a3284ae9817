package dev.bactrian.ledger;

import dev.bactrian.ledger.LedgerRow.Ending;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows, and a table in memory that can fail. */
final class TestRows {
  private TestRows() {}

  static LedgerRow row(String id) {
    return row(id, Ending.SUCCESS);
  }

  static LedgerRow row(String id, Ending ending) {
    return row(id, ending, "k1");
  }

  /** A row that the table cannot hold. */
  static LedgerRow poison(String id) {
    return row(id, Ending.SUCCESS, "poison");
  }

  static LedgerRow withCost(LedgerRow row, @Nullable Long cost) {
    return row(row.id(), row.outcome(), String.valueOf(row.key()), cost);
  }

  private static LedgerRow row(String id, Ending ending, String key) {
    return row(id, ending, key, 1234L);
  }

  private static LedgerRow row(String id, Ending ending, String key, @Nullable Long cost) {
    return new LedgerRow(
        id,
        1_790_000_000_000L,
        key,
        "team",
        "gpt-4.1-mini",
        "openai/gpt-4.1-mini",
        "openai",
        "gpt-4.1-mini",
        1,
        null,
        10,
        2,
        0,
        5,
        1,
        false,
        cost,
        "USD",
        "2026-07-01",
        null,
        17L,
        ending,
        null,
        200,
        false);
  }

  /** A table that keeps rows in memory, and refuses when it is told to. */
  static final class Memory implements RowSink {
    private final Map<String, LedgerRow> rows = new LinkedHashMap<>();
    private volatile @Nullable String failure;
    private int batches;

    /** From now on it fails with that SQLSTATE, or no more where that is null. */
    void fail(@Nullable String state) {
      failure = state;
    }

    @Override
    public synchronized void store(List<LedgerRow> batch) throws SQLException {
      String state = failure;
      if (state != null) {
        throw new SQLException("told so", state);
      }
      for (LedgerRow row : batch) {
        if ("poison".equals(row.key())) {
          throw new SQLException("too long", "22001");
        }
      }
      batches++;
      batch.forEach(row -> rows.putIfAbsent(row.id(), row));
    }

    synchronized List<LedgerRow> rows() {
      return new ArrayList<>(rows.values());
    }

    synchronized List<String> ids() {
      return List.copyOf(rows.keySet());
    }

    synchronized int batches() {
      return batches;
    }
  }
}

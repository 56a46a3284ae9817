package dev.bactrian.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.Gateway;
import dev.bactrian.usage.UsageLine;
import dev.bactrian.usage.UsageQuery;
import dev.bactrian.usage.UsageReports;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The ledger's rows as tests see them. */
final class Ledgers {
  private Ledgers() {}

  /** All rows by request id; a request has no more than one. */
  static Map<String, LedgerRow> all(LedgerRows ledger) throws Exception {
    Map<String, LedgerRow> rows = new TreeMap<>();
    ledger.read(
        null,
        null,
        row -> {
          if (rows.put(row.id(), row) != null) {
            throw new AssertionError(row.id() + " has two rows");
          }
        });
    return rows;
  }

  /** All rows of a gateway whose calls have ended. */
  static Map<String, LedgerRow> all(Gateway gateway) throws Exception {
    gateway.bean("ledger", Ledger.class).catchUp();
    return all(LedgerRows.ofJournal(gateway.data()));
  }

  /** What the sums and the budgets in the database say must be what the rows say. */
  static void assertSummedUp(Gateway gateway, Collection<LedgerRow> rows) throws Exception {
    UsageReports reports = gateway.bean("usageReports", UsageReports.class);
    long[] summed = new long[6];
    for (UsageLine line : reports.of(UsageQuery.of(null, null, List.of()))) {
      summed[0] += line.requests();
      summed[1] += line.failed();
      summed[2] += line.in();
      summed[3] += line.out();
      summed[4] += line.cost() == null ? 0 : line.cost();
      summed[5] += line.estimated();
    }
    long[] counted = new long[6];
    for (LedgerRow row : rows) {
      counted[0]++;
      counted[1] += row.outcome() == LedgerRow.Ending.SUCCESS ? 0 : 1;
      counted[2] += row.prompt() + row.cached() + row.cacheWrite();
      counted[3] += row.completion() + row.reasoning();
      counted[4] += row.cost() == null ? 0 : row.cost();
      counted[5] += row.estimated() ? 1 : 0;
    }
    assertThat(summed).isEqualTo(counted);
    assertThat(spent(gateway)).isEqualTo(costs(rows));
  }

  /** What keys have spent of their budgets, by key: nano-dollars and tokens. */
  private static Map<String, List<Long>> spent(Gateway gateway) throws Exception {
    Map<String, List<Long>> spent = new TreeMap<>();
    String sql =
        "SELECT subject, SUM(nanos), SUM(tokens) FROM spent WHERE subject LIKE 'key:%'"
            + " GROUP BY subject";
    try (Connection connection = gateway.bean("database", DataSource.class).getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet found = select.executeQuery()) {
      while (found.next()) {
        spent.put(found.getString(1), List.of(found.getLong(2), found.getLong(3)));
      }
    }
    return spent;
  }

  /** What rows in dollars say of keys that have used anything. */
  private static Map<String, List<Long>> costs(Collection<LedgerRow> rows) {
    Map<String, List<Long>> costs = new TreeMap<>();
    for (LedgerRow row : rows) {
      if (row.key() != null && row.tokens() > 0) {
        long cost = row.cost() == null || !"USD".equals(row.currency()) ? 0 : row.cost();
        costs.merge(
            "key:" + row.key(),
            List.of(cost, row.tokens()),
            (a, b) -> List.of(a.get(0) + b.get(0), a.get(1) + b.get(1)));
      }
    }
    return costs;
  }

  /** The row of a call, null while there is none. */
  static @Nullable LedgerRow find(Gateway gateway, String id) {
    try {
      gateway.bean("ledger", Ledger.class).catchUp();
      return LedgerRows.ofJournal(gateway.data()).find(List.of(id)).get(id);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** The ids of now, for {@link #after}. */
  static Set<String> ids(Gateway gateway) throws Exception {
    return new HashSet<>(all(gateway).keySet());
  }

  /** Waits for the one row that is new. */
  static LedgerRow after(Gateway gateway, Set<String> before) {
    List<LedgerRow> fresh = new ArrayList<>();
    Awaitility.await()
        .until(
            () -> {
              fresh.clear();
              all(gateway)
                  .forEach(
                      (id, row) -> {
                        if (!before.contains(id)) {
                          fresh.add(row);
                        }
                      });
              return !fresh.isEmpty();
            });
    return fresh.get(0);
  }
}

package dev.bactrian.ledger;

import dev.bactrian.kit.Gateway;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The ledger's table as tests see it. */
final class Ledgers {
  private Ledgers() {}

  /** All rows by request id; names of columns are in capitals. */
  static Map<String, Map<String, Object>> all(DataSource database) throws Exception {
    Map<String, Map<String, Object>> rows = new TreeMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement("SELECT * FROM ledger");
        ResultSet found = select.executeQuery()) {
      while (found.next()) {
        Map<String, Object> row = new TreeMap<>();
        for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
          row.put(
              found.getMetaData().getColumnName(i).toUpperCase(java.util.Locale.ROOT),
              found.getObject(i));
        }
        rows.put((String) row.get("ID"), row);
      }
    }
    return rows;
  }

  /** All rows of a gateway whose calls have ended. */
  static Map<String, Map<String, Object>> all(Gateway gateway) throws Exception {
    gateway.bean("ledger", Ledger.class).flush();
    return all(gateway.bean("database", DataSource.class));
  }

  /** The row of a call, null while there is none. */
  static @Nullable Map<String, Object> find(Gateway gateway, String id) {
    try {
      return all(gateway).get(id);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** The ids of now, for {@link #after}. */
  static Set<String> ids(Gateway gateway) throws Exception {
    return new HashSet<>(all(gateway).keySet());
  }

  /** Waits for the one row that is new. */
  static Map<String, Object> after(Gateway gateway, Set<String> before) {
    List<Map<String, Object>> fresh = new ArrayList<>();
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

package dev.bactrian.usage;

import dev.bactrian.usage.UsageQuery.Dimension;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Sums up the ledger. Values are bound, and names of columns are this class's own. */
public final class UsageReports {
  private static final int SECONDS = 20;

  private static final String SUMS =
      "currency, COUNT(*), SUM(CASE WHEN outcome = 'success' THEN 0 ELSE 1 END),"
          + " SUM(CASE WHEN estimated THEN 1 ELSE 0 END),"
          + " SUM(CASE WHEN cost_nanos IS NULL THEN 1 ELSE 0 END),"
          + " SUM(prompt_tokens), SUM(cached_tokens), SUM(cache_write_tokens),"
          + " SUM(completion_tokens), SUM(reasoning_tokens), SUM(cost_nanos)";

  private static final String CALL =
      "SELECT prompt_tokens + cached_tokens + cache_write_tokens,"
          + " completion_tokens + reasoning_tokens, cost_nanos FROM ledger WHERE id = ?";

  private final DataSource database;

  /** Reports of a database whose migrations have run. */
  public UsageReports(DataSource database) {
    this.database = database;
  }

  /**
   * Sums up calls: a line for each group and currency, in the order of the groups.
   *
   * @throws SQLException when the database does not answer
   */
  public List<UsageLine> of(UsageQuery query) throws SQLException {
    List<Object> values = new ArrayList<>();
    String sql = sql(query, values);
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setQueryTimeout(SECONDS);
      for (int i = 0; i < values.size(); i++) {
        select.setObject(i + 1, values.get(i));
      }
      List<UsageLine> lines = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          lines.add(line(query.groups(), found));
        }
      }
      return lines;
    }
  }

  /**
   * What the ledger says of single calls.
   *
   * @param requests their request ids
   * @return by request id those that it knows
   */
  Map<String, Amounts> calls(Collection<String> requests) throws SQLException {
    Map<String, Amounts> calls = new LinkedHashMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(CALL)) {
      select.setQueryTimeout(SECONDS);
      for (String request : requests) {
        select.setString(1, request);
        try (ResultSet found = select.executeQuery()) {
          if (found.next()) {
            long cost = found.getLong(3);
            Long known = found.wasNull() ? null : Long.valueOf(cost);
            calls.put(request, Amounts.of(found.getLong(1), found.getLong(2), known));
          }
        }
      }
    }
    return calls;
  }

  private static String sql(UsageQuery query, List<Object> values) {
    StringBuilder columns = new StringBuilder();
    query.groups().forEach(group -> columns.append(group.column()).append(", "));
    List<String> conditions = new ArrayList<>();
    if (query.start() != null) {
      conditions.add("used_on >= ?");
      values.add(query.start());
    }
    if (query.end() != null) {
      conditions.add("used_on <= ?");
      values.add(query.end());
    }
    query
        .only()
        .forEach(
            (dimension, value) -> {
              conditions.add(dimension.column() + " = ?");
              values.add(value);
            });
    String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    String by = columns + "currency";
    return "SELECT "
        + columns
        + SUMS
        + " FROM ledger"
        + where
        + " GROUP BY "
        + by
        + " ORDER BY "
        + by;
  }

  private static UsageLine line(List<Dimension> groups, ResultSet found) throws SQLException {
    Map<Dimension, @Nullable String> group = new LinkedHashMap<>();
    int column = 1;
    for (Dimension dimension : groups) {
      group.put(dimension, found.getString(column++));
    }
    String currency = found.getString(column);
    long[] sums = new long[10];
    boolean priced = false;
    for (int i = 0; i < sums.length; i++) {
      sums[i] = found.getLong(column + 1 + i);
      priced = !found.wasNull();
    }
    return new UsageLine(
        group,
        currency,
        sums[0],
        sums[1],
        sums[2],
        sums[3],
        sums[4],
        sums[5],
        sums[6],
        sums[7],
        sums[8],
        priced ? sums[9] : null);
  }
}

package dev.bactrian.usage;

import dev.bactrian.ledger.Ledger;
import dev.bactrian.usage.UsageQuery.Dimension;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Sums of the ledger. Values are bound, and names of columns are this class's own. */
public final class UsageReports {
  private static final int SECONDS = 20;

  private static final String SUMS =
      "currency, SUM(requests), SUM(failed), SUM(attempts), SUM(estimated), SUM(unpriced),"
          + " SUM(prompt_tokens), SUM(cached_tokens), SUM(cache_write_tokens),"
          + " SUM(completion_tokens), SUM(reasoning_tokens), SUM(cost_nanos)";

  private final DataSource database;
  private final Current current;

  /** Brings the database up to now. */
  interface Current {
    /** Returns when the calls that have ended by now are in it. */
    void catchUp() throws SQLException, IOException;
  }

  /** Reports of a ledger that is open. */
  public UsageReports(DataSource database, Ledger ledger) {
    this(database, ledger::catchUp);
  }

  UsageReports(DataSource database, Current current) {
    this.database = database;
    this.current = current;
  }

  /**
   * Sums up calls: a line for each group and currency, in the order of the groups.
   *
   * @throws SQLException when the database does not answer
   * @throws IOException when this node's own calls cannot be brought there
   */
  public List<UsageLine> of(UsageQuery query) throws SQLException, IOException {
    current.catchUp();
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
        + " FROM ledger_sums"
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
      group.put(dimension, text(found.getString(column++)));
    }
    String currency = text(found.getString(column++));
    long requests = found.getLong(column++);
    long failed = found.getLong(column++);
    long attempts = found.getLong(column++);
    long estimated = found.getLong(column++);
    long unpriced = found.getLong(column++);
    return new UsageLine(
        group,
        currency,
        requests,
        failed,
        attempts,
        estimated,
        unpriced,
        found.getLong(column++),
        found.getLong(column++),
        found.getLong(column++),
        found.getLong(column++),
        found.getLong(column++),
        unpriced == requests ? null : found.getLong(column));
  }

  private static @Nullable String text(String text) {
    return text.isEmpty() ? null : text;
  }
}

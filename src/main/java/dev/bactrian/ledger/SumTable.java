package dev.bactrian.ledger;

import dev.bactrian.ledger.Sum.Group;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code ledger_sums}: what has been used by day, key, owner, model, provider and
 * currency. The same statements serve H2 and PostgreSQL. Nothing is null in it: an empty text
 * stands for none.
 */
final class SumTable {
  private static final int SECONDS = 30;
  private static final String[] GROUP = {
    "used_on", "key_id", "owner", "model", "provider", "currency"
  };
  private static final String[] NUMBERS = {
    "requests",
    "failed",
    "attempts",
    "estimated",
    "unpriced",
    "prompt_tokens",
    "cached_tokens",
    "cache_write_tokens",
    "completion_tokens",
    "reasoning_tokens",
    "cost_nanos"
  };
  private static final String UPDATE =
      Stream.of(NUMBERS)
          .map(name -> name + " = " + name + " + ?")
          .collect(Collectors.joining(", ", "UPDATE ledger_sums SET ", " WHERE "))
          .concat(Stream.of(GROUP).map(name -> name + " = ?").collect(Collectors.joining(" AND ")));
  private static final String INSERT =
      "INSERT INTO ledger_sums ("
          + String.join(", ", GROUP)
          + ", "
          + String.join(", ", NUMBERS)
          + ") VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING";

  private SumTable() {}

  /** Adds sums, in the transaction of the connection. */
  static void add(Connection connection, Map<Group, Sum> sums) throws SQLException {
    // In order, so that nodes that count the same groups never wait for each other in a circle.
    Map<Group, Sum> days = new TreeMap<>();
    sums.forEach(
        (group, sum) -> days.computeIfAbsent(group.wholeDay(), none -> new Sum()).add(sum));
    Map<Group, Sum> fresh = update(connection, days);
    if (!fresh.isEmpty()) {
      insert(connection, fresh);
      update(connection, fresh);
    }
  }

  /** Adds to what is there, and gives back what has no line yet. */
  private static Map<Group, Sum> update(Connection connection, Map<Group, Sum> days)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
      update.setQueryTimeout(SECONDS);
      for (Map.Entry<Group, Sum> day : days.entrySet()) {
        int place = 1;
        for (long number : day.getValue().numbers()) {
          update.setLong(place++, number);
        }
        group(update, place, day.getKey());
        update.addBatch();
      }
      int[] counts = update.executeBatch();
      Map<Group, Sum> missing = new TreeMap<>();
      int i = 0;
      for (Map.Entry<Group, Sum> day : days.entrySet()) {
        if (counts[i++] == 0) {
          missing.put(day.getKey(), day.getValue());
        }
      }
      return missing;
    }
  }

  private static void insert(Connection connection, Map<Group, Sum> days) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setQueryTimeout(SECONDS);
      for (Group group : days.keySet()) {
        group(insert, 1, group);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void group(PreparedStatement statement, int from, Group group)
      throws SQLException {
    statement.setObject(from, group.day());
    statement.setString(from + 1, text(group.key()));
    statement.setString(from + 2, text(group.owner()));
    statement.setString(from + 3, text(group.model()));
    statement.setString(from + 4, text(group.provider()));
    statement.setString(from + 5, text(group.currency()));
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}

package dev.bactrian.ledger;

import dev.bactrian.ledger.Sum.Group;
import dev.bactrian.storage.Additions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedMap;
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

  private static final Additions<Group, Sum> ADDITIONS =
      new Additions<>(
          UPDATE, SumTable::addition, INSERT, (statement, group) -> group(statement, 1, group));

  private SumTable() {}

  /** Adds sums, in the transaction of the connection. */
  static void add(Connection connection, Map<Group, Sum> sums) throws SQLException {
    SortedMap<Group, Sum> days = new TreeMap<>();
    sums.forEach(
        (group, sum) -> days.computeIfAbsent(group.wholeDay(), none -> new Sum()).add(sum));
    ADDITIONS.add(connection, days);
  }

  private static void addition(PreparedStatement statement, Map.Entry<Group, Sum> day)
      throws SQLException {
    int place = 1;
    for (long number : day.getValue().numbers()) {
      statement.setLong(place++, number);
    }
    group(statement, place, day.getKey());
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

package dev.bactrian.limit;

import dev.bactrian.key.Bound;
import dev.bactrian.ledger.Sum;
import dev.bactrian.ledger.Sum.Group;
import dev.bactrian.ledger.Tally;
import dev.bactrian.storage.Additions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What keys and owners have spent, counted in the transaction that stores the ledger's rows: so it
 * is what the ledger says, also after a crash.
 */
public final class SpentTable implements Tally {
  private static final Additions<Slot, long[]> ADDITIONS =
      new Additions<>(
          "UPDATE spent SET nanos = nanos + ?, tokens = tokens + ? WHERE subject = ? AND quarter = ?",
          (statement, each) -> {
            statement.setLong(1, each.getValue()[0]);
            statement.setLong(2, each.getValue()[1]);
            statement.setString(3, each.getKey().subject());
            statement.setLong(4, each.getKey().quarter());
          },
          "INSERT INTO spent (subject, quarter, nanos, tokens) VALUES (?, ?, 0, 0)"
              + " ON CONFLICT DO NOTHING",
          (statement, slot) -> {
            statement.setString(1, slot.subject());
            statement.setLong(2, slot.quarter());
          });

  private final Dollars dollars;

  /** The table, which counts in dollars. */
  public SpentTable(Dollars dollars) {
    this.dollars = dollars;
  }

  private record Slot(String subject, long quarter) implements Comparable<Slot> {
    @Override
    public int compareTo(Slot other) {
      int order = subject.compareTo(other.subject);
      return order == 0 ? Long.compare(quarter, other.quarter) : order;
    }
  }

  @Override
  public void add(Connection connection, Map<Group, Sum> calls) throws SQLException {
    SortedMap<Slot, long[]> sums = new TreeMap<>();
    calls.forEach((group, sum) -> count(sums, group, sum));
    if (!sums.isEmpty()) {
      ADDITIONS.add(connection, sums);
    }
  }

  private void count(Map<Slot, long[]> sums, Group group, Sum sum) {
    if (group.key() != null && sum.tokens() > 0) {
      long nanos = dollars.dollars(sum.cost(), group.currency());
      count(sums, new Slot(Bound.key(group.key()), group.quarter()), nanos, sum.tokens());
      if (group.owner() != null) {
        count(sums, new Slot(Bound.owner(group.owner()), group.quarter()), nanos, sum.tokens());
      }
    }
  }

  private static void count(Map<Slot, long[]> sums, Slot slot, long nanos, long tokens) {
    long[] sum = sums.computeIfAbsent(slot, none -> new long[2]);
    sum[0] += nanos;
    sum[1] += tokens;
  }

  /** What a subject has spent, as far as the ledger's rows are in the database. */
  static Spent read(Connection connection, String subject, Spent.Day day) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT SUM(CASE WHEN quarter >= ? THEN nanos ELSE 0 END),"
                + " SUM(CASE WHEN quarter >= ? THEN nanos ELSE 0 END), SUM(nanos), SUM(tokens)"
                + " FROM spent WHERE subject = ?")) {
      select.setLong(1, day.start() / Sum.QUARTER_MILLIS);
      select.setLong(2, day.monthStart() / Sum.QUARTER_MILLIS);
      select.setString(3, subject);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return new Spent(day, row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
      }
    }
  }
}

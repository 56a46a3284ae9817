package dev.bactrian.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Adds to the lines of a table that many nodes count in, and makes those that are not there yet.
 *
 * @param update adds to a line
 * @param values puts what is added and then what names the line into {@code update}
 * @param insert makes a line of nothing, unless it is there
 * @param names puts what names the line into {@code insert}
 */
public record Additions<K, V>(
    String update, Parameters<Map.Entry<K, V>> values, String insert, Parameters<K> names) {
  private static final int SECONDS = 30;

  /** Puts something into a statement. */
  @FunctionalInterface
  public interface Parameters<T> {
    /** Puts it there. */
    void set(PreparedStatement statement, T of) throws SQLException;
  }

  /**
   * Adds, in the transaction of the connection.
   *
   * @param all in order, so that nodes that count the same lines never wait for each other in a
   *     circle
   */
  public void add(Connection connection, SortedMap<K, V> all) throws SQLException {
    SortedMap<K, V> fresh = update(connection, all);
    if (!fresh.isEmpty()) {
      insert(connection, fresh.keySet());
      update(connection, fresh);
    }
  }

  /** Adds to what is there, and gives back what has no line yet. */
  private SortedMap<K, V> update(Connection connection, SortedMap<K, V> all) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(update)) {
      statement.setQueryTimeout(SECONDS);
      for (Map.Entry<K, V> each : all.entrySet()) {
        values.set(statement, each);
        statement.addBatch();
      }
      int[] counts = statement.executeBatch();
      SortedMap<K, V> missing = new TreeMap<>(all.comparator());
      int i = 0;
      for (Map.Entry<K, V> each : all.entrySet()) {
        if (counts[i++] == 0) {
          missing.put(each.getKey(), each.getValue());
        }
      }
      return missing;
    }
  }

  private void insert(Connection connection, Set<K> lines) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      statement.setQueryTimeout(SECONDS);
      for (K line : lines) {
        names.set(statement, line);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}

package dev.bactrian.key;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tables of keys and owners. The same statements serve H2 and PostgreSQL. */
final class KeyTable {
  private static final String KEY =
      "SELECT id, name, owner_id, disabled, expires_at, rules, hash, old_hash, old_until, created_at"
          + " FROM client_keys WHERE NOT deleted";
  private static final String OWNER =
      "SELECT id, name, disabled, rules FROM owners WHERE NOT deleted";

  private KeyTable() {}

  /** What {@link #within} does. */
  interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  /** Does all of some work or nothing. */
  static <T> T within(Connection connection, Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    try {
      T done = work.in(connection);
      connection.commit();
      return done;
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    }
  }

  /** A key, null where there is none. */
  static @Nullable StoredKey key(Connection connection, String id) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(KEY + " AND id = ?")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? key(row) : null;
      }
    }
  }

  private static StoredKey key(ResultSet row) throws SQLException {
    return new StoredKey(
        row.getString("id"),
        row.getString("name"),
        row.getString("owner_id"),
        row.getBoolean("disabled"),
        number(row, "expires_at"),
        Rules.parse(row.getString("rules")),
        row.getString("hash"),
        row.getString("old_hash"),
        number(row, "old_until"),
        row.getLong("created_at"));
  }

  private static @Nullable Long number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : Long.valueOf(value);
  }

  /**
   * Some keys in the order of their ids.
   *
   * @param owner whose, null for all
   * @param after after which id, empty for the beginning
   * @param most how many at most
   */
  static List<StoredKey> keys(Connection connection, @Nullable String owner, String after, int most)
      throws SQLException {
    String whose = owner == null ? "" : " AND owner_id = ?";
    List<StoredKey> keys = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(KEY + " AND id > ?" + whose + " ORDER BY id LIMIT ?")) {
      int place = 1;
      select.setString(place++, after);
      if (owner != null) {
        select.setString(place++, owner);
      }
      select.setInt(place, most);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          keys.add(key(rows));
        }
      }
    }
    return keys;
  }

  /** Whether there is no key at all. */
  static boolean isEmpty(Connection connection) throws SQLException {
    return keys(connection, null, "", 1).isEmpty();
  }

  /** An owner, null where there is none. */
  static @Nullable Owner owner(Connection connection, String id) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(OWNER + " AND id = ?")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? owner(row) : null;
      }
    }
  }

  private static Owner owner(ResultSet row) throws SQLException {
    return new Owner(
        row.getString("id"),
        row.getString("name"),
        row.getBoolean("disabled"),
        Rules.parse(row.getString("rules")));
  }

  /** Some owners in the order of their ids. */
  static List<Owner> owners(Connection connection, String after, int most) throws SQLException {
    List<Owner> owners = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(OWNER + " AND id > ? ORDER BY id LIMIT ?")) {
      select.setString(1, after);
      select.setInt(2, most);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          owners.add(owner(rows));
        }
      }
    }
    return owners;
  }

  /** The number of the last change. */
  static long changes(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement("SELECT changes FROM gateway");
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The limits of models for all keys, null where none were stored. */
  static @Nullable String modelLimits(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT model_limits FROM gateway");
        ResultSet row = select.executeQuery()) {
      return row.next() ? row.getString(1) : null;
    }
  }

  static void modelLimits(Connection connection, @Nullable String limits) throws SQLException {
    change(connection);
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE gateway SET model_limits = ?")) {
      update.setString(1, limits);
      update.executeUpdate();
    }
  }

  /** The ids in a table that were changed after a change. */
  static List<String> changedSince(Connection connection, String table, long change)
      throws SQLException {
    List<String> ids = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement("SELECT id FROM " + table + " WHERE changed > ?")) {
      select.setLong(1, change);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
      }
    }
    return ids;
  }

  /** Begins a change and gives its number; other changes wait until it is committed. */
  static long change(Connection connection) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE gateway SET changes = changes + 1")) {
      update.executeUpdate();
    }
    return changes(connection);
  }

  static void insert(Connection connection, StoredKey key) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO client_keys (name, owner_id, disabled, expires_at, rules, hash, old_hash,"
                + " old_until, changed, id, created_at, deleted)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, FALSE)")) {
      fill(insert, key, change(connection));
      insert.setLong(11, key.created());
      insert.executeUpdate();
    }
  }

  static void update(Connection connection, StoredKey key) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE client_keys SET name = ?, owner_id = ?, disabled = ?, expires_at = ?,"
                + " rules = ?, hash = ?, old_hash = ?, old_until = ?, changed = ? WHERE id = ?")) {
      fill(update, key, change(connection));
      update.executeUpdate();
    }
  }

  private static void fill(PreparedStatement statement, StoredKey key, long change)
      throws SQLException {
    statement.setString(1, key.name());
    statement.setString(2, key.owner());
    statement.setBoolean(3, key.disabled());
    statement.setObject(4, key.expires(), Types.BIGINT);
    statement.setString(5, key.rules().text());
    statement.setString(6, key.hash());
    statement.setString(7, key.oldHash());
    statement.setObject(8, key.oldUntil(), Types.BIGINT);
    statement.setLong(9, change);
    statement.setString(10, key.id());
  }

  static void insert(Connection connection, Owner owner) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO owners (name, disabled, rules, changed, id, created_at, deleted)"
                + " VALUES (?, ?, ?, ?, ?, ?, FALSE)")) {
      fill(insert, owner, change(connection));
      insert.setLong(6, System.currentTimeMillis());
      insert.executeUpdate();
    }
  }

  static void update(Connection connection, Owner owner) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE owners SET name = ?, disabled = ?, rules = ?, changed = ? WHERE id = ?")) {
      fill(update, owner, change(connection));
      update.executeUpdate();
    }
  }

  private static void fill(PreparedStatement statement, Owner owner, long change)
      throws SQLException {
    statement.setString(1, owner.name());
    statement.setBoolean(2, owner.disabled());
    statement.setString(3, owner.rules().text());
    statement.setLong(4, change);
    statement.setString(5, owner.id());
  }

  /** Deletes a key or an owner; false where there was none. */
  static boolean delete(Connection connection, String table, String id) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE " + table + " SET deleted = TRUE, changed = ? WHERE id = ? AND NOT deleted")) {
      update.setLong(1, change(connection));
      update.setString(2, id);
      return update.executeUpdate() > 0;
    }
  }
}

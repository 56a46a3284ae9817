package dev.bactrian.ledger;

import dev.bactrian.ledger.LedgerRow.Ending;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The rows in the table {@code ledger}. */
final class TableRows implements LedgerRows {
  private static final int PAGE = 1000;
  private static final LocalDate EVER = LocalDate.of(1970, 1, 1);
  private static final LocalDate NEVER = LocalDate.of(9999, 12, 31);

  private final DataSource database;

  TableRows(DataSource database) {
    this.database = database;
  }

  @Override
  public void read(@Nullable LocalDate first, @Nullable LocalDate last, Consumer<LedgerRow> reader)
      throws IOException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT * FROM ledger WHERE used_on BETWEEN ? AND ?")) {
      // A page at a time is read within a transaction only.
      connection.setAutoCommit(false);
      select.setFetchSize(PAGE);
      select.setObject(1, first == null ? EVER : first);
      select.setObject(2, last == null ? NEVER : last);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          reader.accept(row(found));
        }
      }
      connection.rollback();
    } catch (SQLException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public Map<String, LedgerRow> find(Collection<String> ids) throws IOException {
    Map<String, LedgerRow> rows = new LinkedHashMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT * FROM ledger WHERE id = ?")) {
      for (String id : ids) {
        select.setString(1, id);
        try (ResultSet found = select.executeQuery()) {
          if (found.next()) {
            rows.put(id, row(found));
          }
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static LedgerRow row(ResultSet found) throws SQLException {
    return new LedgerRow(
        found.getString("id"),
        found.getObject("started_at", OffsetDateTime.class).toInstant().toEpochMilli(),
        found.getString("key_id"),
        found.getString("owner"),
        found.getString("model_asked"),
        found.getString("model"),
        found.getString("provider"),
        found.getString("upstream_model"),
        found.getInt("attempts"),
        found.getString("failed_attempts"),
        found.getLong("prompt_tokens"),
        found.getLong("cached_tokens"),
        found.getLong("cache_write_tokens"),
        found.getLong("completion_tokens"),
        found.getLong("reasoning_tokens"),
        found.getBoolean("estimated"),
        number(found, "cost_nanos"),
        found.getString("currency"),
        found.getObject("price_from", LocalDate.class),
        number(found, "first_token_ms"),
        number(found, "duration_ms"),
        Ending.valueOf(found.getString("outcome").toUpperCase(Locale.ROOT)),
        found.getString("error"),
        found.getInt("status"),
        found.getBoolean("stream"));
  }

  private static @Nullable Long number(ResultSet found, String column) throws SQLException {
    long value = found.getLong(column);
    return found.wasNull() ? null : Long.valueOf(value);
  }
}

package dev.bactrian.usage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Puts rows into a ledger table. */
final class LedgerLines {
  private LedgerLines() {}

  static void insert(
      DataSource database,
      String id,
      String day,
      String key,
      @Nullable String owner,
      String model,
      long prompt,
      long completion,
      String cost,
      String outcome,
      boolean estimated)
      throws Exception {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO ledger (id, started_at, used_on, key_id, owner, model, provider,"
                    + " upstream_model, attempts, prompt_tokens, cached_tokens,"
                    + " cache_write_tokens, completion_tokens, reasoning_tokens, estimated,"
                    + " cost_nanos, currency, outcome, status, stream) VALUES"
                    + " (?, ?, ?, ?, ?, ?, 'p', ?, 1, ?, 0, 0, ?, 0, ?, "
                    + cost
                    + ", 'USD', ?, 200, false)")) {
      LocalDate date = LocalDate.parse(day);
      insert.setString(1, id);
      insert.setObject(2, date.atStartOfDay().atOffset(ZoneOffset.UTC));
      insert.setObject(3, date);
      insert.setString(4, key);
      insert.setString(5, owner);
      insert.setString(6, model);
      insert.setString(7, model);
      insert.setLong(8, prompt);
      insert.setLong(9, completion);
      insert.setBoolean(10, estimated);
      insert.setString(11, outcome);
      insert.executeUpdate();
    }
  }
}

package dev.bactrian.usage;

import dev.bactrian.ledger.LedgerRow.Ending;
import dev.bactrian.ledger.TestRows;
import dev.bactrian.ledger.TestTable;
import java.util.Locale;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Puts rows into a ledger. */
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
      @Nullable Long cost,
      String outcome,
      boolean estimated)
      throws Exception {
    TestTable.add(
        database,
        TestRows.with(id)
            .on(day)
            .by(key, owner)
            .to("p", model)
            .tokens(prompt, completion)
            .cost(cost)
            .ending(Ending.valueOf(outcome.toUpperCase(Locale.ROOT)))
            .estimated(estimated)
            .make());
  }
}

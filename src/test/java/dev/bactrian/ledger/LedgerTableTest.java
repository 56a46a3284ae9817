package dev.bactrian.ledger;

import static dev.bactrian.ledger.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.ledger.LedgerRow.Ending;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class LedgerTableTest {
  private final DataSource database = TestTable.create();
  private final LedgerTable table = new LedgerTable(database);

  @Test
  void aBatchThatComesTwiceIsStoredOnce() throws Exception {
    List<LedgerRow> rows = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      rows.add(row("r" + i));
    }
    table.store(rows.subList(0, 400));
    table.store(rows);
    table.store(rows);
    table.store(List.of(row("x"), row("x", Ending.NODE_LOST)));
    assertThat(Ledgers.all(database)).hasSize(701);
    assertThat(Ledgers.all(database).get("x")).containsEntry("OUTCOME", "success");
  }

  @Test
  void theFirstRowOfACallStays() throws Exception {
    table.store(List.of(row("a")));
    table.store(List.of(row("a", Ending.NODE_LOST), row("b")));
    assertThat(Ledgers.all(database).get("a")).containsEntry("OUTCOME", "success");
    assertThat(Ledgers.all(database)).containsKey("b");
  }

  @Test
  void aRowThatDoesNotFitIsAboutDataAndLeavesNothing() throws Exception {
    assertThatThrownBy(() -> table.store(List.of(row("a"), row("b".repeat(65)))))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).startsWith("22"));
    assertThat(Ledgers.all(database)).isEmpty();
  }

  @Test
  void everythingIsWhereItBelongs() throws Exception {
    table.store(List.of(row("a"), TestRows.withCost(row("b"), null)));
    Map<String, Object> a = Objects.requireNonNull(Ledgers.all(database).get("a"));
    assertThat(a)
        .containsEntry("KEY_ID", "k1")
        .containsEntry("OWNER", "team")
        .containsEntry("MODEL_ASKED", "gpt-4.1-mini")
        .containsEntry("MODEL", "openai/gpt-4.1-mini")
        .containsEntry("PROVIDER", "openai")
        .containsEntry("UPSTREAM_MODEL", "gpt-4.1-mini")
        .containsEntry("PROMPT_TOKENS", 10L)
        .containsEntry("CACHED_TOKENS", 2L)
        .containsEntry("CACHE_WRITE_TOKENS", 0L)
        .containsEntry("COMPLETION_TOKENS", 5L)
        .containsEntry("REASONING_TOKENS", 1L)
        .containsEntry("COST_NANOS", 1234L)
        .containsEntry("CURRENCY", "USD")
        .containsEntry("DURATION_MS", 17L)
        .containsEntry("STATUS", 200)
        .containsEntry("STREAM", false);
    assertThat(String.valueOf(a.get("USED_ON"))).startsWith("2026-09-21");
    assertThat(String.valueOf(a.get("PRICE_FROM"))).startsWith("2026-07-01");
    assertThat(a.get("FIRST_TOKEN_MS")).isNull();
    assertThat(Objects.requireNonNull(Ledgers.all(database).get("b")).get("COST_NANOS")).isNull();
  }
}

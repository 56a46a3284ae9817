package dev.bactrian.ledger;

import static dev.bactrian.ledger.TestRows.row;
import static dev.bactrian.ledger.TestRows.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.kit.LogCapture;
import dev.bactrian.ledger.LedgerRow.Ending;
import dev.bactrian.ledger.LedgerStore.Batch;
import dev.bactrian.ledger.LedgerStore.Mark;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What ends up in the database, of rows and of sums. */
class StoreTest {
  private static final Mark SOMEWHERE = new Mark(1, 1);

  private final DataSource database = TestTable.create();
  private final Map<String, Long> told = new TreeMap<>();
  private final Tally tally =
      (connection, sums) ->
          sums.forEach((group, sum) -> told.merge(group.key() + "", sum.tokens(), Long::sum));
  private final RowStore rowStore = new RowStore(database, tally);
  private final SumStore sumStore = new SumStore(database, tally);
  private final LedgerRows rows = LedgerRows.ofDatabase(database);

  @Test
  void aRowThatComesTwiceIsStoredAndCountedOnce() throws Exception {
    List<LedgerRow> all = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      all.add(row("r" + i));
    }
    store(rowStore, all.subList(0, 400));
    store(rowStore, all);
    store(rowStore, all);
    store(rowStore, List.of(row("x"), row("x", Ending.NODE_LOST)));
    assertThat(Ledgers.all(rows)).hasSize(701);
    assertThat(Ledgers.all(rows).get("x")).isEqualTo(row("x"));
    assertThat(sums())
        .containsExactly(Map.entry("k1 2026-09-21", List.of(701L, 7010L, 701 * 1234L)));
    assertThat(told).isEqualTo(Map.of("k1", 701 * 15L));
  }

  @Test
  void theFirstRowOfACallStays() throws Exception {
    store(rowStore, List.of(row("a")));
    store(rowStore, List.of(row("a", Ending.NODE_LOST), row("b")));
    assertThat(Ledgers.all(rows).values()).containsExactly(row("a"), row("b"));
  }

  @Test
  void aRowThatDoesNotFitKeepsNoOtherOut() throws Exception {
    try (LogCapture log = new LogCapture()) {
      String bad = "b".repeat(65);
      assertThat(store(rowStore, List.of(row("a"), row(bad), row("c")))).isEqualTo(1);
      assertThat(log.text()).contains("loses a row").contains(bad);
    }
    assertThat(Ledgers.all(rows)).containsOnlyKeys("a", "c");
    assertThat(told).isEqualTo(Map.of("k1", 30L));
  }

  @Test
  void everythingIsWhereItBelongs() throws Exception {
    LedgerRow full =
        new LedgerRow(
            "full",
            1_790_000_000_123L,
            "k",
            "o",
            "asked",
            "model",
            "provider",
            "upstream",
            3,
            "[{}]",
            1,
            2,
            3,
            4,
            5,
            true,
            6L,
            "EUR",
            LocalDate.of(2026, 7, 1),
            7L,
            8L,
            Ending.CUT,
            "server",
            200,
            true);
    LedgerRow empty =
        new LedgerRow(
            "empty",
            1_790_000_000_124L,
            null,
            null,
            null,
            null,
            null,
            null,
            0,
            null,
            0,
            0,
            0,
            0,
            0,
            false,
            null,
            null,
            null,
            null,
            null,
            Ending.NODE_LOST,
            null,
            0,
            false);
    store(rowStore, List.of(full, empty));
    assertThat(Ledgers.all(rows).values()).containsExactly(empty, full);
    assertThat(rows.find(List.of("full", "none"))).isEqualTo(Map.of("full", full));
    LocalDate day = LocalDate.of(2026, 9, 21);
    List<LedgerRow> found = new ArrayList<>();
    rows.read(day.plusDays(1), null, found::add);
    rows.read(null, day.minusDays(1), found::add);
    assertThat(found).isEmpty();
    rows.read(day, day, found::add);
    assertThat(found).hasSize(2);
  }

  @Test
  void sumsAreByDayAndTalliesByQuartersOfAnHour() throws Exception {
    List<Long> quarters = new ArrayList<>();
    SumStore store =
        new SumStore(
            database, (connection, sums) -> sums.keySet().forEach(g -> quarters.add(g.quarter())));
    long hour = 3_600_000;
    store(store, List.of(with("a").at(0).make(), with("b").at(hour).make()));
    store(store, List.of(with("c").at(23 * hour).make(), with("d").at(24 * hour).make()));
    assertThat(sums())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "k1 1970-01-01", List.of(3L, 30L, 3 * 1234L),
                "k1 1970-01-02", List.of(1L, 10L, 1234L)));
    assertThat(quarters).containsExactlyInAnyOrder(0L, 4L, 92L, 96L);
  }

  @Test
  void theMarkMovesWithTheSumsOrNotAtAll() throws Exception {
    assertThat(sumStore.mark()).isEqualTo(new Mark(0, 0));
    store(sumStore, List.of(row("a")));
    assertThat(sumStore.mark()).isEqualTo(SOMEWHERE);
    SumStore failing =
        new SumStore(
            database,
            (connection, sums) -> {
              throw new SQLException("told so");
            });
    Batch batch = failing.batch();
    batch.add(row("b"));
    assertThatThrownBy(() -> batch.store(new Mark(2, 2))).hasMessage("told so");
    assertThat(sumStore.mark()).isEqualTo(SOMEWHERE);
    assertThat(sums().get("k1 2026-09-21")).isEqualTo(List.of(1L, 10L, 1234L));
  }

  private static int store(LedgerStore store, List<LedgerRow> rows) throws SQLException {
    Batch batch = store.batch();
    rows.forEach(batch::add);
    return batch.store(SOMEWHERE);
  }

  /** By key and day: requests, tokens in, cost. */
  private Map<String, List<Long>> sums() throws SQLException {
    Map<String, List<Long>> sums = new TreeMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement("SELECT * FROM ledger_sums");
        ResultSet found = select.executeQuery()) {
      while (found.next()) {
        sums.put(
            found.getString("key_id") + " " + found.getObject("used_on", LocalDate.class),
            List.of(
                found.getLong("requests"),
                found.getLong("prompt_tokens"),
                found.getLong("cost_nanos")));
      }
    }
    return sums;
  }
}

package dev.bactrian.ledger;

import static dev.bactrian.ledger.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.error.ApiException;
import dev.bactrian.kit.LogCapture;
import dev.bactrian.ledger.LedgerRow.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {
  private static final long LIMIT = 200_000;

  private final Path data;
  private final List<Ledger> open = new ArrayList<>();
  private MemoryStore store = new MemoryStore(true);

  LedgerTest(@TempDir Path data) {
    this.data = data;
  }

  @AfterEach
  void close() {
    open.forEach(Ledger::close);
  }

  @Test
  void whileTheDatabaseIsGoneRowsWaitInTheJournal() throws Exception {
    Ledger ledger = start(true);
    ledger.catchUp();
    store.fail("08006");
    try (LogCapture log = new LogCapture()) {
      ledger.ended(row("a"));
      assertThatThrownBy(ledger::catchUp).hasMessage("told so");
      Awaitility.await().until(() -> log.text().contains("takes no rows"));
      store.fail(null);
      Awaitility.await().until(() -> store.ids().contains("a"));
      Awaitility.await().until(() -> log.text().contains("takes rows again"));
    }
    assertThat(store.rows()).containsExactly(row("a"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatAProcessLeavesIsDeliveredByTheNext(boolean keeps) throws Exception {
    store = new MemoryStore(keeps);
    store.fail("08006");
    Ledger first = start(true);
    IntStream.range(0, 1200).forEach(i -> first.ended(row("a" + i)));
    first.close();
    assertThat(store.ids()).isEmpty();
    store.fail(null);

    start(true).catchUp();

    assertThat(store.ids()).hasSize(1200).doesNotHaveDuplicates();
    assertThat(store.batches()).isLessThan(10);
  }

  @Test
  void aCommitThatNobodyHeardOfCountsOnce() throws Exception {
    Ledger ledger = start(true);
    ledger.ended(row("a"));
    ledger.catchUp();
    store.doubtNext();
    ledger.ended(row("b"));
    Awaitility.await().until(() -> store.ids().contains("b"));
    ledger.ended(row("c"));
    ledger.catchUp();
    assertThat(store.ids()).containsExactly("a", "b", "c");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void callsOfALostNodeGetTheirRowOnce(boolean keeps) throws Exception {
    store = new MemoryStore(keeps);
    Ledger first = start(true);
    first.begun(() -> row("ended", Ending.NODE_LOST));
    first.begun(() -> row("lost", Ending.NODE_LOST));
    first.ended(row("ended"));
    first.catchUp();
    Path after = copyOfJournal();
    first.close();

    List<String> told = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Ledger next = new Ledger(after, store, settings(true));
      next.listen(row -> told.add(row.id()));
      next.start();
      next.catchUp();
      next.close();
    }

    assertThat(store.rows()).containsExactlyInAnyOrder(row("ended"), row("lost", Ending.NODE_LOST));
    assertThat(told).containsExactly("lost");
  }

  /** What a process that is killed now would leave. */
  private Path copyOfJournal() throws IOException {
    Path copy = Files.createDirectories(data.resolve("after"));
    try (Stream<Path> files = Files.list(data.resolve("ledger"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(String.valueOf(file.getFileName())));
      }
    }
    return copy;
  }

  @Test
  void aFullJournalRefusesCalls() {
    Ledger ledger = start(true);
    fill(ledger);

    assertThatThrownBy(ledger::open)
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.status()).isEqualTo(503);
              assertThat(e.headers()).containsKey("retry-after");
            });
    ledger.ended(row("under way before"));
    store.fail(null);
    Awaitility.await().until(() -> store.ids().contains("under way before"));
    Awaitility.await().until(() -> !ledger.isFull());
    assertThat(ledger.lost()).isZero();
  }

  @Test
  void aFullJournalLosesRowsAndSaysSo() {
    Ledger ledger = start(false);
    try (LogCapture log = new LogCapture()) {
      fill(ledger);
      assertThat(ledger.open()).isNotNull();
      ledger.ended(row("lost"));
      ledger.ended(row("lost, too"));
      assertThat(ledger.lost()).isEqualTo(2);
      assertThat(log.text()).contains("ERROR").contains("1 rows are lost").doesNotContain("2 rows");
    }
  }

  private void fill(Ledger ledger) {
    store.fail("08006");
    for (int i = 0; !ledger.isFull(); i++) {
      ledger.ended(row("r" + i));
      if (i % 100 == 0) {
        assertThatThrownBy(ledger::catchUp).hasMessage("told so");
      }
    }
  }

  @Test
  void aListenerThatFailsHarmsNobody() throws Exception {
    Ledger ledger = start(true);
    List<String> told = new ArrayList<>();
    ledger.listen(
        row -> {
          throw new IllegalStateException("told so");
        });
    ledger.listen(row -> told.add(row.id()));
    ledger.ended(row("a"));
    ledger.catchUp();
    assertThat(told).containsExactly("a");
    assertThat(store.ids()).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rowsStayInTheJournalWhereTheStoreHasSumsOnly(boolean keeps) throws Exception {
    store = new MemoryStore(keeps);
    Ledger ledger = start(true);
    ledger.begun(() -> row("a", Ending.NODE_LOST));
    ledger.ended(row("a"));
    ledger.close();

    assertThat(store.rows()).containsExactly(row("a"));
    LedgerRows rows = LedgerRows.ofJournal(data.toString());
    assertThat(Ledgers.all(rows).values())
        .containsExactlyElementsOf(keeps ? List.of(row("a")) : List.of());
    try (Stream<Path> files = Files.list(data.resolve("ledger"))) {
      assertThat(files).hasSize(keeps ? 2 : 1);
    }
  }

  @Test
  void aJournalThatWasDeletedBeginsAnew() throws Exception {
    Ledger first = start(true);
    first.ended(row("a"));
    first.close();
    try (Stream<Path> files = Files.list(data.resolve("ledger"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Ledger second = start(true);
    second.ended(row("b"));
    second.close();
    assertThat(store.ids()).containsExactly("a", "b");
  }

  @Test
  void whileTheSumsStandStillItCanBeToldWhatIsInThem() throws Exception {
    long since = System.currentTimeMillis();
    Ledger ledger = start(true);
    ledger.ended(row("a"));
    ledger.catchUp();
    ledger.ended(row("b"));
    List<String> seen = new ArrayList<>();
    try (Connection any = TestTable.create().getConnection()) {
      ledger.catchUp(
          () -> {
            ledger.ended(row("later"));
            seen.addAll(ledger.counted(any, List.of("a", "b", "later", "never"), since));
            assertThat(store.ids()).containsExactlyInAnyOrderElementsOf(seen);
          });
      assertThat(seen).containsExactlyInAnyOrder("a", "b");
      assertThat(ledger.counted(any, List.of(), since)).isEmpty();
    }
  }

  @Test
  void aSettingThatIsNotKnownIsSaid() {
    assertThatThrownBy(() -> LedgerSettings.of(false, 5, 1, "shrug", 1))
        .hasMessageContaining("shrug");
  }

  private Ledger start(boolean refuse) {
    Ledger ledger = new Ledger(Ledger.folder(data.toString()), store, settings(refuse));
    open.add(ledger);
    ledger.start();
    return ledger;
  }

  private static LedgerSettings settings(boolean refuse) {
    return new LedgerSettings(false, 1, LIMIT, refuse, 0);
  }
}

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
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  private static final long LIMIT = 200_000;

  private final Path data;
  private final TestRows.Memory table = new TestRows.Memory();
  private final List<Ledger> open = new ArrayList<>();

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
    table.fail("08006");
    try (LogCapture log = new LogCapture()) {
      ledger.ended(row("a"));
      assertThatThrownBy(ledger::flush).hasMessage("told so");
      Awaitility.await().until(() -> log.text().contains("takes no rows"));
      table.fail(null);
      Awaitility.await().until(() -> table.ids().contains("a"));
      Awaitility.await().until(() -> log.text().contains("takes rows again"));
    }
    assertThat(table.rows()).containsExactly(row("a"));
  }

  @Test
  void whatAProcessLeavesIsDeliveredByTheNext() throws Exception {
    table.fail("08006");
    Ledger first = start(true);
    IntStream.range(0, 1200).forEach(i -> first.ended(row("a" + i)));
    first.close();
    assertThat(table.ids()).isEmpty();
    table.fail(null);

    start(true).flush();

    assertThat(table.ids()).hasSize(1200);
    assertThat(table.batches()).isLessThan(10);
  }

  @Test
  void callsOfALostNodeGetTheirRowOnce() throws Exception {
    Ledger first = start(true);
    first.begun(row("ended", Ending.NODE_LOST));
    first.begun(row("lost", Ending.NODE_LOST));
    first.ended(row("ended"));
    first.flush();
    Path crashed = copyOfJournal();
    first.close();
    Path after = data.resolve("after");
    Files.move(crashed, after.resolve("ledger"), StandardCopyOption.REPLACE_EXISTING);

    for (int i = 0; i < 2; i++) {
      Ledger next = new Ledger(after.toString(), table, settings(true));
      next.start();
      next.flush();
      next.close();
    }

    assertThat(table.rows()).containsExactlyInAnyOrder(row("ended"), row("lost", Ending.NODE_LOST));
  }

  /** What a process that is killed now would leave. */
  private Path copyOfJournal() throws IOException {
    Path copy = Files.createDirectories(data.resolve("after")).resolve("copy");
    Files.createDirectories(copy);
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
    long waiting = table.ids().size();
    ledger.ended(row("under way before"));
    table.fail(null);
    Awaitility.await().until(() -> table.ids().contains("under way before"));
    Awaitility.await().until(() -> table.ids().size() > waiting);
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
    table.fail("08006");
    for (int i = 0; !ledger.isFull(); i++) {
      ledger.ended(row("r" + i));
      if (i % 100 == 0) {
        assertThatThrownBy(ledger::flush).hasMessage("told so");
      }
    }
  }

  @Test
  void aRowThatTheDatabaseRefusesKeepsNoOtherFromIt() throws Exception {
    Ledger ledger = start(true);
    try (LogCapture log = new LogCapture()) {
      LedgerRow bad = TestRows.poison("bad");
      ledger.ended(row("a"));
      ledger.ended(bad);
      ledger.ended(row("b"));
      ledger.flush();
      assertThat(table.ids()).containsExactly("a", "b");
      assertThat(ledger.lost()).isEqualTo(1);
      assertThat(log.text()).contains("loses a row").contains("bad");
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
    ledger.flush();
    assertThat(told).containsExactly("a");
    assertThat(table.ids()).containsExactly("a");
  }

  @Test
  void afterAnOrderlyEndNothingIsLeft() throws IOException {
    Ledger ledger = start(true);
    ledger.begun(row("a", Ending.NODE_LOST));
    ledger.ended(row("a"));
    ledger.close();

    assertThat(table.rows()).containsExactly(row("a"));
    try (Stream<Path> files = Files.list(data.resolve("ledger"))) {
      assertThat(files.map(file -> String.valueOf(file.getFileName()))).containsExactly("lock");
    }
  }

  @Test
  void aSettingThatIsNotKnownIsSaid() {
    assertThatThrownBy(() -> LedgerSettings.of(false, 5, 1, "shrug")).hasMessageContaining("shrug");
  }

  private Ledger start(boolean refuse) {
    Ledger ledger = new Ledger(data.toString(), table, settings(refuse));
    open.add(ledger);
    ledger.start();
    return ledger;
  }

  private static LedgerSettings settings(boolean refuse) {
    return new LedgerSettings(false, 1, LIMIT, refuse);
  }
}

package dev.bactrian.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.ledger.LedgerRows;
import dev.bactrian.ledger.TestTable;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerCommandTest {
  private final DataSource database = TestTable.create();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final ByteArrayOutputStream complaints = new ByteArrayOutputStream();

  @BeforeEach
  void fill() throws Exception {
    LedgerLines.insert(
        database, "req_1", "2026-11-01", "k,1", "red", "m", 7, 5, 1500L, "cut", true);
    LedgerLines.insert(
        database, "req_2", "2026-11-02", "k2", null, "m", 1, 1, null, "success", false);
  }

  @Test
  void rowsAreWrittenByDay() {
    assertThat(run("--start", "2026-11-01", "--end", "2026-11-01")).isZero();
    assertThat(text(printed))
        .isEqualTo(
            RowCsv.header()
                + "req_1,2026-11-01T00:00:00Z,\"k,1\",red,gpt-4.1-mini,m,p,m,1,,7,0,0,5,0,true,"
                + "0.000001500,USD,2026-07-01,,17,cut,,200,false\r\n");
    assertThat(Csv.read(text(printed)).get(1)).hasSameSizeAs(Csv.read(RowCsv.header()).get(0));
  }

  @Test
  void aCostThatIsUnknownIsEmpty() {
    assertThat(run("--key", "k2")).isZero();
    assertThat(text(printed)).contains("req_2").doesNotContain("req_1").contains(",false,,USD,");
  }

  @Test
  void requestsAreFoundByTheirIds() {
    assertThat(run("--id", "req_2", "--id", "req_1")).isZero();
    assertThat(text(printed)).contains("req_1", "req_2");
    assertThat(run("--id", "req_3")).isEqualTo(1);
  }

  @Test
  void aWrongCallSaysHowItIsMeant(@TempDir Path none) {
    for (List<String> wrong :
        List.of(List.of("--start", "soon"), List.of("--id"), List.of("--colour", "red"))) {
      assertThat(run(wrong.toArray(String[]::new))).isEqualTo(2);
    }
    assertThat(text(complaints)).contains(LedgerCommand.USAGE, "soon", "colour");
    assertThat(text(printed)).isEmpty();
    LedgerRows gone = LedgerRows.ofJournal(none.resolve("gone").toString());
    assertThat(new LedgerCommand(gone, out(printed), out(complaints)).run(List.of())).isEqualTo(2);
    assertThat(text(complaints)).contains("gone");
  }

  private int run(String... arguments) {
    LedgerRows rows = LedgerRows.ofDatabase(database);
    return new LedgerCommand(rows, out(printed), out(complaints)).run(List.of(arguments));
  }

  private static PrintStream out(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}

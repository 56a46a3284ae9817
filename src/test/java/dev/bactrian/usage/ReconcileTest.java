package dev.bactrian.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.ledger.LedgerRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconcileTest {
  private final Path folder;
  private final DataSource database = dev.bactrian.ledger.TestTable.create();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  ReconcileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void fill() throws Exception {
    row("req_1", "2026-11-01", "gpt", 1000, 500, 2000000L);
    row("req_2", "2026-11-01", "gpt", 1000, 500, 2000000L);
    row("req_3", "2026-11-02", "gpt", 100, 50, 200000L);
    row("req_4", "2026-11-02", "gpt-mini", 100, 50, 100000L);
    row("req_5", "2026-11-09", "gpt", 7, 7, 1L);
  }

  @Test
  void aBillThatAgreesIsFine() throws IOException {
    assertThat(
            reconcile(
                """
                Date,Model,Input Tokens,Output Tokens,Cost (USD)
                2026-11-01,gpt,2000,1000,$0.004
                2026-11-02,gpt-2026-05-05,100,50,0.0002
                2026-11-02T13:00:00Z,p/gpt-mini,100,50,0.0001
                """))
        .isZero();
    assertThat(text()).isEqualTo("3 compared, 0 numbers differ, 0 by more than 1 %.\n");
  }

  @Test
  void littleIsToleratedAndShown() throws IOException {
    String bill = "day;model;tokens_in\n2026/11/01;gpt;2010\n";
    assertThat(reconcile(bill)).isZero();
    assertThat(text()).contains("2026-11-01 gpt").contains("-0.50 %").doesNotContain("!");
    assertThat(reconcile(bill, "--tolerance", "0.1%")).isEqualTo(1);
    assertThat(text()).contains("!");
  }

  @Test
  void whatOnlyOneSideHasIsADifference() throws IOException {
    assertThat(
            reconcile(
                """
                date,model,cost
                20261101,gpt,0.004
                20261102,other,5
                """))
        .isEqualTo(1);
    assertThat(text())
        .contains("3 numbers differ, 3 by more")
        .containsPattern("! +2026-11-02 other +cost +5 +- +-100.00 %")
        .containsPattern("! +2026-11-02 gpt-mini +cost +- +0.0001 +\\+100.00 %")
        .doesNotContain("2026-11-09");
  }

  @Test
  void requestsAreComparedOneByOneWhereTheBillNamesThem() throws IOException {
    assertThat(
            reconcile(
                """
                "request id","total tokens","cost"
                "req_1","1,500","0.002"
                "req_2","1,600","0.002"
                "req_9","1","0.1"
                """))
        .isEqualTo(1);
    assertThat(text())
        .contains("req_2", "req_9")
        .doesNotContain("req_1 ", "req_3")
        .contains("3 numbers differ");
  }

  @Test
  void anotherProvidersCallsAreLeftOut() throws IOException {
    assertThat(reconcile("date,cost\n2026-11-01,0.004\n", "--provider", "p")).isZero();
    assertThat(reconcile("date,cost\n2026-11-01,0.004\n", "--provider", "q")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                       | empty",
        "'colour,shape\nred,round' | colour, shape",
        "'date,cost\nsoon,1'       | Line 2",
        "'date,cost\n2026-11-01,x' | Line 2"
      })
  void aBillThatCannotBeReadIsSaid(String bill, String why) throws IOException {
    assertThat(reconcile(bill)).isEqualTo(2);
    assertThat(text()).contains(why);
  }

  @Test
  void aWrongCallSaysHowItIsMeant() throws IOException {
    ReconcileCommand command = new ReconcileCommand(LedgerRows.ofDatabase(database), out());
    assertThat(command.run(List.of())).isEqualTo(2);
    assertThat(command.run(List.of("a", "b"))).isEqualTo(2);
    assertThat(command.run(List.of("a", "--provider"))).isEqualTo(2);
    assertThat(command.run(List.of(folder.resolve("none").toString()))).isEqualTo(2);
    assertThat(reconcile("date,cost\n", "--tolerance", "much")).isEqualTo(2);
    assertThat(text()).contains(ReconcileCommand.USAGE);
  }

  private int reconcile(String bill, String... more) throws IOException {
    Path file = folder.resolve("bill.csv");
    Files.writeString(file, bill);
    List<String> arguments = new ArrayList<>(List.of(file.toString()));
    arguments.addAll(List.of(more));
    return new ReconcileCommand(LedgerRows.ofDatabase(database), out()).run(arguments);
  }

  private PrintStream out() {
    return new PrintStream(printed, true, StandardCharsets.UTF_8);
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  private void row(String id, String day, String model, long in, long out, long cost)
      throws Exception {
    LedgerLines.insert(database, id, day, "k", null, model, in, out, cost, "success", false);
  }
}

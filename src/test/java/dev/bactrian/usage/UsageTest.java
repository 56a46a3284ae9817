package dev.bactrian.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.error.ApiException;
import dev.bactrian.usage.UsageQuery.Dimension;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageTest {
  private final DataSource database = dev.bactrian.ledger.TestTable.create();
  private final UsageReports reports = new UsageReports(database, () -> {});

  @BeforeEach
  void fill() throws Exception {
    insert("a", "2026-11-01", "k1", "red", "m1", 10, 5, 1000L, "success", false);
    insert("b", "2026-11-01", "k1", "red", "m1", 1, 1, 2000L, "cut", true);
    insert("c", "2026-11-02", "k2", "red", "m2", 7, 0, null, "success", false);
    insert("d", "2026-11-03", "k3", null, "m1", 0, 0, 0L, "refused", false);
  }

  @Test
  void whatNobodyUsedIsNoLine() throws Exception {
    LocalDate day = LocalDate.of(2020, 1, 1);
    assertThat(reports.of(UsageQuery.of(day, day, List.of(Dimension.DAY)))).isEmpty();
    assertThat(
            reports.of(UsageQuery.of(null, null, List.of()).with(Dimension.KEY, "k1' OR '1'='1")))
        .isEmpty();
  }

  @Test
  void sumsAreByGroupAndCurrency() throws Exception {
    List<UsageLine> lines =
        reports.of(UsageQuery.of(null, null, List.of(Dimension.OWNER, Dimension.MODEL)));
    UsageLine red = lines.stream().filter(line -> line.requests() == 2).findFirst().orElseThrow();
    assertThat(red.group())
        .containsEntry(Dimension.OWNER, "red")
        .containsEntry(Dimension.MODEL, "m1");
    assertThat(red.prompt()).isEqualTo(11);
    assertThat(red.completion()).isEqualTo(6);
    assertThat(red.failed()).isEqualTo(1);
    assertThat(red.estimated()).isEqualTo(1);
    assertThat(red.cost()).isEqualTo(3000);
    assertThat(red.amount()).isEqualTo("0.000003000");
  }

  @Test
  void anUnknownCostIsCountedAndNotZero() throws Exception {
    List<UsageLine> lines =
        reports.of(UsageQuery.of(null, null, List.of()).with(Dimension.KEY, "k2"));
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0).cost()).isNull();
    assertThat(lines.get(0).unpriced()).isEqualTo(1);
    assertThat(lines.get(0).json().path("cost").isNull()).isTrue();
  }

  @Test
  void daysAreInclusive() throws Exception {
    LocalDate first = LocalDate.of(2026, 11, 1);
    assertThat(reports.of(UsageQuery.of(first, first.plusDays(1), List.of(Dimension.DAY))))
        .extracting(line -> line.group().get(Dimension.DAY))
        .containsExactly("2026-11-01", "2026-11-02");
  }

  @Test
  void csvQuotesWhatItMust() throws Exception {
    insert("e", "2026-11-04", "k,\"4\"", null, "m", 1, 1, 5L, "success", false);
    List<Dimension> groups = List.of(Dimension.KEY);
    String csv =
        UsageCsv.of(groups, reports.of(UsageQuery.of(LocalDate.of(2026, 11, 2), null, groups)));
    assertThat(csv.lines())
        .first()
        .asString()
        .startsWith("key,requests,failed_requests,")
        .endsWith(",cost,currency");
    assertThat(csv).contains("\"k,\"\"4\"\"\",1,0,1,0,0,1,0,0,1,0,0.000000005,USD\r\n");
    assertThat(csv).contains("k2,1,0,1,0,1,7,0,0,0,0,,USD\r\n");
    assertThat(Csv.read(csv).get(1).get(0)).isEqualTo("k,\"4\"");
  }

  @ParameterizedTest
  @CsvSource({
    "start,yesterday",
    "end,2026-13-01",
    "group_by,key",
    "group_by,''",
    "group_by,upstream_model",
    "key,k2",
    "limit,5",
    "owner,red"
  })
  void whatAClientMayNotAskIsRefused(String name, String value) {
    assertThatThrownBy(() -> UsageParameters.forClients(Map.of(name, value)))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.status()).isEqualTo(400);
              assertThat(e.param()).isEqualTo(name);
            });
  }

  @Test
  void anEndBeforeTheStartIsRefused() {
    assertThatThrownBy(
            () -> UsageParameters.forClients(Map.of("start", "2026-11-02", "end", "2026-11-01")))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void parametersBecomeAQuery() {
    UsageQuery query =
        UsageParameters.forAdministrators(
            Map.of("start", "2026-11-01", "group_by", "day, key", "owner", "red"));
    assertThat(query.start()).isEqualTo("2026-11-01");
    assertThat(query.groups()).containsExactly(Dimension.DAY, Dimension.KEY);
    assertThat(query.only()).isEqualTo(Map.of(Dimension.OWNER, "red"));
  }

  private void insert(
      String id,
      String day,
      String key,
      @org.jspecify.annotations.Nullable String owner,
      String model,
      long prompt,
      long completion,
      @org.jspecify.annotations.Nullable Long cost,
      String outcome,
      boolean estimated)
      throws Exception {
    LedgerLines.insert(
        database, id, day, key, owner, model, prompt, completion, cost, outcome, estimated);
  }
}

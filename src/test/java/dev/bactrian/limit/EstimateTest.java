package dev.bactrian.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.catalogue.Model;
import dev.bactrian.catalogue.Prices;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.plan.Target;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimateTest {
  private static ChatRequest request(String more) {
    String body = "{\"model\":\"a/b\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]" + more;
    return ChatRequest.read((body + "}").getBytes(StandardCharsets.UTF_8));
  }

  private static Target target(@Nullable Long output, @Nullable Prices prices) {
    return new Target(
        new Model("a/b", "a", "b", null, output, List.of("text"), Set.of(), prices, "active"),
        "",
        0);
  }

  private static long out(String more, @Nullable Long output) {
    ChatRequest request = request(more);
    long in = (request.json().length + 3L) / 4;
    Estimate estimate = Estimate.of(request, List.of(target(output, null)), new Dollars(), false);
    return estimate.tokens() - in;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "''                                             | -   | 1000",
        "''                                             | 300 | 300",
        ",\"max_tokens\":50                               | -   | 50",
        ",\"max_tokens\":50,\"max_completion_tokens\":70    | -   | 70",
        ",\"max_tokens\":5000                             | 400 | 400",
        ",\"max_tokens\":50,\"n\":3                         | -   | 150",
        ",\"max_tokens\":50,\"n\":100000                    | -   | 6400",
        ",\"max_tokens\":2000000000                       | -   | 10000000",
        ",\"max_tokens\":null                             | -   | 1000"
      })
  void asManyTokensOutAsTheRequestAllowsAndTheModelCanWrite(
      String more, @Nullable Long output, long tokens) {
    assertThat(out(more, output)).isEqualTo(tokens);
  }

  @Test
  void theDearestTargetCountsAndOtherCurrenciesAtTheirRate() {
    Model.Price cheap = new Model.Price("USD", 1_000_000L, 2_000_000L, null, null);
    Model.Price dear = new Model.Price("CNY", 10_000_000L, 20_000_000L, null, null);
    Dollars dollars = new Dollars();
    dollars.use(java.util.Map.of("CNY", 0.5));
    ChatRequest request = request(",\"max_tokens\":100");
    long in = (request.json().length + 3L) / 4;
    List<Target> targets =
        List.of(target(null, new Prices(List.of(cheap))), target(null, new Prices(List.of(dear))));

    Estimate estimate = Estimate.of(request, targets, dollars, true);

    assertThat(estimate.nanos()).isEqualTo((in * 10 + 100 * 20) / 2);
    assertThat(Estimate.of(request, targets, dollars, false).nanos()).isZero();
  }
}

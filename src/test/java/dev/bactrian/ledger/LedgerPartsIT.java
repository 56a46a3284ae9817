package dev.bactrian.ledger;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import dev.bactrian.ledger.LedgerRow.Ending;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that several providers have a part in. */
class LedgerPartsIT {
  private static final String FIRST = "openai/gpt-4.1-mini";
  private static final String SECOND = "mistral/mistral-large-latest";
  private static final String RESUME = ",\"resume\":true,\"models\":[\"" + SECOND + "\"]";
  private static final String BODY = question(FIRST, true, RESUME);

  /** What the first and the second cost, nano-units for a token in and out. */
  private static final long[] PRICE = {400, 1600, 2000, 6000};

  private static ProviderServer openai;
  private static ProviderServer mistral;
  private static Gateway gateway;

  @BeforeAll
  static void start(@TempDir Path config) throws IOException {
    Path models = Files.createDirectories(config.resolve("catalogue")).resolve("models.yaml");
    Files.writeString(
        models,
        SECOND
            + ": {upstream: mistral-large-latest, price: {currency: USD, input: 2, output: 6}}\n"
            + "mistral/francs: {price: {currency: CHF, input: 2, output: 6}}\n");
    openai = ProviderServer.start();
    mistral = ProviderServer.start();
    gateway =
        Gateway.with()
            .withoutBreakers()
            .config(config)
            .set("bactrian.attempts", "2")
            .provider("openai", openai)
            .provider("mistral", mistral)
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    openai.close();
    mistral.close();
  }

  @Test
  void aPartThatBrokeOffIsBilledBesideTheOneThatWentOn() {
    openai.always(Script.cut(Chunks.role(), Chunks.content("one"), Chunks.content("two")));
    mistral.always(ends());
    LedgerRow row = rowOf(gateway.client().chat(BODY));
    long prompt = (BODY.length() + 3) / 4;
    assertThat(row)
        .returns(Ending.SUCCESS, LedgerRow::outcome)
        .returns(2, LedgerRow::attempts)
        .returns(SECOND, LedgerRow::model)
        .returns(true, LedgerRow::estimated)
        .returns(prompt + 3, LedgerRow::prompt)
        .returns(2L + 2, LedgerRow::completion)
        .returns(prompt * PRICE[0] + 2 * PRICE[1] + 3 * PRICE[2] + 2 * PRICE[3], LedgerRow::cost);
  }

  @Test
  void whoCouldNotGoOnIsNotBilled() {
    openai.always(Script.cut(Chunks.role(), Chunks.content("one"), Chunks.content("two")));
    mistral.always(Script.error(500, "server_error", "told so"));
    LedgerRow row = rowOf(gateway.client().chat(BODY));
    assertThat(row)
        .returns(Ending.CUT, LedgerRow::outcome)
        .returns(2, LedgerRow::attempts)
        .returns((BODY.length() + 3L) / 4, LedgerRow::prompt)
        .returns(2L, LedgerRow::completion)
        .returns(true, LedgerRow::estimated);
  }

  @Test
  void partsInSeveralCurrenciesHaveNoCost() {
    openai.always(Script.cut(Chunks.role(), Chunks.content("one"), Chunks.content("two")));
    mistral.always(ends());
    LedgerRow row = rowOf(gateway.client().chat(BODY.replace(SECOND, "mistral/francs")));
    assertThat(row).returns(Ending.SUCCESS, LedgerRow::outcome).returns(null, LedgerRow::cost);
  }

  @Test
  void eachBranchOfAComparisonHasItsRow() throws Exception {
    openai.always(Script.completion("one"));
    mistral.always(Script.completion("two"));
    Map<String, LedgerRow> before = Ledgers.all(gateway);
    Reply reply =
        gateway
            .client()
            .post(
                "/v1/compare",
                BodyPublishers.ofString(
                    "{\"models\":[\"%s\",\"%s\"],\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                        .formatted(FIRST, SECOND)));
    assertThat(reply.status()).isEqualTo(200);
    Map<String, LedgerRow> rows = new TreeMap<>(Ledgers.all(gateway));
    rows.keySet().removeAll(before.keySet());
    assertThat(rows.values()).extracting(LedgerRow::model).containsExactlyInAnyOrder(FIRST, SECOND);
    assertThat(sum(rows.values())).isEqualTo(2 * 5);
    Ledgers.assertSummedUp(gateway, Ledgers.all(gateway).values());
  }

  private static long sum(Collection<LedgerRow> rows) {
    return rows.stream().mapToLong(LedgerRow::tokens).sum();
  }

  private static Script ends() {
    return Script.stream(
        Chunks.role(),
        Chunks.content(" three"),
        Chunks.finish("stop"),
        Chunks.usage(),
        Chunks.DONE);
  }

  private static LedgerRow rowOf(Reply reply) {
    String id = reply.headers().firstValue("x-request-id").orElseThrow();
    Awaitility.await().until(() -> Ledgers.find(gateway, id) != null);
    return Objects.requireNonNull(Ledgers.find(gateway, id));
  }
}

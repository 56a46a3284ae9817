package dev.bactrian.ledger;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import dev.bactrian.ledger.LedgerRow.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every ending of a call leaves one row, with what was used and how that is known. */
class LedgerIT {
  private static final String MODEL = "openai/gpt-4.1-mini";

  /** List price of the model, nano-units for a token. */
  private static final long INPUT = 400;

  private static final long OUTPUT = 1600;

  private static ProviderServer provider;
  private static ProviderServer other;
  private static Gateway gateway;

  @BeforeAll
  static void start(@TempDir Path config) throws IOException {
    Path models = Files.createDirectories(config.resolve("catalogue")).resolve("models.yaml");
    Files.writeString(models, "openai/new: {}\n");
    provider = ProviderServer.start();
    other = ProviderServer.start();
    gateway =
        Gateway.with()
            .withoutBreakers()
            .config(config)
            .provider("openai", provider)
            .provider("qwen", other)
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
    other.close();
  }

  @BeforeEach
  void forget() {
    provider.always(Script.completion("Hello"));
    other.always(Script.completion("Hello"));
  }

  @Test
  void aCallWithoutAnAttemptIsRefusedAndCostsNothing() {
    LedgerRow row = rowOf(gateway.client().ask("no/such"));
    assertThat(row)
        .returns(Ending.REFUSED, LedgerRow::outcome)
        .returns(0, LedgerRow::attempts)
        .returns(0L, LedgerRow::cost)
        .returns("env", LedgerRow::key);
    assertUsed(row, 0, 0, false);
  }

  @Test
  void aBodyThatIsNoJsonLeavesARowToo() {
    LedgerRow row = rowOf(gateway.client().chat("{"));
    assertThat(row).returns(Ending.REFUSED, LedgerRow::outcome).returns(400, LedgerRow::status);
    assertThat(row.asked()).isNull();
  }

  @Test
  void whoHasNoKeyAndWhatIsNoCallLeaveNone() {
    for (Reply reply :
        List.of(
            gateway.client().withKey(null).ask(MODEL),
            gateway.client().get("/v1/models"),
            gateway.client().get("/v1/usage"),
            gateway.client().get("/v1/nothing"))) {
      assertThat(Ledgers.find(gateway, id(reply))).isNull();
    }
  }

  @Test
  void strangeNamesAreKeptInAShapeThatFits() {
    String name = "x\\u0000\\ud800" + "y".repeat(5000);
    LedgerRow row = rowOf(gateway.client().chat(question(name, false, "")));
    assertThat(row.asked()).startsWith("x??yyy").hasSize(200);
  }

  @Test
  void anErrorOfTheProviderCostsNothing() {
    provider.always(Script.error(400, "invalid_request_error", "bad"));
    LedgerRow row = rowOf(gateway.client().ask(MODEL));
    assertThat(row)
        .returns(Ending.ERROR, LedgerRow::outcome)
        .returns("bad_request", LedgerRow::error)
        .returns(400, LedgerRow::status)
        .returns(0L, LedgerRow::cost)
        .returns("openai", LedgerRow::provider);
    assertThat(row.model()).isNull();
    assertUsed(row, 0, 0, false);
  }

  @Test
  void aFallbackIsBilledForTheAnswerOnly() throws Exception {
    provider.always(Script.error(401, "x", "x"));
    LedgerRow row =
        rowOf(gateway.client().chat(question(MODEL, false, ",\"models\":[\"qwen/qwen3-max\"]")));
    assertThat(row)
        .returns(Ending.SUCCESS, LedgerRow::outcome)
        .returns(2, LedgerRow::attempts)
        .returns(MODEL, LedgerRow::asked)
        .returns("qwen/qwen3-max", LedgerRow::model)
        .returns("qwen", LedgerRow::provider)
        .returns("qwen3-max", LedgerRow::upstream);
    JsonNode failed = Json.MAPPER.readTree(row.failed());
    assertThat(failed).hasSize(1);
    assertThat(failed.at("/0/model").asText()).isEqualTo(MODEL);
    assertThat(failed.at("/0/error").asText()).isEqualTo("auth");
    assertThat(failed.at("/0/status").asInt()).isEqualTo(401);
    assertUsed(row, 3, 2, false);
  }

  @Test
  void anAnswerCostsWhatTheProviderSays() {
    LedgerRow row = rowOf(gateway.client().ask(MODEL));
    assertThat(row)
        .returns(Ending.SUCCESS, LedgerRow::outcome)
        .returns(200, LedgerRow::status)
        .returns(false, LedgerRow::stream)
        .returns("USD", LedgerRow::currency)
        .returns(3 * INPUT + 2 * OUTPUT, LedgerRow::cost);
    assertThat(row.firstToken()).isNull();
    assertThat(row.duration()).isBetween(0L, 20_000L);
    assertUsed(row, 3, 2, false);
  }

  @Test
  void aStreamCostsWhatTheProviderSays() {
    provider.always(Script.words(20));
    LedgerRow row = rowOf(gateway.client().stream(MODEL));
    assertThat(row)
        .returns(Ending.SUCCESS, LedgerRow::outcome)
        .returns(true, LedgerRow::stream)
        .returns(3 * INPUT + 2 * OUTPUT, LedgerRow::cost);
    assertThat(row.firstToken()).isBetween(0L, row.duration());
    assertUsed(row, 3, 2, false);
  }

  @Test
  void usageThatComesTwiceIsCountedOnce() {
    provider.always(
        Script.stream(
            Chunks.role(),
            Chunks.content("one"),
            Chunks.finish("stop"),
            Chunks.usage(),
            Chunks.usage(),
            Chunks.DONE));
    assertUsed(rowOf(gateway.client().stream(MODEL)), 3, 2, false);
  }

  @Test
  void usageThatComesLongAfterTheLastWordIsExact() throws Exception {
    provider.always(Script.HOLD);
    RawClient client = gateway.raw().chat(question(MODEL, true, ""));
    ProviderCall call = provider.await();
    call.openStream();
    call.event(Chunks.role());
    call.event(Chunks.content("one"));
    call.event(Chunks.finish("stop"));
    client.event();
    client.event();
    client.event();
    call.event(Chunks.usage());
    call.event(Chunks.DONE);
    call.endStream();
    assertThat(client.event().data()).isEqualTo(Chunks.DONE);
    assertUsed(rowOf(id(client)), 3, 2, false);
  }

  @Test
  void aStreamWithoutUsageIsEstimated() {
    provider.always(
        Script.stream(
            Chunks.role(),
            Chunks.content("four"),
            Chunks.content("more words"),
            Chunks.content("are here"),
            Chunks.finish("stop"),
            Chunks.DONE));
    LedgerRow row = rowOf(gateway.client().stream(MODEL));
    assertThat(row).returns(Ending.SUCCESS, LedgerRow::outcome);
    assertUsed(row, promptEstimate(true), 6, true);
  }

  @Test
  void usageThatComesAfterTheEndIsNotWaitedFor() {
    provider.always(
        Script.stream(
            Chunks.role(),
            Chunks.content("four"),
            Chunks.finish("stop"),
            Chunks.DONE,
            Chunks.usage()));
    LedgerRow row = rowOf(gateway.client().stream(MODEL));
    assertThat(row).returns(Ending.SUCCESS, LedgerRow::outcome);
    assertUsed(row, promptEstimate(true), 1, true);
  }

  @Test
  void aWholeAnswerWithoutUsageIsEstimated() {
    provider.always(
        call ->
            call.json(200, Chunks.completion("m", "x".repeat(80)).replace("\"usage\"", "\"u\"")));
    LedgerRow row = rowOf(gateway.client().ask(MODEL));
    assertThat(row).returns(Ending.SUCCESS, LedgerRow::outcome);
    assertUsed(row, promptEstimate(false), 20, true);
  }

  @Test
  void aStreamThatIsCutIsBilledForWhatPassed() {
    provider.always(Script.cut(Chunks.role(), Chunks.content("one"), Chunks.content("two")));
    LedgerRow row = rowOf(gateway.client().stream(MODEL));
    assertThat(row)
        .returns(Ending.CUT, LedgerRow::outcome)
        .returns("server", LedgerRow::error)
        .returns(200, LedgerRow::status)
        .returns(MODEL, LedgerRow::model);
    assertUsed(row, promptEstimate(true), 2, true);
    assertThat(row).returns(promptEstimate(true) * INPUT + 2 * OUTPUT, LedgerRow::cost);
  }

  @Test
  void aStreamThatIsCutAfterItsUsageIsExact() {
    provider.always(
        Script.cut(Chunks.role(), Chunks.content("one"), Chunks.finish("stop"), Chunks.usage()));
    assertUsed(rowOf(gateway.client().stream(MODEL)), 3, 2, false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClientThatLeavesWhileItWaitsIsBilledForItsPrompt(boolean stream) throws Exception {
    provider.always(Script.HOLD);
    Set<String> before = Ledgers.ids(gateway);
    RawClient client = gateway.raw().chat(question(MODEL, stream, ""));
    ProviderCall call = provider.await();
    client.close();
    call.awaitGone();
    LedgerRow row = Ledgers.after(gateway, before);
    assertThat(row).returns(Ending.CLIENT_GONE, LedgerRow::outcome).returns(499, LedgerRow::status);
    assertUsed(row, promptEstimate(stream), 0, true);
  }

  @Test
  void aClientThatLeavesAStreamIsBilledForWhatPassed() throws Exception {
    provider.always(Script.HOLD);
    RawClient client = gateway.raw().chat(question(MODEL, true, ""));
    ProviderCall call = provider.await();
    call.openStream();
    call.event(Chunks.role());
    for (int i = 0; i < 5; i++) {
      call.event(Chunks.content("w" + i));
    }
    for (int i = 0; i < 6; i++) {
      client.event();
    }
    String id = id(client);
    client.close();
    call.awaitGone();
    LedgerRow row = rowOf(id);
    assertThat(row).returns(Ending.CLIENT_GONE, LedgerRow::outcome).returns(200, LedgerRow::status);
    assertUsed(row, promptEstimate(true), 5, true);
  }

  @Test
  void aModelWithoutAPriceHasNoCostAndIsCounted() {
    long before = gateway.bean("ledger", Ledger.class).unpriced();
    LedgerRow row = rowOf(gateway.client().ask("openai/new"));
    assertThat(row).returns(Ending.SUCCESS, LedgerRow::outcome);
    assertThat(row.cost()).isNull();
    assertThat(gateway.bean("ledger", Ledger.class).unpriced()).isEqualTo(before + 1);
  }

  /** A client sees its own numbers, and may ask for nothing else. */
  @Test
  void usageIsSummedUpForTheClient() throws Exception {
    gateway.client().ask(MODEL);
    gateway.bean("ledger", Ledger.class).catchUp();
    Reply reply = gateway.client().get("/v1/usage?group_by=model,day&start=2026-01-01");
    assertThat(reply.status()).isEqualTo(200);
    JsonNode lines = Json.MAPPER.readTree(reply.body()).path("data");
    assertThat(lines)
        .anySatisfy(
            line -> {
              assertThat(line.path("model").asText()).isEqualTo(MODEL);
              assertThat(line.path("day").asText()).hasSize(10);
              assertThat(line.path("currency").asText()).isEqualTo("USD");
              assertThat(line.path("requests").asLong()).isPositive();
            });
    assertThat(gateway.client().get("/v1/usage?group_by=key").status()).isEqualTo(400);
    assertThat(gateway.client().get("/v1/usage?key=other").status()).isEqualTo(400);
    assertThat(gateway.client().get("/v1/usage?start=soon").status()).isEqualTo(400);
    assertThat(gateway.client().withKey(null).get("/v1/usage").status()).isEqualTo(401);
    assertThat(gateway.client().request("DELETE", "/v1/usage").status()).isEqualTo(405);
  }

  private static long promptEstimate(boolean stream) {
    return (ApiClient.question(MODEL, stream, "").length() + 3) / 4;
  }

  private static void assertUsed(LedgerRow row, long prompt, long completion, boolean estimated) {
    assertThat(row)
        .returns(prompt, LedgerRow::prompt)
        .returns(completion, LedgerRow::completion)
        .returns(estimated, LedgerRow::estimated);
  }

  private static String id(Reply reply) {
    return reply.headers().firstValue("x-request-id").orElseThrow();
  }

  private static String id(RawClient client) throws Exception {
    return client
        .head()
        .lines()
        .filter(line -> line.startsWith("x-request-id: "))
        .map(line -> line.substring("x-request-id: ".length()))
        .findFirst()
        .orElseThrow();
  }

  private static LedgerRow rowOf(Reply reply) {
    return rowOf(id(reply));
  }

  private static LedgerRow rowOf(String id) {
    Awaitility.await().until(() -> Ledgers.find(gateway, id) != null);
    return Objects.requireNonNull(Ledgers.find(gateway, id));
  }
}

package dev.bactrian.limit;

import static dev.bactrian.kit.ApiClient.question;
import static dev.bactrian.limit.ClientKeys.atOnce;
import static dev.bactrian.limit.ClientKeys.client;
import static dev.bactrian.limit.ClientKeys.count;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.Rules;
import dev.bactrian.key.StoredKey;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keys and owners may spend. */
class BudgetsIT {
  private static final String MODEL = "openai/gpt-4.1-mini";

  /** What a call of the tests costs: 3 tokens in and 2 out, in billionths of a dollar. */
  private static final long COST = 3 * 400 + 2 * 1600;

  /** Room for a small prompt's estimate on top of what two calls cost, but not for much more. */
  private static final long ROOM = 22_000;

  private static ProviderServer provider;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    provider = ProviderServer.start();
    gateway =
        Gateway.with()
            .withoutBreakers()
            .provider("openai", provider)
            .set("bactrian.unpriced", "refuse")
            .set("bactrian.free-tokens", "50000")
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
  }

  @BeforeEach
  void answer() {
    provider.always(Script.completion("Hello"));
  }

  private static JsonNode spent(ApiClient client) {
    return client.get("/v1/key").json().path("spent");
  }

  @Test
  void fourHundredKeysAtOnceThatNobodyHasAskedForYet() {
    KeyAdministration keys = gateway.bean("keyAdministration", KeyAdministration.class);
    Rules rules = Rules.read(Reply.json("{\"budget\":{\"total_tokens\":500}}"));
    List<String> texts =
        IntStream.range(0, 400)
            .mapToObj(i -> keys.create("many", null, null, rules).text())
            .toList();
    ApiClient stranger = gateway.client().withKey(null);
    String body = question(MODEL, false, ",\"max_tokens\":2");

    List<CompletableFuture<Reply>> running =
        texts.stream()
            .map(text -> stranger.chatting(body, "authorization", "Bearer " + text))
            .toList();

    assertThat(running.stream().map(CompletableFuture::join).map(Reply::status)).containsOnly(200);
  }

  @Test
  void twoHundredCallsAtOnceDoNotOverspend() {
    ApiClient client = client(gateway, "{\"budget\":{\"total_tokens\":500}}");
    String body = question(MODEL, false, ",\"max_tokens\":2");

    int answered = 0;
    for (int round = 0; round < 2; round++) {
      List<Reply> replies = atOnce(200, client, body);
      answered += (int) count(replies, 200);
      assertThat(count(replies, 200) + count(replies, 429)).isEqualTo(200);
      assertThat(answered).isPositive();
    }

    // Each takes 5 tokens; the last is refused when its estimate has no room.
    assertThat(answered).isLessThanOrEqualTo(100);
    assertThat(spent(client).path("total_tokens").asLong()).isEqualTo(5L * answered);
  }

  @Test
  void aBudgetThatIsUsedUpIsToldLikeOpenAiDoes() {
    ApiClient client = client(gateway, "{\"budget\":{\"day_nanos\":" + 1_000_000 + "}}");
    Reply refused = client.chat(question(MODEL, false, ",\"max_tokens\":10000"));

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.error().path("code").asText()).isEqualTo("insufficient_quota");
    assertThat(refused.error().path("type").asText()).isEqualTo("insufficient_quota");
    assertThat(refused.error().path("message").asText()).contains("budget of a day").contains("Z");
    assertThat(refused.header("x-should-retry")).isEqualTo("false");
    assertThat(client.chat(question(MODEL, false, ",\"max_tokens\":10")).status()).isEqualTo(200);
  }

  @Test
  void aDayBeginsInTheKeysTimeZone() {
    ApiClient client =
        client(gateway, "{\"budget\":{\"day_nanos\":1000},\"time_zone\":\"Asia/Shanghai\"}");

    Reply refused = client.ask(MODEL);

    assertThat(refused.error().path("message").asText()).contains("T16:00:00Z");
    assertThat(client.get("/v1/key").json().path("time_zone").asText()).isEqualTo("Asia/Shanghai");
  }

  @Test
  void whatWasReservedIsNotThereForOthersUntilItIsSettled() throws Exception {
    String body = question(MODEL, false, ",\"max_tokens\":1000");
    ApiClient client = client(gateway, "{\"budget\":{\"total_nanos\":2000000}}");
    provider.always(Script.HOLD);
    CompletableFuture<Reply> first = client.chatting(body);
    ProviderCall held = provider.await();

    assertThat(client.chat(body).status()).isEqualTo(429);

    answer();
    held.json(200, Chunks.completion("gpt-4.1-mini", "Hello"));
    assertThat(first.join().status()).isEqualTo(200);
    assertThat(client.chat(body).status()).isEqualTo(200);
    assertThat(spent(client).path("total_nanos").asLong()).isEqualTo(2 * COST);
    assertThat(spent(client).path("day_nanos").asLong()).isEqualTo(2 * COST);
    assertThat(spent(client).path("month_nanos").asLong()).isEqualTo(2 * COST);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 429, 500})
  void attemptsThatFailAreNotBilled(int status) {
    provider.always(Script.error(status, "x", "x"));
    ApiClient client = client(gateway, "{\"budget\":{\"total_nanos\":2000000}}");

    for (int i = 0; i < 5; i++) {
      assertThat(client.chat(question(MODEL, false, ",\"max_tokens\":1000")).status())
          .isNotEqualTo(200);
    }

    assertThat(spent(client).path("total_nanos").asLong()).isZero();
    answer();
    assertThat(client.chat(question(MODEL, false, ",\"max_tokens\":1000")).status()).isEqualTo(200);
  }

  @Test
  void anOwnersBudgetStandsAboveItsKeys() {
    ClientKeys.owner(gateway, "team", "{\"budget\":{\"total_nanos\":" + ROOM + "}}");
    ApiClient one = client(gateway, "team", "{\"budget\":{\"total_nanos\":1000000000}}");
    ApiClient two = client(gateway, "team", "{}");
    String body = question(MODEL, false, ",\"max_tokens\":1");

    assertThat(one.chat(body).status()).isEqualTo(200);
    assertThat(two.chat(body).status()).isEqualTo(200);
    Reply refused = one.chat(question(MODEL, false, ",\"max_tokens\":5"));

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.error().path("message").asText()).contains("the owner 'team'");
    assertThat(spent(one).path("total_nanos").asLong()).isEqualTo(COST);
  }

  @Test
  void newKeysHaveTheFreeAllowance() {
    JsonNode key = client(gateway, "{}").get("/v1/key").json();

    assertThat(key.at("/budget/total_tokens").asLong()).isEqualTo(50_000);
    assertThat(key.at("/spent/total_tokens").asLong()).isZero();
  }

  @Test
  void aModelWithoutAPriceIsNotForBudgetsInMoney() {
    ApiClient client = client(gateway, "{\"budget\":{\"total_nanos\":2000000}}");

    Reply refused = client.ask("openai/gpt-5.6-sol");

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.error().path("code").asText()).isEqualTo("model_not_priced");
    assertThat(client(gateway, "{}").ask("openai/gpt-5.6-sol").status()).isEqualTo(200);
  }

  @Test
  void aBudgetThatComesWhileACallRunsCountsThatCall() throws Exception {
    ApiClient client = client(gateway, "{\"budget\":{\"total_tokens\":50000}}");
    String id = client.get("/v1/key").json().path("id").asText();
    provider.always(Script.HOLD);
    CompletableFuture<Reply> first = client.chatting(question(MODEL, false, ""));
    ProviderCall held = provider.await();
    change(gateway, id, "{\"budget\":{\"total_nanos\":2000000},\"time_zone\":\"Asia/Shanghai\"}");
    answer();
    assertThat(client.chat(question(MODEL, false, ",\"max_tokens\":1")).status()).isEqualTo(200);

    held.json(200, Chunks.completion("gpt-4.1-mini", "Hello"));

    assertThat(first.join().status()).isEqualTo(200);
    assertThat(spent(client).path("total_nanos").asLong()).isEqualTo(2 * COST);
  }

  static void change(Gateway gateway, String id, String rules) {
    gateway
        .bean("keyAdministration", KeyAdministration.class)
        .change(id, key -> with(key, Rules.read(Reply.json(rules))));
  }

  private static StoredKey with(StoredKey key, Rules rules) {
    return key.with(key.name(), key.owner(), key.disabled(), key.expires(), rules);
  }

  @Test
  void whatWasSpentOutlivesTheProcess(@TempDir Path data) {
    Gateway.Settings settings =
        Gateway.with().provider("openai", provider).set("bactrian.data", data.toString());
    String key;
    try (Gateway before = settings.start()) {
      ApiClient client = client(before, "{\"budget\":{\"total_nanos\":" + ROOM + "}}");
      key = client.key();
      assertThat(client.chat(question(MODEL, false, ",\"max_tokens\":1")).status()).isEqualTo(200);
      assertThat(client.chat(question(MODEL, false, ",\"max_tokens\":1")).status()).isEqualTo(200);
    }
    try (Gateway after = settings.start()) {
      ApiClient client = after.client().withKey(key);
      assertThat(spent(client).path("total_nanos").asLong()).isEqualTo(2 * COST);
      assertThat(client.chat(question(MODEL, false, ",\"max_tokens\":5")).status()).isEqualTo(429);
    }
  }

  @Test
  void theLedgerAndTheBudgetAgree() {
    ApiClient client = client(gateway, "{\"budget\":{\"total_nanos\":2000000000}}");
    atOnce(50, client, question(MODEL, true, ",\"max_tokens\":10"));
    atOnce(50, client, question(MODEL, false, ",\"max_tokens\":10"));

    long spent = spent(client).path("total_nanos").asLong();

    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(
                        new BigDecimal(
                            client.get("/v1/usage").json().at("/data/0/cost").asText("0")))
                    .isEqualByComparingTo(BigDecimal.valueOf(spent, 9)));
  }
}

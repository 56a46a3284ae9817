package dev.bactrian.limit;

import static dev.bactrian.kit.ApiClient.question;
import static dev.bactrian.limit.ClientKeys.atOnce;
import static dev.bactrian.limit.ClientKeys.client;
import static dev.bactrian.limit.ClientKeys.count;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.key.KeyAdministration;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.NeedsStores;
import dev.bactrian.kit.Node;
import dev.bactrian.kit.PostgresProcess;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RedisProcess;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways on one PostgreSQL and one Redis have one set of keys, limits and budgets. */
@NeedsStores
class SharedIT {
  private static final String MODEL = "openai/gpt-4.1-mini";

  /** What a call of the tests costs: 3 tokens in and 2 out, in billionths of a dollar. */
  private static final long COST = 3 * 400 + 2 * 1600;

  /** On a busy machine. */
  private static final Duration LATE = Duration.ofSeconds(30);

  private static PostgresProcess postgres;
  private static RedisProcess redis;
  private static ProviderServer provider;
  private static Gateway one;
  private static Gateway two;

  @BeforeAll
  static void start() {
    postgres = PostgresProcess.begin();
    redis = RedisProcess.begin();
    provider = ProviderServer.start();
    one = gateway();
    two = gateway();
  }

  private static Gateway gateway() {
    return Gateway.with()
        .withoutBreakers()
        .provider("openai", provider)
        .set("bactrian.database-url", postgres.url())
        .set("bactrian.database-wait", "20000")
        .set("bactrian.redis-url", redis.url())
        .set("bactrian.redis-wait", "10000")
        .start();
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
    provider.close();
    redis.close();
    postgres.close();
  }

  @BeforeEach
  void answer() {
    provider.always(Script.completion("Hello"));
  }

  private static ApiClient onTwo(ApiClient client) {
    return two.client().withKey(client.key());
  }

  /** The answers to calls that both gateways get at once. */
  private static List<Reply> onBoth(int each, ApiClient client, String body) {
    CompletableFuture<List<Reply>> others =
        CompletableFuture.supplyAsync(() -> atOnce(each, onTwo(client), body));
    List<Reply> replies = new ArrayList<>(atOnce(each, client, body));
    replies.addAll(others.join());
    assertThat(replies)
        .allSatisfy(reply -> assertThat(reply.status()).as(reply.body()).isIn(200, 429));
    return replies;
  }

  private static long spent(ApiClient client, String what) {
    return client.get("/v1/key").json().path("spent").path(what).asLong();
  }

  @Test
  void oneLimitOfRequests() {
    ApiClient client = client(one, "{\"requests_per_minute\":40}");

    List<Reply> replies = onBoth(100, client, question(MODEL, false, ""));

    assertThat(count(replies, 200)).isEqualTo(40);
    assertThat(count(replies, 429)).isEqualTo(160);
    Reply refused = onTwo(client).ask(MODEL);
    assertThat(refused.header("x-ratelimit-remaining-requests")).isEqualTo("0");
    assertThat(Long.parseLong(refused.header("retry-after"))).isBetween(1L, 60L);
  }

  @Test
  void oneLimitOfCallsAtATime() throws Exception {
    ApiClient client = client(one, "{\"concurrent_requests\":2}");
    provider.always(Script.HOLD);
    String body = question(MODEL, false, "");
    List<CompletableFuture<Reply>> running =
        List.of(client.chatting(body), onTwo(client).chatting(body));
    List<ProviderCall> held = List.of(provider.await(), provider.await());

    assertThat(client.chat(body).status()).isEqualTo(429);
    assertThat(onTwo(client).chat(body).status()).isEqualTo(429);

    answer();
    for (ProviderCall call : held) {
      call.json(200, Chunks.completion("gpt-4.1-mini", "Hello"));
    }
    running.forEach(CompletableFuture::join);
    Awaitility.await().atMost(LATE).until(() -> onTwo(client).chat(body).status() == 200);
  }

  @Test
  void oneLimitOfTokens() {
    ApiClient client = client(one, "{\"tokens_per_minute\":1000}");
    String body = question(MODEL, false, ",\"max_tokens\":300");

    List<Reply> replies = onBoth(20, client, body);

    assertThat(count(replies, 200)).isPositive();
    assertThat(replies)
        .allSatisfy(reply -> assertThat(reply.status()).isIn(200, 429))
        .filteredOn(reply -> reply.status() == 429)
        .allSatisfy(reply -> assertThat(reply.error().path("type").asText()).isEqualTo("tokens"));
    // Settled at 5 tokens each, so that there is room again now.
    Awaitility.await().atMost(LATE).until(() -> onTwo(client).chat(body).status() == 200);
  }

  @Test
  void oneBudgetExactly() {
    ApiClient client = client(one, "{\"budget\":{\"total_tokens\":400,\"day_nanos\":999000000}}");
    String body = question(MODEL, false, ",\"max_tokens\":2");

    long answered = 0;
    for (int round = 0; round < 2; round++) {
      answered += count(onBoth(100, client, body), 200);
    }

    assertThat(answered).isBetween(20L, 80L);
    long tokens = 5 * answered;
    Awaitility.await().atMost(LATE).until(() -> spent(client, "total_tokens") == tokens);
    assertThat(spent(onTwo(client), "total_tokens")).isEqualTo(tokens);
    assertThat(spent(onTwo(client), "day_nanos")).isEqualTo(COST * answered);
    Reply refused = onTwo(client).chat(question(MODEL, false, ",\"max_tokens\":300"));
    assertThat(refused.error().path("code").asText()).isEqualTo("insufficient_quota");
  }

  @Test
  void theLedgersOfBothAreWhatTheBudgetSays() {
    ApiClient client = client(one, "{\"budget\":{\"total_nanos\":1000000000}}");
    onBoth(100, client, question(MODEL, true, ",\"max_tokens\":2"));

    Awaitility.await()
        .atMost(LATE)
        .untilAsserted(
            () ->
                assertThat(client.get("/v1/usage").json().at("/data/0/requests").asInt())
                    .isEqualTo(200));
    assertThat(spent(client, "total_nanos")).isEqualTo(200 * COST);
    assertThat(client.get("/v1/usage").json().at("/data/0/cost").asText()).isEqualTo("0.000880000");
  }

  @Test
  void aKeyThatOneDisablesTheOtherRefusesWithinASecond() {
    ApiClient client = client(one, "{}");
    String id = client.get("/v1/key").json().path("id").asText();
    assertThat(onTwo(client).ask(MODEL).status()).isEqualTo(200);

    one.bean("keyAdministration", KeyAdministration.class).change(id, key -> key.disabled(true));

    Awaitility.await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> onTwo(client).ask(MODEL).status() == 401);
  }

  @Test
  void aSecretThatOneRotatesTheOtherTakesAndDropsWithinASecond() {
    ApiClient client = client(one, "{}");
    String id = client.get("/v1/key").json().path("id").asText();
    assertThat(onTwo(client).ask(MODEL).status()).isEqualTo(200);
    KeyAdministration keys = one.bean("keyAdministration", KeyAdministration.class);

    ApiClient next = two.client().withKey(keys.rotate(id, 60_000).text());

    Awaitility.await().atMost(Duration.ofSeconds(1)).until(() -> next.ask(MODEL).status() == 200);
    assertThat(onTwo(client).ask(MODEL).status()).isEqualTo(200);
    keys.rotate(id, 60_000);
    Awaitility.await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> onTwo(client).ask(MODEL).status() == 401);
    assertThat(next.ask(MODEL).status()).isEqualTo(200);
  }

  @Test
  void aBudgetThatComesLaterCountsWhatWasSpentBefore() {
    ApiClient client = client(one, "{}");
    String id = client.get("/v1/key").json().path("id").asText();
    assertThat(client.ask(MODEL).status()).isEqualTo(200);
    assertThat(onTwo(client).ask(MODEL).status()).isEqualTo(200);
    Awaitility.await()
        .atMost(LATE)
        .until(() -> client.get("/v1/usage").json().at("/data/0/requests").asInt() == 2);

    BudgetsIT.change(one, id, "{\"budget\":{\"total_nanos\":1000000000}}");

    assertThat(client.ask(MODEL).status()).isEqualTo(200);
    Awaitility.await().atMost(LATE).until(() -> spent(client, "total_nanos") == 3 * COST);
  }

  @Test
  void whatRedisForgotTheDatabaseKnows() {
    ApiClient client =
        client(one, "{\"concurrent_requests\":9,\"budget\":{\"total_nanos\":1000000000}}");
    for (int i = 0; i < 5; i++) {
      assertThat(client.ask(MODEL).status()).isEqualTo(200);
      assertThat(onTwo(client).ask(MODEL).status()).isEqualTo(200);
    }

    redis.forget();

    // At first it may not know of calls of the other node that are underway to the database.
    assertThat(client.ask(MODEL).status()).isEqualTo(200);
    assertThat(onTwo(client).ask(MODEL).status()).isEqualTo(200);
    Awaitility.await().atMost(LATE).until(() -> spent(client, "total_nanos") == 12 * COST);
  }

  @Test
  void whatADeadNodeHasReservedIsFreeAgain(@TempDir Path data) throws Exception {
    ApiClient client = client(one, "{\"concurrent_requests\":1,\"budget\":{\"total_tokens\":900}}");
    String body = question(MODEL, true, ",\"max_tokens\":500");
    Map<String, String> environment =
        Map.of(
            "BACTRIAN_DATABASE_WAIT",
            "5000",
            "BACTRIAN_REDIS_WAIT",
            "5000",
            "BACTRIAN_DATABASE_URL",
            postgres.url(),
            "BACTRIAN_REDIS_URL",
            redis.url(),
            "OPENAI_BASE_URL",
            provider.baseUrl(),
            "OPENAI_API_KEY",
            "sk-openai-0123456789abcdef");
    try (Node third = Node.start(data, environment)) {
      provider.always(Script.HOLD);
      CompletableFuture<Reply> lost = third.client().withKey(client.key()).chatting(body);
      provider.await();
      answer();
      assertThat(client.chat(body).status()).isEqualTo(429);

      third.kill();

      assertThat(lost.handle((reply, broken) -> reply == null || !reply.whole()).join()).isTrue();
      Awaitility.await().atMost(LATE).until(() -> client.chat(body).status() == 200);
    }
  }
}

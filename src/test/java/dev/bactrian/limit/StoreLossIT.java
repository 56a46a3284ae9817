package dev.bactrian.limit;

import static dev.bactrian.kit.ApiClient.question;
import static dev.bactrian.limit.ClientKeys.atOnce;
import static dev.bactrian.limit.ClientKeys.client;
import static dev.bactrian.limit.ClientKeys.count;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.NeedsStores;
import dev.bactrian.kit.PostgresProcess;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RedisProcess;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that is slow or gone holds up nobody. */
@NeedsStores
class StoreLossIT {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final String BODY = question(MODEL, false, ",\"max_tokens\":2");
  private static final long COST = 3 * 400 + 2 * 1600;

  /** What a call may wait for a store, and what else it takes at least. */
  private static final long WAIT_MILLIS = 50 + 40;

  /** What any call takes on a busy machine at most, though it waits for several stores. */
  private static final long SOON_MILLIS = 1_500;

  /** Where it is not about how long one waits, milliseconds. */
  private static final int PATIENT = 5_000;

  private static final Duration LATE = Duration.ofSeconds(30);

  private PostgresProcess postgres;
  private RedisProcess redis;
  private ProviderServer provider;

  @BeforeEach
  void start() {
    postgres = PostgresProcess.begin();
    redis = RedisProcess.begin();
    provider = ProviderServer.start().always(Script.completion("Hello"));
  }

  @AfterEach
  void stop() {
    provider.close();
    redis.close();
    postgres.close();
  }

  private Gateway gateway(String failure) {
    return gateway(failure, 50);
  }

  private Gateway gateway(String failure, int wait) {
    return Gateway.with()
        .set("bactrian.database-wait", Integer.toString(wait))
        .set("bactrian.redis-wait", Integer.toString(wait))
        .withoutBreakers()
        .provider("openai", provider)
        .set("bactrian.database-url", postgres.url())
        .set("bactrian.redis-url", redis.url())
        .set("bactrian.store-failure", failure)
        .start();
  }

  /** Calls until it is answered, since a look-up may come too late for the first who asks. */
  private static void warm(ApiClient client) {
    Awaitility.await().atMost(LATE).until(() -> client.chat(BODY).status() == 200);
  }

  private static long spent(ApiClient client) {
    return client.get("/v1/key").json().at("/spent/total_nanos").asLong(-1);
  }

  private static Reply soon(ApiClient client, int status) {
    long began = System.nanoTime();
    Reply reply = client.chat(BODY);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(millis(SOON_MILLIS));
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    return reply;
  }

  /** Calls while a store holds its answers back; on a busy machine the quickest tells the wait. */
  private static void expectShortWait(ApiClient client, int status) {
    long quickest = Long.MAX_VALUE;
    for (int i = 0; i < 8; i++) {
      long began = System.nanoTime();
      soon(client, status);
      // Not those that its breaker spares the wait.
      if (i < 4) {
        quickest = Math.min(quickest, System.nanoTime() - began);
      }
    }
    assertThat(Duration.ofNanos(quickest)).isLessThan(millis(WAIT_MILLIS));
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  @Test
  void withoutItsRedisALimitedKeyIsRefusedAndOthersGoOn() {
    try (Gateway gateway = gateway("refuse")) {
      ApiClient limited = client(gateway, "{\"requests_per_minute\":100}");
      ApiClient free = client(gateway, "{}");
      warm(limited);
      warm(free);

      redis.kill();

      Awaitility.await().atMost(LATE).until(() -> limited.chat(BODY).status() == 503);
      Reply refused = soon(limited, 503);
      assertThat(refused.error().path("code").asText()).isEqualTo("limits_unavailable");
      assertThat(refused.header("retry-after")).isEqualTo("1");
      soon(free, 200);
      soon(gateway.client(), 200);
      redis.start();
      Awaitility.await().atMost(LATE).until(() -> limited.chat(BODY).status() == 200);
    }
  }

  @Test
  void aRedisThatStandsStillHoldsUpNobody() {
    try (Gateway gateway = gateway("refuse")) {
      ApiClient limited = client(gateway, "{\"requests_per_minute\":100}");
      warm(limited);

      redis.pause();
      expectShortWait(limited, 503);

      redis.resume();
      Awaitility.await().atMost(LATE).until(() -> limited.chat(BODY).status() == 200);
    }
  }

  @Test
  void withoutItsRedisANodeGoesOnAloneAndTellsItLater() {
    try (Gateway gateway = gateway("local", PATIENT)) {
      ApiClient client =
          client(gateway, "{\"requests_per_minute\":20,\"budget\":{\"total_nanos\":1000000000}}");
      warm(client);
      warm(client);
      Awaitility.await()
          .atMost(LATE)
          .until(() -> spent(client) % COST == 0 && spent(client) >= 2 * COST);
      long before = spent(client);

      redis.kill();
      List<Reply> alone = atOnce(30, client, BODY);

      assertThat(count(alone, 200)).isEqualTo(20);
      assertThat(count(alone, 429)).isEqualTo(10);
      redis.start(); // and knows nothing any more
      Awaitility.await()
          .atMost(LATE)
          .untilAsserted(() -> assertThat(spent(client)).isEqualTo(before + 20 * COST));
      Awaitility.await().atMost(LATE).until(() -> client.chat(BODY).status() == 200);
      Awaitility.await()
          .atMost(LATE)
          .untilAsserted(() -> assertThat(spent(client)).isEqualTo(before + 21 * COST));
    }
  }

  @Test
  void aCallThatRunsWhileItsRedisIsAwayIsCountedWhenItIsBack() throws Exception {
    try (Gateway gateway = gateway("local", PATIENT)) {
      ApiClient client =
          client(gateway, "{\"concurrent_requests\":1,\"budget\":{\"total_nanos\":1000000000}}");
      warm(client);
      provider.always(Script.HOLD);
      CompletableFuture<Reply> running = client.chatting(BODY);
      ProviderCall held = provider.await();
      provider.always(Script.completion("Hello"));

      redis.kill();
      redis.start();

      Awaitility.await().atMost(LATE).until(() -> client.chat(BODY).status() == 429);
      held.json(200, Chunks.completion("gpt-4.1-mini", "Hello"));
      assertThat(running.join().status()).isEqualTo(200);
      Awaitility.await().atMost(LATE).until(() -> client.chat(BODY).status() == 200);
    }
  }

  @Test
  void withoutItsDatabaseKnownKeysGoOnAndNothingIsLost() {
    try (Gateway gateway = gateway("refuse")) {
      ApiClient known = client(gateway, "{\"budget\":{\"total_nanos\":1000000000}}");
      ApiClient unknown = client(gateway, "{}");
      warm(known);

      postgres.kill();

      soon(known, 200);
      Awaitility.await().atMost(LATE).until(() -> unknown.chat(BODY).status() == 503);
      assertThat(soon(unknown, 503).error().path("code").asText()).isEqualTo("keys_unavailable");
      soon(known, 200);
      soon(gateway.client(), 200);
      postgres.start();
      Awaitility.await().atMost(LATE).until(() -> unknown.chat(BODY).status() == 200);
      Awaitility.await()
          .atMost(LATE)
          .untilAsserted(
              () ->
                  assertThat(known.get("/v1/usage").json().at("/data/0/cost").asText())
                      .isEqualTo("0.000013200"));
      Awaitility.await().atMost(LATE).until(() -> spent(known) == 3 * COST);
    }
  }

  @Test
  void aDatabaseThatStandsStillHoldsUpNobody() {
    try (Gateway gateway = gateway("refuse")) {
      ApiClient known = client(gateway, "{}");
      ApiClient unknown = client(gateway, "{}");
      warm(known);

      postgres.pause();
      soon(known, 200);
      expectShortWait(unknown, 503);
      soon(known, 200);

      postgres.resume();
      Awaitility.await().atMost(LATE).until(() -> unknown.chat(BODY).status() == 200);
    }
  }

  @Test
  void aGatewayStartsWithoutItsStoresAndFindsThemLater() {
    postgres.kill();
    redis.kill();
    try (Gateway gateway = gateway("refuse")) {
      soon(gateway.client(), 200);

      postgres.start();
      redis.start();

      Awaitility.await()
          .atMost(LATE)
          .ignoreExceptions()
          .until(() -> client(gateway, "{\"requests_per_minute\":5}").chat(BODY).status() == 200);
    }
  }
}

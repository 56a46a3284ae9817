package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static dev.bactrian.kit.PooledGateway.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.PooledGateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The provider's limits of each key are kept inside, and what they cost is a short wait. */
class PoolLimitsIT {
  private static final String ELSEWHERE = ",\"models\":[\"qwen/qwen3-max\"]";

  private final PooledGateway pooled;
  private final ProviderServer provider;

  PoolLimitsIT(@TempDir Path config) {
    pooled = new PooledGateway(config);
    provider = pooled.provider();
  }

  @AfterEach
  void stop() {
    pooled.close();
  }

  private static String keys(String pool, String limits) {
    return "{%s, members: [{name: a, apiKey: sk-a, %s}, {name: b, apiKey: sk-b, %s}]}"
        .formatted(pool, limits, limits);
  }

  private static String oneKey(String pool, String limits) {
    return "{%s, members: [{name: a, apiKey: sk-a, %s}]}".formatted(pool, limits);
  }

  private void awaitWaiting(int count) {
    await().untilAsserted(() -> assertThat(pooled.pool().number("waiting")).isEqualTo(count));
  }

  private static void answer(ProviderCall call) throws IOException {
    call.json(200, Chunks.completion("m", "Hello"));
  }

  @Test
  void noKeyIsEverUsedByMoreCallsThanItMay() throws Exception {
    ApiClient client =
        pooled.start(keys("sticky: false, wait: 10000, queue: 200", "concurrency: 4"));
    Map<String, AtomicInteger> inside = Map.of("a", new AtomicInteger(), "b", new AtomicInteger());
    Map<String, Integer> most = new ConcurrentHashMap<>();
    provider.always(
        call -> {
          String key = PooledGateway.key(call);
          int now = Objects.requireNonNull(inside.get(key)).incrementAndGet();
          most.merge(key, now, Math::max);
        });
    List<CompletableFuture<Reply>> asked = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      asked.add(client.chatting(question(MODEL, false, "")));
    }
    for (int i = 0; i < 200; i++) {
      if (i == 0) {
        awaitWaiting(192);
      }
      ProviderCall call = provider.await();
      Objects.requireNonNull(inside.get(PooledGateway.key(call))).decrementAndGet();
      answer(call);
    }
    for (CompletableFuture<Reply> one : asked) {
      assertThat(one.get().status()).isEqualTo(200);
    }
    assertThat(most).isEqualTo(Map.of("a", 4, "b", 4));
    assertThat(pooled.member("a").number("in_use")).isZero();
  }

  @Test
  void aCallWaitsForAMomentAndIsServed() throws Exception {
    ApiClient client = pooled.start(oneKey("wait: 10000", "concurrency: 1"));
    provider.always(Script.HOLD);
    CompletableFuture<Reply> first = client.chatting(question(MODEL, false, ""));
    ProviderCall running = provider.await();
    CompletableFuture<Reply> second = client.chatting(question(MODEL, false, ""));
    awaitWaiting(1);
    assertThat(provider.count()).isEqualTo(1);
    answer(running);
    answer(provider.await());
    assertThat(first.get().status()).isEqualTo(200);
    assertThat(second.get().status()).isEqualTo(200);
    assertThat(second.get().header("x-bactrian-attempts")).isEqualTo("1");
  }

  @Test
  void aStreamHasItsKeyUntilItsEnd() throws Exception {
    ApiClient client = pooled.start(oneKey("wait: 10000", "concurrency: 1"));
    provider.always(Script.HOLD);
    try (RawClient raw = pooled.gateway().raw().chat(question(MODEL, true, ""))) {
      ProviderCall stream = provider.await();
      stream.openStream();
      stream.event(Chunks.content("first"));
      assertThat(raw.event().data()).contains("first");
      CompletableFuture<Reply> second = client.chatting(question(MODEL, false, ""));
      awaitWaiting(1);
      stream.event(Chunks.finish("stop"));
      stream.event(Chunks.DONE);
      stream.endStream();
      answer(provider.await());
      assertThat(second.get().status()).isEqualTo(200);
    }
  }

  @Test
  void ifTheMomentPassesTheClientIsToldWhenToComeBackOrAnotherAnswers() throws Exception {
    ApiClient client = pooled.start(oneKey("wait: 200", "concurrency: 1"));
    provider.always(Script.HOLD);
    CompletableFuture<Reply> first = client.chatting(question(MODEL, false, ""));
    ProviderCall running = provider.await();
    long start = System.nanoTime();
    Reply refused = ErrorsIT.expect(client.ask(MODEL), 429, "rate_limit_exceeded");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(200), Duration.ofSeconds(2));
    assertThat(refused.header("retry-after")).isEqualTo("1");
    assertThat(refused.header("x-should-retry")).isEmpty();
    pooled.other().always(Script.completion("from qwen"));
    assertThat(client.chat(question(MODEL, false, ELSEWHERE)).text()).isEqualTo("from qwen");
    answer(running);
    assertThat(first.get().status()).isEqualTo(200);
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void whoFindsTheQueueFullIsToldAtOnce() throws Exception {
    ApiClient client = pooled.start(oneKey("wait: 10000, queue: 1", "concurrency: 1"));
    provider.always(Script.HOLD);
    CompletableFuture<Reply> first = client.chatting(question(MODEL, false, ""));
    ProviderCall running = provider.await();
    CompletableFuture<Reply> second = client.chatting(question(MODEL, false, ""));
    awaitWaiting(1);
    long start = System.nanoTime();
    Reply refused = ErrorsIT.expect(client.ask(MODEL), 429, "rate_limit_exceeded");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(refused.header("retry-after")).isEqualTo("1");
    answer(running);
    answer(provider.await());
    assertThat(List.of(first.get().status(), second.get().status())).containsOnly(200);
  }

  @Test
  void aClientThatLeavesLeavesTheQueue() throws Exception {
    ApiClient client = pooled.start(oneKey("wait: 10000", "concurrency: 1"));
    provider.always(Script.HOLD);
    CompletableFuture<Reply> first = client.chatting(question(MODEL, false, ""));
    ProviderCall running = provider.await();
    RawClient leaving = pooled.gateway().raw().chat(question(MODEL, true, ""));
    awaitWaiting(1);
    leaving.reset();
    awaitWaiting(0);
    await().untilAsserted(() -> assertThat(pooled.gateway().inside()).isEqualTo(1));
    answer(running);
    assertThat(first.get().status()).isEqualTo(200);
    assertThat(provider.count()).isEqualTo(1);
    assertThat(pooled.member("a").number("in_use")).isZero();
  }

  @Test
  void requestsOfAMinuteAreCountedExactly() throws Exception {
    ApiClient client = pooled.start(keys("sticky: false, wait: 100", "requests-per-minute: 5"));
    provider.always(Script.completion("Hello"));
    List<CompletableFuture<Reply>> asked = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      asked.add(client.chatting(question(MODEL, false, "")));
    }
    int served = 0;
    for (CompletableFuture<Reply> one : asked) {
      Reply reply = one.get();
      if (reply.status() == 200) {
        served++;
      } else {
        ErrorsIT.expect(reply, 429, "rate_limit_exceeded");
        assertThat(Integer.parseInt(reply.header("retry-after"))).isBetween(50, 61);
      }
    }
    assertThat(served).isEqualTo(10);
    assertThat(pooled.count("a")).isEqualTo(5);
    assertThat(pooled.count("b")).isEqualTo(5);
  }

  @Test
  void tokensAreReservedByEstimateAndSettledByUsage() throws Exception {
    ApiClient client = pooled.start(oneKey("wait: 0", "tokens-per-minute: 1000"));
    provider.always(Script.completion("Hello"));
    // Each takes more than half of it by estimate, 500 tokens out among them, and uses 5.
    for (int i = 0; i < 20; i++) {
      assertThat(client.ask(MODEL).status()).isEqualTo(200);
    }
    provider.always(Script.HOLD);
    CompletableFuture<Reply> first = client.chatting(question(MODEL, false, ""));
    ProviderCall running = provider.await();
    ErrorsIT.expect(client.ask(MODEL), 429, "rate_limit_exceeded");
    assertThat(client.chatting(question(MODEL, false, ",\"max_tokens\":10"))).isNotDone();
    answer(provider.await());
    answer(running);
    assertThat(first.get().status()).isEqualTo(200);
  }

  @Test
  void aConversationStaysAtOneKey() throws Exception {
    ApiClient client = pooled.start("[{apiKey: sk-a}, {apiKey: sk-b}]");
    provider.always(Script.completion("Hello"));
    Set<String> keys = new HashSet<>();
    for (int conversation = 0; conversation < 20; conversation++) {
      provider.always(Script.completion("Hello"));
      StringBuilder turns = new StringBuilder();
      for (int turn = 0; turn < 4; turn++) {
        turns.append(turn == 0 ? "" : ",{\"role\":\"assistant\",\"content\":\"Hello\"},");
        turns.append("{\"role\":\"user\",\"content\":\"" + conversation + "/" + turn + "\"}");
        String body =
            "{\"model\":\"%s\",\"messages\":[{\"role\":\"system\",\"content\":\"S\"},%s]}"
                .formatted(MODEL, turns);
        assertThat(client.chat(body).status()).isEqualTo(200);
      }
      Set<String> used = new HashSet<>();
      provider.calls().forEach(call -> used.add(PooledGateway.key(call)));
      assertThat(used).hasSize(1);
      keys.addAll(used);
    }
    assertThat(keys).containsExactlyInAnyOrder("a", "b");
  }
}

package dev.bactrian.limit;

import static dev.bactrian.kit.ApiClient.question;
import static dev.bactrian.limit.ClientKeys.atOnce;
import static dev.bactrian.limit.ClientKeys.client;
import static dev.bactrian.limit.ClientKeys.count;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests, tokens and calls at a time, by key, owner and model. */
class LimitsIT {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final String OTHER = "qwen/qwen3-max";

  private static ProviderServer provider;
  private static ProviderServer other;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    provider = ProviderServer.start();
    other = ProviderServer.start();
    gateway =
        Gateway.with()
            .withoutBreakers()
            .provider("openai", provider)
            .provider("qwen", other)
            .set("bactrian.model-limits", "[{\"model\":\"qwen/*\",\"concurrent_requests\":2}]")
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
    other.close();
  }

  @BeforeEach
  void answer() {
    provider.always(Script.completion("Hello"));
    other.always(Script.completion("Hello"));
  }

  @Test
  void asManyRequestsAsTheLimitSaysAreLetInAndNotOneMore() {
    ApiClient client = client(gateway, "{\"requests_per_minute\":40}");

    List<Reply> replies = atOnce(200, client, question(MODEL, false, ""));

    assertThat(count(replies, 200)).isEqualTo(40);
    assertThat(count(replies, 429)).isEqualTo(160);
  }

  @Test
  void whoIsRefusedIsToldWhyAndWhenToComeBack() {
    ApiClient client = client(gateway, "{\"requests_per_minute\":1}");

    Reply first = client.ask(MODEL);
    assertThat(first.header("x-ratelimit-limit-requests")).isEqualTo("1");
    assertThat(first.header("x-ratelimit-remaining-requests")).isEqualTo("0");
    assertThat(first.header("x-ratelimit-reset-requests")).matches("\\d+s|1m0s");
    Reply refused = client.ask(MODEL);

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.error().path("code").asText()).isEqualTo("rate_limit_exceeded");
    assertThat(refused.error().path("type").asText()).isEqualTo("requests");
    assertThat(Long.parseLong(refused.header("retry-after"))).isBetween(50L, 60L);
    assertThat(Long.parseLong(refused.header("retry-after-ms"))).isBetween(50_000L, 60_000L);
    assertThat(refused.header("x-ratelimit-limit-requests")).isEqualTo("1");
    assertThat(refused.header("x-ratelimit-remaining-requests")).isEqualTo("0");
    assertThat(refused.headers().firstValue("x-should-retry")).isEmpty();
  }

  @Test
  void aStreamIsToldOfItsLimitsToo() {
    Reply reply =
        client(gateway, "{\"requests_per_minute\":9,\"tokens_per_minute\":5000}").stream(MODEL);

    assertThat(reply.header("x-ratelimit-remaining-requests")).isEqualTo("8");
    assertThat(Long.parseLong(reply.header("x-ratelimit-remaining-tokens"))).isLessThan(4990);
  }

  @Test
  void tokensAreReservedBeforeAndSettledAfter() throws Exception {
    ApiClient client = client(gateway, "{\"tokens_per_minute\":1000}");
    String body = question(MODEL, false, ",\"max_tokens\":600");

    // Two of them could take 1,200 tokens and more, so that at a time there is room for one; it
    // takes 5.
    provider.always(Script.HOLD);
    CompletableFuture<Reply> first = client.chatting(body);
    ProviderCall held = provider.await();
    Reply refused = client.chat(body);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.error().path("type").asText()).isEqualTo("tokens");
    answer();
    held.json(200, Chunks.completion("gpt-4.1-mini", "Hello"));
    assertThat(first.join().status()).isEqualTo(200);

    Reply second = client.chat(body);
    assertThat(second.status()).isEqualTo(200);
    assertThat(Long.parseLong(second.header("x-ratelimit-remaining-tokens"))).isBetween(300L, 395L);
  }

  @Test
  void moreTokensThanEverFitAreNotToBeTriedAgain() {
    Reply refused =
        client(gateway, "{\"tokens_per_minute\":500}")
            .chat(question(MODEL, false, ",\"max_completion_tokens\":600"));

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("x-should-retry")).isEqualTo("false");
    assertThat(refused.headers().firstValue("retry-after")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"answer", "error", "cut", "gone"})
  void aPlaceIsFreeAgainHoweverACallEnds(String ending) throws Exception {
    ApiClient client = client(gateway, "{\"concurrent_requests\":1}");
    provider.always(Script.HOLD);
    String body = question(MODEL, true, "");
    CompletableFuture<Reply> first = CompletableFuture.completedFuture(null);
    RawClient raw = null;
    if (ending.equals("gone")) {
      raw = RawClient.connect(gateway.port());
      raw.send(RawClient.request(body).replace(Gateway.KEY, client.key()));
    } else {
      first = client.chatting(body);
    }
    ProviderCall held = provider.await();
    Reply refused = client.chat(body);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.error().path("message").asText()).contains("at the same time");
    answer();
    switch (ending) {
      case "answer" -> Script.words(1).answer(held);
      case "error" -> Script.error(400, "invalid_request_error", "bad").answer(held);
      case "cut" -> Script.cut(Chunks.role(), Chunks.content("x")).answer(held);
      default -> Objects.requireNonNull(raw).close();
    }
    first.join();
    Awaitility.await().until(() -> client.ask(MODEL).status() == 200);
  }

  @Test
  void anOwnersLimitIsForAllItsKeys() {
    ClientKeys.owner(gateway, "acme", "{\"requests_per_minute\":5}");
    ApiClient one = client(gateway, "acme", "{}");
    ApiClient two = client(gateway, "acme", "{\"requests_per_minute\":2}");
    String body = question(MODEL, false, "");

    List<Reply> replies = new ArrayList<>(atOnce(4, two, body));
    assertThat(count(replies, 200)).isEqualTo(2);
    replies.addAll(atOnce(10, one, body));

    assertThat(count(replies, 200)).isEqualTo(5);
    assertThat(replies)
        .filteredOn(reply -> reply.status() == 429)
        .anySatisfy(
            reply ->
                assertThat(reply.error().path("message").asText()).contains("the owner 'acme'"));
  }

  @Test
  void aLimitOfAModelIsForThatModelOnly() {
    ApiClient client =
        client(gateway, "{\"model_limits\":[{\"model\":\"openai/*\",\"requests_per_minute\":3}]}");

    assertThat(count(atOnce(6, client, question(MODEL, false, "")), 200)).isEqualTo(3);
    assertThat(client.ask(OTHER).status()).isEqualTo(200);
  }

  @Test
  void aLimitOfAModelForAllKeysIsOneLimit() throws Exception {
    other.always(Script.HOLD);
    String body = question(OTHER, false, "");
    List<CompletableFuture<Reply>> running =
        List.of(client(gateway, "{}").chatting(body), gateway.client().chatting(body));
    List<ProviderCall> held = List.of(other.await(), other.await());

    assertThat(client(gateway, "{}").chat(body).status()).isEqualTo(429);
    for (ProviderCall call : held) {
      call.json(200, Chunks.completion("qwen3-max", "Hello"));
    }
    assertThat(running).allSatisfy(reply -> assertThat(reply.join().status()).isEqualTo(200));
  }

  @Test
  void eachModelOfAComparisonCounts() {
    ApiClient client = client(gateway, "{\"requests_per_minute\":1}");
    String body =
        "{\"models\":[\""
            + MODEL
            + "\",\""
            + OTHER
            + "\"],\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    Reply compared = client.post("/v1/compare", BodyPublishers.ofString(body));

    assertThat(compared.body()).contains("rate_limit_exceeded").contains("Hello");
  }

  @Test
  void whatIsNoCallIsNotLimited() {
    ApiClient client = client(gateway, "{\"requests_per_minute\":1}");
    assertThat(client.ask(MODEL).status()).isEqualTo(200);

    assertThat(client.get("/v1/models").status()).isEqualTo(200);
    assertThat(client.get("/v1/key").status()).isEqualTo(200);
  }
}

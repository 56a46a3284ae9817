package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static dev.bactrian.kit.PooledGateway.MODEL;
import static dev.bactrian.kit.PooledGateway.byKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.GatewayProcess;
import dev.bactrian.kit.LogCapture;
import dev.bactrian.kit.PooledGateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A provider with several keys or endpoints: what one of them cannot do, another does. */
class PoolIT {
  private static final String TWO =
      "{sticky: false, members: ["
          + "{name: a, apiKey: sk-aaaaaaaaaaaaaaaa}, {name: b, apiKey: sk-bbbbbbbbbbbbbbbb}]}";
  private static final String ELSEWHERE = ",\"models\":[\"qwen/qwen3-max\"]";

  private final PooledGateway pooled;
  private final ProviderServer provider;

  PoolIT(@TempDir Path config) {
    pooled = new PooledGateway(config);
    provider = pooled.provider();
  }

  @AfterEach
  void stop() {
    pooled.close();
  }

  @ParameterizedTest
  @CsvSource({
    "429, requests, rate_limit_exceeded, live, ''",
    "402, x, x, set_aside, BILLING",
    "429, insufficient_quota, insufficient_quota, set_aside, BILLING",
    "401, authentication_error, invalid_api_key, set_aside, AUTH"
  })
  void whatOneKeyIsRefusedAnotherIsGranted(
      int status, String type, String code, String state, String because) throws IOException {
    ApiClient client = pooled.start(TWO);
    Script refusal =
        Script.status(status, Chunks.error("told so", type, code), "retry-after", "20");
    try (LogCapture log = new LogCapture()) {
      for (boolean stream : new boolean[] {false, true}) {
        provider.always(byKey(refusal, stream ? Script.words(2) : Script.completion("from b")));
        for (int i = 0; i < 20; i++) {
          assertThat(client.chat(question(MODEL, stream, "")).status()).isEqualTo(200);
        }
      }
      assertThat(pooled.count("a")).as("streams with the key that is out").isZero();
      assertThat(pooled.state("a")).isEqualTo(state);
      assertThat(pooled.member("a").text("because")).isEqualTo(because);
      String until = state.equals("live") ? "resting_models gpt-4.1-mini" : "until";
      assertThat(pooled.member("a").text(until.split(" "))).startsWith("20");
      assertThat(pooled.state("b")).isEqualTo("live");
      assertThat(pooled.member("b").number("in_use")).isZero();
      assertThat(log.text().lines().filter(line -> line.startsWith("WARN")))
          .filteredOn(line -> line.contains("Key a of provider openai is set aside"))
          .hasSize(state.equals("set_aside") ? 1 : 0);
      assertThat(log.text()).doesNotContain("sk-aaaa").doesNotContain("sk-bbbb");
    }
  }

  @Test
  void theClientSeesNothingOfItButTheAttempts() throws IOException {
    ApiClient client = pooled.start(TWO);
    provider.always(
        byKey(Script.error(429, "requests", "rate_limit_exceeded"), Script.completion("from b")));
    Reply second =
        Awaitility.await()
            .until(
                () -> client.ask(MODEL), reply -> reply.header("x-bactrian-attempts").equals("2"));
    assertThat(second.text()).isEqualTo("from b");
    assertThat(second.headers().toString() + second.body())
        .doesNotContain("sk-")
        .doesNotContain("key");
  }

  @Test
  void ifAllAreRefusedTheFallbackIsNext() throws IOException {
    ApiClient client = pooled.start(TWO);
    provider.always(Script.error(401, "authentication_error", "invalid_api_key"));
    pooled.other().always(Script.completion("from qwen"));
    Reply reply = client.chat(question(MODEL, false, ELSEWHERE));
    assertThat(reply.text()).isEqualTo("from qwen");
    assertThat(reply.header("x-bactrian-attempts")).isEqualTo("3");
    assertThat(provider.count()).isEqualTo(2);
    ErrorsIT.expect(client.ask(MODEL), 503, "provider_unavailable");
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void aKeyThatIsForbiddenOneModelIsNotSetAside() throws IOException {
    ApiClient client = pooled.start(TWO);
    provider.always(
        call -> {
          boolean forbidden = call.member("model").equals("gpt-4.1");
          Script script =
              forbidden
                  ? Script.error(403, "permission_error", "forbidden")
                  : Script.completion("Hello");
          script.answer(call);
        });
    ErrorsIT.expect(client.ask("openai/gpt-4.1"), 502, "upstream_auth");
    assertThat(provider.count()).isEqualTo(2);
    assertThat(pooled.state("a")).isEqualTo("live");
    assertThat(client.ask(MODEL).text()).isEqualTo("Hello");
  }

  @Test
  void theClientsOwnMistakeGoesToOneKeyOnly() throws IOException {
    ApiClient client = pooled.start(TWO);
    provider.always(Script.error(400, "invalid_request_error", "invalid_value"));
    ErrorsIT.expect(client.ask(MODEL), 400, "invalid_value");
    assertThat(provider.count()).isEqualTo(1);
    assertThat(pooled.member("a").number("in_use")).isZero();
    assertThat(pooled.member("b").number("in_use")).isZero();
  }

  @Test
  void theBudgetOfAttemptsHoldsForKeysToo() throws IOException {
    ApiClient client = pooled.set("bactrian.attempts", "1").start(TWO);
    provider.always(Script.error(429, "requests", "rate_limit_exceeded"));
    ErrorsIT.expect(client.ask(MODEL), 429, "rate_limit_exceeded");
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void onlyTheMemberWhoseEndpointIsDownIsOut() throws IOException {
    pooled.set("bactrian.breaker.window", "4").set("bactrian.breaker.minimum", "4");
    ApiClient client =
        pooled.start(
            "{sticky: false, members: [{name: a, apiKey: sk-a, baseUrl: 'http://127.0.0.1:1/v1'},"
                + " {name: b, apiKey: sk-b}]}");
    provider.always(Script.completion("from b"));
    for (int i = 0; i < 40; i++) {
      assertThat(client.ask(MODEL).text()).isEqualTo("from b");
    }
    assertThat(pooled.state("a")).isEqualTo("failing");
    assertThat(pooled.state("b")).isEqualTo("live");
    assertThat(client.ask(MODEL).header("x-bactrian-attempts")).isEqualTo("1");
  }

  @Test
  void aStreamThatBreaksIsChargedToItsMember() throws IOException {
    pooled.set("bactrian.breaker.window", "4").set("bactrian.breaker.minimum", "4");
    ApiClient client = pooled.start(TWO);
    provider.always(byKey(Script.cut(Chunks.role(), Chunks.content("half")), Script.words(2)));
    Awaitility.await()
        .until(
            () -> {
              client.stream(MODEL);
              return pooled.state("a").equals("failing");
            });
    assertThat(pooled.state("b")).isEqualTo("live");
    assertThat(pooled.member("a").number("in_use")).isZero();
  }

  @Test
  void aMemberThatFailedIsTriedByOneCallAndReturns() throws Exception {
    pooled
        .set("bactrian.breaker.window", "4")
        .set("bactrian.breaker.minimum", "4")
        .set("bactrian.breaker.open", "300");
    ApiClient client = pooled.start(TWO);
    provider.always(byKey(Script.error(500, "server_error", "boom"), Script.completion("from b")));
    Awaitility.await()
        .until(
            () -> {
              client.ask(MODEL);
              return pooled.state("a").equals("failing");
            });
    provider.always(byKey(Script.HOLD, Script.completion("from b")));
    List<CompletableFuture<Reply>> asked = new ArrayList<>();
    Awaitility.await()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              asked.add(client.chatting(question(MODEL, false, "")));
              return pooled.count("a") == 1;
            });
    for (int i = 0; i < 20; i++) {
      assertThat(client.ask(MODEL).text()).isEqualTo("from b");
    }
    assertThat(pooled.calls("a")).hasSize(1);
    ProviderCall trial = pooled.calls("a").get(0);
    provider.always(Script.completion("Hello"));
    trial.json(200, Chunks.completion("m", "from a"));
    for (CompletableFuture<Reply> one : asked) {
      assertThat(one.get().status()).isEqualTo(200);
    }
    assertThat(pooled.state("a")).isEqualTo("live");
  }

  @Test
  void severalKeysInTheEnvironmentAreEnough(@TempDir Path data) throws Exception {
    Map<String, String> environment =
        Map.of(
            "BACTRIAN_KEY",
            Gateway.KEY,
            "OPENAI_BASE_URL",
            provider.baseUrl(),
            "OPENAI_API_KEY",
            "sk-a",
            "OPENAI_API_KEY_2",
            "sk-b");
    provider.always(
        byKey(Script.error(401, "authentication_error", "x"), Script.completion("from b")));
    try (GatewayProcess process = GatewayProcess.start(data, environment)) {
      ApiClient client = new ApiClient(process.port(), Gateway.KEY);
      for (int i = 0; pooled.count("a") == 0; i++) {
        String other = question(MODEL, false, ",\"user\":\"" + i + "\"");
        assertThat(client.chat(other).text()).isEqualTo("from b");
      }
      Awaitility.await()
          .until(() -> process.output().contains("Key 1 of provider openai is set aside"));
    }
  }

  @Test
  void secretsAreShownNowhere() throws IOException {
    ApiClient client = pooled.start(TWO);
    assertThat(client.ask(MODEL).status()).isEqualTo(200);
    String explained =
        client
            .post("/v1/route/explain", BodyPublishers.ofString(question(MODEL, false, "")))
            .body();
    assertThat(explained).contains("openai").doesNotContain("sk-");
    assertThat(pooled.gateway().management("/v1/pools").body())
        .contains("\"a\"")
        .doesNotContain("sk-");
    assertThat(pooled.gateway().management("/v1/config/status").body()).doesNotContain("sk-");
  }
}

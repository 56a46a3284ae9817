package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import dev.bactrian.provider.Breakers;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is tried again, what is tried elsewhere, and what the client is told in the end. */
class FallbackIT {
  private static final String FIRST = "openai/gpt-4.1-mini";
  private static final String SECOND = "qwen/qwen3-max";
  private static final String THIRD = "deepseek/deepseek-v4-pro";
  private static final String BOTH = ",\"models\":[\"" + SECOND + "\"]";

  @TempDir private static Path config = Path.of("");
  private static ProviderServer openai;
  private static ProviderServer qwen;
  private static ProviderServer deepseek;
  private static Gateway gateway;
  private static ApiClient client;

  @BeforeAll
  static void start() throws IOException {
    Path catalogue = Files.createDirectories(config.resolve("catalogue"));
    Files.writeString(
        catalogue.resolve("routing.yaml"),
        """
        aliases:
          best: openai/gpt-4.1
        chains:
          openai/gpt-4.1: [anthropic/claude-sonnet-5, qwen/qwen3-max, deepseek/deepseek-v4-pro]
          deepseek/deepseek-v4-pro: []
        """);
    openai = ProviderServer.start();
    qwen = ProviderServer.start();
    deepseek = ProviderServer.start();
    gateway =
        Gateway.with()
            .withoutBreakers()
            .config(config)
            .set("bactrian.max-wait", "2000")
            .provider("openai", openai)
            .provider("qwen", qwen)
            .provider("deepseek", deepseek)
            .start();
    client = gateway.client();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    openai.close();
    qwen.close();
    deepseek.close();
  }

  @BeforeEach
  void forget() {
    openai.always(Script.completion("from openai"));
    qwen.always(Script.completion("from qwen"));
    deepseek.always(Script.completion("from deepseek"));
  }

  private static void expectAnswer(Reply reply, String model, int attempts) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("x-bactrian-model")).isEqualTo(model);
    assertThat(reply.header("x-bactrian-provider")).isEqualTo(model.replaceAll("/.*", ""));
    assertThat(reply.header("x-bactrian-attempts")).isEqualTo(Integer.toString(attempts));
  }

  @ParameterizedTest
  @CsvSource({
    // status, type, code, tries at the first, the status when no other is left, its code
    "401, authentication_error, invalid_api_key, 1, 502, upstream_auth",
    "403, permission_error, forbidden, 1, 502, upstream_auth",
    "402, invalid_request_error, invalid_request_error, 1, 502, upstream_quota",
    "429, insufficient_quota, insufficient_quota, 1, 502, upstream_quota",
    "400, invalid_request_error, Arrearage, 1, 502, upstream_quota",
    "429, requests, rate_limit_exceeded, 2, 429, rate_limit_exceeded",
    "503, server_error, overloaded, 2, 503, server_is_overloaded",
    "529, overloaded_error, overloaded, 2, 503, server_is_overloaded",
    "408, timeout, timeout, 2, 504, upstream_timeout",
    "504, timeout, timeout, 2, 504, upstream_timeout",
    "500, server_error, boom, 2, 502, upstream_error",
    "502, server_error, boom, 2, 502, upstream_error",
    "404, invalid_request_error, model_not_found, 1, 404, model_not_found"
  })
  void aFailureOfTheProviderGoesOn(
      int status, String type, String code, int tries, int alone, String aloneCode) {
    for (boolean stream : new boolean[] {false, true}) {
      openai.always(Script.error(status, type, code));
      qwen.always(stream ? Script.words(2) : Script.completion("from qwen"));
      Reply reply = client.chat(question(FIRST, stream, BOTH));
      expectAnswer(reply, SECOND, tries + 1);
      assertThat(openai.count()).isEqualTo(tries);
      assertThat(qwen.count()).isEqualTo(1);
      assertThat(qwen.last().member("model")).isEqualTo("qwen3-max");

      openai.always(Script.error(status, type, code));
      ErrorsIT.expect(client.chat(question(FIRST, stream, "")), alone, aloneCode);
      assertThat(openai.count()).isEqualTo(tries);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request_error, invalid_value, 400, invalid_value",
    "422, invalid_request_error, invalid_value, 422, invalid_value",
    "413, invalid_request_error, request_too_large, 413, request_too_large",
    "400, invalid_request_error, context_length_exceeded, 400, context_length_exceeded",
    "400, invalid_request_error, content_policy_violation, 400, content_filter",
    "400, invalid_request_error, data_inspection_failed, 400, content_filter"
  })
  void aMistakeOfTheClientGoesNowhere(
      int status, String type, String code, int shown, String shownCode) {
    Metrics metrics = gateway.bean("breakers", Breakers.class).of("openai").getMetrics();
    int before = metrics.getNumberOfFailedCalls();
    for (boolean stream : new boolean[] {false, true}) {
      openai.always(Script.error(status, type, code));
      Reply reply = ErrorsIT.expect(client.chat(question(FIRST, stream, BOTH)), shown, shownCode);
      assertThat(reply.error().path("message").asText()).contains("told so");
      assertThat(reply.header("x-bactrian-attempts")).isEqualTo("1");
      assertThat(openai.count()).isEqualTo(1);
      assertThat(qwen.count()).isZero();
    }
    assertThat(metrics.getNumberOfFailedCalls()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatCannotBeReadGoesOn(boolean stream) {
    Script[] bad = {
      call -> call.raw("garbage\r\n\r\n"),
      call -> call.cut(),
      call -> call.reset(),
      call -> call.whole(200, "application/json", "{\"choices\":"),
      call -> call.whole(200, "application/json", ""),
      call -> call.whole(200, "application/json", "{}"),
      call -> call.whole(302, "text/html", "", "location", "http://127.0.0.1:1/"),
    };
    for (Script script : bad) {
      openai.always(script);
      qwen.always(stream ? Script.words(2) : Script.completion("from qwen"));
      Reply reply = client.chat(question(FIRST, stream, BOTH));
      expectAnswer(reply, SECOND, 3);
      assertThat(openai.count()).isEqualTo(2);
    }
  }

  @Test
  void aStreamThatBreaksBeforeContentGoesOn() {
    openai.always(Script.cut(Chunks.role()));
    qwen.always(Script.words(2));
    Reply reply = client.chat(question(FIRST, true, BOTH));
    expectAnswer(reply, SECOND, 3);
    assertThat(reply.events()).endsWith(Chunks.DONE);
    assertThat(reply.events().stream().filter(e -> e.contains("\"role\""))).hasSize(1);
  }

  @Test
  void aStreamThatBreaksAfterContentDoesNot() {
    openai.always(Script.cut(Chunks.role(), Chunks.content("half")));
    Reply reply = client.chat(question(FIRST, true, BOTH));
    assertThat(reply.body()).contains("half", "upstream_error").doesNotContain("[DONE]");
    assertThat(openai.count()).isEqualTo(1);
    assertThat(qwen.count()).isZero();
  }

  @Test
  void aSecondTryThatSucceedsIsTheAnswer() {
    openai.first(Script.error(500, "server_error", "boom"));
    Reply reply = client.chat(question(FIRST, false, BOTH));
    expectAnswer(reply, FIRST, 2);
    assertThat(openai.calls().get(0).body()).isEqualTo(openai.calls().get(1).body());
    assertThat(qwen.count()).isZero();
  }

  @Test
  void theChainOfTheConfigurationIsFollowedPastProvidersWithoutAKey() {
    openai.always(Script.error(401, "authentication_error", "x"));
    qwen.always(Script.error(401, "authentication_error", "x"));
    Reply reply = client.ask("best");
    expectAnswer(reply, THIRD, 3);
    assertThat(reply.text()).isEqualTo("from deepseek");
    assertThat(reply.json().path("model").asText()).isEqualTo("deepseek-v4-pro");
    assertThat(deepseek.last().member("model")).isEqualTo("deepseek-v4-pro");
  }

  @Test
  void aModelWhoseProviderHasNoKeyIsPassedOver() {
    Reply reply =
        client.chat(question("anthropic/claude-sonnet-5", false, ",\"models\":[\"qwen3-max\"]"));
    expectAnswer(reply, SECOND, 1);
  }

  @Test
  void anUnknownNameAmongTheModelsIsAnError() {
    ErrorsIT.expect(
        client.chat(question(FIRST, false, ",\"models\":[\"nobody/knows\"]")),
        404,
        "model_not_found");
    assertThat(openai.count()).isZero();
  }

  @Test
  void ifAllFailTheLastFailureIsTold() {
    openai.always(Script.error(401, "authentication_error", "x"));
    qwen.always(Script.error(402, "x", "x"));
    deepseek.always(Script.status(429, Chunks.error("slow", "x", "x"), "retry-after", "7"));
    Reply reply = ErrorsIT.expect(client.ask("best"), 429, "rate_limit_exceeded");
    assertThat(reply.header("x-bactrian-attempts")).isEqualTo("3");
    assertThat(reply.header("x-bactrian-provider")).isEqualTo("deepseek");
    assertThat(reply.header("retry-after")).isEqualTo("7");
    assertThat(reply.header("retry-after-ms")).isEqualTo("7000");
    assertThat(deepseek.count()).isEqualTo(1);
  }

  @Test
  void aModelOfTheChainThatRefusesDoesNotHideWhyItWasAsked() {
    openai.always(Script.error(429, "requests", "rate_limit_exceeded"));
    qwen.always(Script.error(400, "invalid_request_error", "invalid_value"));
    ErrorsIT.expect(client.ask("best"), 429, "rate_limit_exceeded");
    // A model that the client has named speaks for itself.
    ErrorsIT.expect(client.chat(question(FIRST, false, BOTH)), 400, "invalid_value");
  }

  @Test
  void ifAllHaveFailedTheClientsSdkNeedNotTryAgain() {
    openai.always(Script.error(500, "x", "x"));
    assertThat(client.ask(FIRST).header("x-should-retry")).isEqualTo("false");
  }

  @Test
  void oneBudgetHoldsForRetriesAndFallbacks() {
    try (Gateway small =
        Gateway.with()
            .config(config)
            .set("bactrian.attempts", "3")
            .provider("openai", openai)
            .provider("qwen", qwen)
            .provider("deepseek", deepseek)
            .start()) {
      for (ProviderServer server : List.of(openai, qwen, deepseek)) {
        server.always(Script.error(500, "server_error", "boom"));
      }
      Reply reply = ErrorsIT.expect(small.client().ask("best"), 502, "upstream_error");
      assertThat(reply.header("x-bactrian-attempts")).isEqualTo("3");
      assertThat(List.of(openai.count(), qwen.count(), deepseek.count())).containsExactly(2, 1, 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"retry-after-ms, 300, 300", "retry-after, 0.4, 400", "retry-after, 1, 1000"})
  void retryAfterIsHonoured(String header, String value, long millis) {
    openai.first(Script.status(429, Chunks.error("slow", "x", "x"), header, value));
    long start = System.nanoTime();
    expectAnswer(client.ask(FIRST), FIRST, 2);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(millis), Duration.ofMillis(millis + 1500));
  }

  @Test
  void aRetryAfterThatIsTooLongGoesElsewhereAtOnce() {
    openai.always(Script.status(429, Chunks.error("slow", "x", "x"), "retry-after", "30"));
    long start = System.nanoTime();
    expectAnswer(client.chat(question(FIRST, false, BOTH)), SECOND, 2);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }
}

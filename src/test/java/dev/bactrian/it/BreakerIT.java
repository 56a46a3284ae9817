package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import dev.bactrian.provider.Breakers;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A provider that keeps failing is left alone for a while, and only that one. */
class BreakerIT {
  private static final String FIRST = "openai/gpt-4.1-mini";
  private static final String SECOND = "qwen/qwen3-max";
  private static final String BOTH = ",\"models\":[\"" + SECOND + "\"]";

  private ProviderServer openai;
  private ProviderServer qwen;
  private Gateway gateway;
  private ApiClient client;

  @BeforeEach
  void start() {
    openai = ProviderServer.start();
    qwen = ProviderServer.start();
    gateway =
        Gateway.with()
            .provider("openai", openai)
            .provider("qwen", qwen)
            .set("bactrian.attempts", "2")
            .set("bactrian.breaker.window", "8")
            .set("bactrian.breaker.minimum", "4")
            .set("bactrian.breaker.open", "700")
            .start();
    client = gateway.client();
  }

  @AfterEach
  void stop() {
    gateway.close();
    openai.close();
    qwen.close();
  }

  private CircuitBreaker breaker() {
    return gateway.bean("breakers", Breakers.class).of("openai");
  }

  private void open() {
    openai.always(Script.error(500, "server_error", "boom"));
    while (breaker().getState() == CircuitBreaker.State.CLOSED && openai.count() < 20) {
      client.ask(FIRST);
    }
    assertThat(breaker().getState()).isEqualTo(CircuitBreaker.State.OPEN);
    assertThat(openai.count()).isEqualTo(4);
  }

  @Test
  void anOpenBreakerKeepsCallsAwayAndTheFallbackAnswers() {
    open();
    int before = openai.count();
    for (int i = 0; i < 3; i++) {
      Reply reply = client.chat(question(FIRST, false, BOTH));
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("x-bactrian-model")).isEqualTo(SECOND);
    }
    Reply alone = ErrorsIT.expect(client.ask(FIRST), 503, "provider_unavailable");
    assertThat(alone.error().path("message").asText()).contains("openai");
    ErrorsIT.expect(client.stream(FIRST), 503, "provider_unavailable");
    assertThat(openai.count()).isEqualTo(before);
    assertThat(client.ask(SECOND).status()).isEqualTo(200);
  }

  @Test
  void oneProbeDecidesWhetherItCloses() throws Exception {
    open();
    openai.always(Script.HOLD);
    // While one probe is under way, every other call goes to the fallback.
    CompletableFuture<Reply> probe = probe();
    var held = openai.await();
    for (int i = 0; i < 3; i++) {
      Reply other = client.chat(question(FIRST, false, BOTH));
      assertThat(other.header("x-bactrian-model")).isEqualTo(SECOND);
    }
    assertThat(openai.count()).isEqualTo(1);
    held.json(200, Chunks.completion("m", "back"));
    assertThat(probe.get().text()).isEqualTo("back");
    openai.always(Script.completion("Hello"));
    assertThat(client.ask(FIRST).text()).isEqualTo("Hello");
    assertThat(breaker().getState()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  /** Asks, with nothing to fall back on, until a call is let through. */
  private CompletableFuture<Reply> probe() {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              CompletableFuture<Reply> asked = client.chatting(question(FIRST, false, ""));
              Awaitility.await()
                  .pollInterval(Duration.ofMillis(5))
                  .until(() -> asked.isDone() || openai.count() > 0);
              return asked;
            },
            asked -> !asked.isDone());
  }

  @Test
  void aProviderThatFlapsIsBackSoonAfterEachRecovery() {
    for (int round = 0; round < 3; round++) {
      open();
      openai.always(Script.completion("Hello"));
      expectBack();
    }
  }

  @Test
  void aProbeThatHangsDoesNotKeepAProviderAway() throws Exception {
    open();
    openai.always(Script.HOLD);
    CompletableFuture<Reply> hanging = probe();
    ProviderCall held = openai.await();
    openai.always(Script.completion("Hello"));
    expectBack();
    held.json(200, Chunks.completion("m", "late"));
    assertThat(hanging.get().text()).isEqualTo("late");
  }

  /** Within twice the time that a breaker stays open, and a little for the test itself. */
  private void expectBack() {
    Awaitility.await()
        .atMost(Duration.ofMillis(2 * 700 + 600))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> client.ask(FIRST).status() == 200);
    assertThat(breaker().getState()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  @Test
  void aProbeThatFailsOpensItAgain() {
    open();
    openai.always(Script.error(500, "server_error", "boom"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              client.ask(FIRST);
              return openai.count() == 1;
            });
    assertThat(breaker().getState()).isEqualTo(CircuitBreaker.State.OPEN);
    ErrorsIT.expect(client.ask(FIRST), 503, "provider_unavailable");
    assertThat(openai.count()).isEqualTo(1);
  }

  @Test
  void streamsThatBreakAfterTheirFirstTokenAreChargedToo() {
    openai.always(Script.cut(Chunks.role(), Chunks.content("half")));
    for (int i = 0; i < 8; i++) {
      client.stream(FIRST);
    }
    Awaitility.await().until(() -> breaker().getState() == CircuitBreaker.State.OPEN);
    ErrorsIT.expect(client.stream(FIRST), 503, "provider_unavailable");
  }

  @Test
  void theClientsOwnMistakesNeverOpenIt() {
    for (String code :
        new String[] {"invalid_value", "context_length_exceeded", "content_filter"}) {
      openai.always(Script.error(400, "invalid_request_error", code));
      for (int i = 0; i < 8; i++) {
        assertThat(client.ask(FIRST).status()).isEqualTo(400);
      }
      assertThat(openai.count()).isEqualTo(8);
    }
    openai.always(Script.error(429, "requests", "rate_limit_exceeded"));
    for (int i = 0; i < 8; i++) {
      assertThat(client.ask(FIRST).status()).isEqualTo(429);
    }
    openai.always(Script.completion("Hello"));
    assertThat(client.ask(FIRST).status()).isEqualTo(200);
    assertThat(breaker().getState()).isEqualTo(CircuitBreaker.State.CLOSED);
  }
}

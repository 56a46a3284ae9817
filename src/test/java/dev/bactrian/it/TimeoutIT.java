package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each wait has its own limit: connect, first token, idle, a whole reply, the whole call. */
class TimeoutIT {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final String OTHER = "qwen/qwen3-max";
  private static final String PATIENT = "deepseek/deepseek-v4-pro";

  private static ProviderServer provider;
  private static ProviderServer other;
  private static Gateway gateway;
  private static ApiClient client;

  @BeforeAll
  static void start() {
    provider = ProviderServer.start();
    other = ProviderServer.start();
    gateway =
        Gateway.with()
            .withoutBreakers()
            .provider("openai", provider)
            .provider("qwen", other)
            .provider("deepseek", provider)
            .kamelet("openai", "firstTokenTimeout", "300")
            .kamelet("openai", "replyTimeout", "600")
            .kamelet("openai", "idleTimeout", "450")
            .set("bactrian.call-timeout", "1500")
            .start();
    client = gateway.client();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
    other.close();
  }

  @BeforeEach
  void forget() {
    provider.always(Script.HOLD);
    other.always(Script.completion("from qwen"));
  }

  private static void expectMillis(long start, long least, long most) {
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(least), Duration.ofMillis(most));
  }

  @Test
  void aSilentStreamIsGivenUpAfterTheFirstTokenTimeoutAndNotTriedAgain() throws Exception {
    long start = System.nanoTime();
    ErrorsIT.expect(client.stream(MODEL), 504, "upstream_timeout");
    expectMillis(start, 300, 560);
    provider.await().awaitGone();
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void keepAliveIsNoFirstToken() throws Exception {
    try (RawClient raw = gateway.raw().chat(question(MODEL, true, ""))) {
      ProviderCall call = provider.await();
      call.openStream();
      call.streamed(": keep-alive\n\n");
      call.event(Chunks.role());
      assertThat(raw.status()).isEqualTo(504);
      call.awaitGone();
    }
  }

  @Test
  void aSilentStreamGoesElsewhere() {
    other.always(Script.words(2));
    Reply reply = client.chat(question(MODEL, true, ",\"models\":[\"" + OTHER + "\"]"));
    assertThat(reply.events()).endsWith(Chunks.DONE);
    assertThat(reply.header("x-bactrian-attempts")).isEqualTo("2");
  }

  @Test
  void aWholeAnswerHasTheReplyTimeout() throws Exception {
    long start = System.nanoTime();
    ErrorsIT.expect(client.ask(MODEL), 504, "upstream_timeout");
    expectMillis(start, 600, 1000);
    provider.await().awaitGone();
  }

  @Test
  void anAnswerThatTricklesDoesNotExtendTheReplyTimeout() throws Exception {
    provider.always(
        call -> {
          call.raw("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n");
          call.raw("content-length: 1000\r\n\r\n\n\n{");
        });
    long start = System.nanoTime();
    ErrorsIT.expect(client.ask(MODEL), 504, "upstream_timeout");
    expectMillis(start, 600, 1000);
  }

  @Test
  void keepAliveBetweenChunksHoldsAStreamUp() throws Exception {
    try (RawClient raw = gateway.raw().chat(question(MODEL, true, ""))) {
      ProviderCall call = provider.await();
      call.openStream();
      call.event(Chunks.content("one"));
      long start = raw.event().nanos();
      // Twice the idle time-out in all, but never silent for half of it.
      while (System.nanoTime() - start < 900_000_000L) {
        call.streamed(": keep-alive\n\n");
        assertThat(client.get("/v1/models").status()).isEqualTo(200);
      }
      call.event(Chunks.finish("stop"));
      call.event(Chunks.DONE);
      assertThat(raw.event().data()).contains("\"finish_reason\":\"stop\"");
      assertThat(raw.event().data()).isEqualTo(Chunks.DONE);
    }
  }

  @Test
  void aStalledStreamEndsAfterTheIdleTimeout() throws Exception {
    try (RawClient raw = gateway.raw().chat(question(MODEL, true, ""))) {
      ProviderCall call = provider.await();
      call.openStream();
      long start = call.event(Chunks.content("one"));
      assertThat(raw.awaitClosed()).contains("upstream_timeout").doesNotContain("[DONE]");
      expectMillis(start, 450, 900);
      call.awaitGone();
    }
  }

  @Test
  void aWholeCallHasOneDeadline() throws Exception {
    long start = System.nanoTime();
    ErrorsIT.expect(client.ask(PATIENT), 504, "upstream_timeout");
    expectMillis(start, 1500, 2100);
    assertThat(provider.count()).isEqualTo(1);
    provider.await().awaitGone();
  }

  @Test
  void theDeadlineEndsAStreamThatStillFlows() throws Exception {
    try (RawClient raw = gateway.raw().chat(question(PATIENT, true, ""))) {
      ProviderCall call = provider.await();
      call.openStream();
      long start = System.nanoTime();
      while (!call.isGone() && System.nanoTime() - start < 10_000_000_000L) {
        try {
          call.event(Chunks.content("word"));
        } catch (java.io.IOException gone) {
          break;
        }
        assertThat(client.get("/v1/models").status()).isEqualTo(200);
      }
      assertThat(raw.awaitClosed()).contains("upstream_timeout").doesNotContain("[DONE]");
      expectMillis(start, 1000, 2300);
    }
  }

  @Test
  void noRetryIsMadeThatTheDeadlineWouldCut() {
    provider.always(Script.status(429, Chunks.error("slow", "x", "x"), "retry-after", "1.6"));
    long start = System.nanoTime();
    ErrorsIT.expect(client.ask(MODEL), 429, "rate_limit_exceeded");
    expectMillis(start, 0, 900);
    assertThat(provider.count()).isEqualTo(1);
  }
}

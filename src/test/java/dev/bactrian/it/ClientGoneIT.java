package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.LogCapture;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Script;
import dev.bactrian.provider.Breakers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the client goes away, the provider is told at once and nothing runs on. */
class ClientGoneIT {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final Duration AT_ONCE = Duration.ofMillis(100);
  private static final int TIMES = 9;

  private static ProviderServer provider;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    provider = ProviderServer.start();
    gateway =
        Gateway.with()
            .withoutBreakers()
            .provider("openai", provider)
            .provider("qwen", provider)
            .set("bactrian.max-wait", "20000")
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
  }

  @BeforeEach
  void forget() {
    provider.always(Script.HOLD);
  }

  @AfterEach
  void nothingRunsOn() {
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> gateway.inside() == 0);
  }

  /** Where a call is when its client leaves. */
  enum Where {
    WAITING,
    ROLE_SENT,
    STREAMING
  }

  @ParameterizedTest
  @CsvSource({
    "WAITING, false, true",
    "WAITING, true, true",
    "WAITING, false, false",
    "WAITING, true, false",
    "ROLE_SENT, false, true",
    "ROLE_SENT, true, true",
    "STREAMING, false, true",
    "STREAMING, true, true"
  })
  void theProviderSeesTheConnectionClose(Where where, boolean reset, boolean stream)
      throws Exception {
    List<Duration> delays = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      RawClient client = gateway.raw().chat(question(MODEL, stream, ""));
      ProviderCall call = provider.await();
      if (where != Where.WAITING) {
        call.openStream();
        call.event(Chunks.role());
      }
      if (where == Where.STREAMING) {
        call.event(Chunks.content("one"));
        client.event();
      }
      long start = System.nanoTime();
      if (reset) {
        client.reset();
      } else {
        client.close();
      }
      delays.add(Duration.ofNanos(call.awaitGone() - start));
    }
    delays.sort(null);
    assertThat(delays.get(TIMES / 2)).as("median of %s", delays).isLessThan(AT_ONCE);
  }

  @Test
  void aClientThatGoesBetweenTwoTriesIsNotTriedFor() throws Exception {
    provider.always(Script.status(429, Chunks.error("slow", "x", "x"), "retry-after", "15"));
    RawClient client =
        gateway.raw().chat(question(MODEL, false, ",\"models\":[\"qwen/qwen3-max\"]"));
    provider.await();
    client.close();
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> gateway.inside() == 0);
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void itIsNotTheProvidersFault() throws Exception {
    var metrics = gateway.bean("breakers", Breakers.class).of("openai").getMetrics();
    int before = metrics.getNumberOfFailedCalls();
    try (LogCapture log = new LogCapture()) {
      RawClient client = gateway.raw().chat(question(MODEL, true, ""));
      provider.await();
      client.close();
      nothingRunsOn();
      client = gateway.raw().chat(question(MODEL, true, ""));
      ProviderCall call = provider.await();
      call.openStream();
      call.event(Chunks.content("one"));
      client.event();
      client.close();
      call.awaitGone();
      nothingRunsOn();
      assertThat(log.text()).doesNotContain("WARN", "ERROR").contains("status=499");
    }
    assertThat(metrics.getNumberOfFailedCalls()).isEqualTo(before);
  }

  @Test
  void aSlowClientHoldsItsProviderBackAndNothingIsLost() throws Exception {
    String word = "x".repeat(10_000);
    int count = 2_000;
    provider.always(
        call -> {
          call.openStream();
          call.event(Chunks.role());
          for (int i = 0; i < count; i++) {
            call.event(Chunks.content(word + i));
          }
          call.event(Chunks.finish("stop"));
          call.event(Chunks.DONE);
          call.endStream();
        });
    try (RawClient client = gateway.raw().chat(question(MODEL, true, ""))) {
      assertThat(client.event().data()).contains("assistant");
      for (int i = 0; i < count; i++) {
        assertThat(client.event().data())
            .endsWith("\"" + word + i + "\"},\"finish_reason\":null}]}");
      }
      assertThat(client.event().data()).contains("stop");
      assertThat(client.event().data()).isEqualTo(Chunks.DONE);
    }
  }
}

package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.Background;
import dev.bactrian.kit.Reply;
import dev.bactrian.provider.StandIns.Case;
import dev.bactrian.simulator.Simulators;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The trouble that any provider may make by its key or by its silence. */
class ProviderTroubleIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Set<String> SECRETS =
      Set.of(
          "apiKey",
          "authToken",
          "clientSecret",
          "secretKey",
          "secretAccessKey",
          "serviceAccountKey");

  /** Asks all at once, whole or streamed in turn. */
  private static Map<String, Reply> ask(List<Case> cases, String user) {
    Map<String, Reply> replies = new ConcurrentHashMap<>();
    CompletableFuture<?>[] all =
        cases.stream()
            .map(it -> Background.run(() -> replies.put(it.toString(), it.ask(user, isOdd(it)))))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(all).orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join();
    return replies;
  }

  private static boolean isOdd(Case it) {
    return it.toString().length() % 2 == 1;
  }

  private static void expect(Map<String, Reply> replies, int status, String code) {
    replies.forEach(
        (name, reply) -> {
          assertThat(reply.status()).as(name + " " + reply.body()).isEqualTo(status);
          assertThat(reply.error().path("code").asText()).as(name).isEqualTo(code);
        });
  }

  @Test
  void aWrongKeyIsTheGatewaysTroubleNotTheClients() {
    try (StandIns wrong = StandIns.start(ProviderTroubleIT::spoilt)) {
      List<Case> cases = wrong.cases().stream().filter(it -> it.simulator().wantsKey()).toList();
      Map<String, Reply> replies = ask(cases, "Hello");

      assertThat(replies).hasSizeGreaterThan(30);
      expect(replies, 502, "upstream_auth");
    }
  }

  private static String spoilt(String name, String value) {
    return SECRETS.contains(name) ? value.replace("robot@", "rabbit@") + " " + "wrong" : value;
  }

  @Test
  void nobodyWaitsForASilentProvider() {
    try (StandIns hasty =
        StandIns.start((name, value) -> name.endsWith("Timeout") ? "300" : value)) {
      Map<String, Reply> replies = ask(hasty.cases(), Simulators.LATE);

      expect(replies, 504, "upstream_timeout");
    }
  }

  @Test
  void aSlowFirstTokenIsWaitedForAndNothingIsSentBefore() {
    try (StandIns patient = StandIns.start()) {
      List<Case> cases = patient.cases();
      CompletableFuture<Map<String, Reply>> asked =
          CompletableFuture.supplyAsync(() -> ask(cases, Simulators.LATE));
      Awaitility.await().atMost(SOON).until(() -> patient.simulators().waiting() >= cases.size());
      assertThat(asked).isNotDone();
      patient.simulators().release();

      asked
          .join()
          .forEach(
              (name, reply) -> {
                assertThat(reply.status()).as(name + reply.body()).isEqualTo(200);
                assertThat(reply.body()).as(name).contains("wait:");
              });
    }
  }

  @Test
  void anExpiredTokenIsRenewedUnseenByTheClient() {
    try (StandIns all = StandIns.start()) {
      List<Case> cases = all.cases().stream().filter(it -> it.simulator().expire()).toList();
      assertThat(cases).hasSizeGreaterThan(8);
      for (int round = 0; round < 2; round++) {
        ask(cases, "Hello")
            .forEach(
                (name, reply) -> assertThat(reply.status()).as(name + reply.body()).isEqualTo(200));
        int before = all.simulators().server().count();
        cases.forEach(it -> it.simulator().expire());
        ask(cases, "Hello")
            .forEach(
                (name, reply) -> {
                  assertThat(reply.status()).as(name + reply.body()).isEqualTo(200);
                  assertThat(reply.body()).as(name).doesNotContain("error");
                });
        assertThat(all.simulators().server().count() - before)
            .as("each was refused once and asked again")
            .isGreaterThanOrEqualTo(2 * cases.size());
      }
    }
  }
}

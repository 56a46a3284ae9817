package dev.bactrian.it;

import static dev.bactrian.kit.PooledGateway.MODEL;
import static dev.bactrian.kit.PooledGateway.byKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Background;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.PooledGateway;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pools are edited while calls run. */
class PoolEditIT {
  private static final Duration SOON = Duration.ofSeconds(4);
  private static final String A = "{name: a, apiKey: sk-a}";
  private static final String B = "{name: b, apiKey: sk-b}";
  private static final String C = "{name: c, apiKey: sk-c}";

  private final PooledGateway pooled;
  private final ProviderServer provider;

  PoolEditIT(@TempDir Path config) {
    pooled = new PooledGateway(config);
    provider = pooled.provider();
  }

  @AfterEach
  void stop() {
    pooled.close();
  }

  private static String pool(String... members) {
    return "{sticky: false, members: [" + String.join(", ", members) + "]}";
  }

  private void awaitMembers(String... names) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(pooled.pool().node().path("members").findValuesAsText("name"))
                    .containsExactly(names));
  }

  @Test
  void membersComeAndGoAndNoCallIsLost() throws Exception {
    provider.always(Script.words(5));
    ApiClient client = pooled.start(pool(A, B));
    AtomicBoolean stopped = new AtomicBoolean();
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Void>> load = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      load.add(
          Background.run(
              () -> {
                while (!stopped.get()) {
                  Reply reply = client.stream(MODEL);
                  if (reply.status() != 200 || !reply.events().contains(Chunks.DONE)) {
                    failures.add(reply.status() + " " + reply.body());
                  }
                }
              }));
    }
    pooled.edit(pool(B, C));
    awaitMembers("b", "c");
    await().until(() -> pooled.count("c") > 0);
    pooled.edit(pool(A));
    awaitMembers("a");
    await().until(() -> pooled.gateway().editions() == 1);
    provider.always(Script.words(5));
    await().until(() -> provider.count() > 5);
    stopped.set(true);
    for (CompletableFuture<Void> one : load) {
      one.get();
    }
    assertThat(failures).isEmpty();
    assertThat(pooled.count("b") + pooled.count("c")).isZero();
    assertThat(pooled.member("a").number("in_use")).isZero();
  }

  @Test
  void whatIsKnownOfAMemberOutlivesAnEditOfAnother() throws IOException {
    ApiClient client = pooled.start(pool(A, B));
    provider.always(
        byKey(Script.error(401, "authentication_error", "x"), Script.completion("from b")));
    await()
        .until(
            () -> {
              client.ask(MODEL);
              return pooled.state("a").equals("set_aside");
            });
    pooled.edit(pool(A, B, C));
    awaitMembers("a", "b", "c");
    assertThat(pooled.state("a")).isEqualTo("set_aside");
    // A new secret under the same name, and it begins anew.
    pooled.edit(pool("{name: a, apiKey: sk-new}", B));
    awaitMembers("a", "b");
    assertThat(pooled.state("a")).isEqualTo("live");
    await()
        .until(
            () -> {
              client.ask(MODEL);
              return pooled.count("n") > 0;
            });
  }

  @Test
  void countsOutliveAnEditOfLimits() throws IOException {
    provider.always(Script.completion("Hello"));
    ApiClient client = pooled.start(pool("{name: a, apiKey: sk-a, requests-per-minute: 2}"));
    assertThat(client.ask(MODEL).status()).isEqualTo(200);
    assertThat(client.ask(MODEL).status()).isEqualTo(200);
    ErrorsIT.expect(client.ask(MODEL), 429, "rate_limit_exceeded");
    pooled.edit(pool("{name: a, apiKey: sk-a, requests-per-minute: 3}"));
    await().atMost(SOON).until(() -> client.ask(MODEL).status() == 200);
    ErrorsIT.expect(client.ask(MODEL), 429, "rate_limit_exceeded");
    assertThat(provider.count()).isEqualTo(3);
  }

  @Test
  void aWrongEditChangesNothing() throws IOException {
    provider.always(Script.completion("Hello"));
    ApiClient client = pooled.start(pool(A, B));
    for (String wrong :
        List.of(
            "[{name: a}]",
            "[{apiKey: sk-a, wieght: 2}]",
            "[{apiKey: sk-a, weight: 0}]",
            "[{apiKey: '${NO_SUCH_VARIABLE}'}]",
            "[{apiKey: sk-a, baseUrl: nowhere}]")) {
      pooled.edit(wrong);
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(pooled.gateway().management("/v1/config/status").body())
                      .contains("edit_rejected"));
      awaitMembers("a", "b");
      assertThat(client.ask(MODEL).status()).isEqualTo(200);
      pooled.edit(pool(A, B));
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(pooled.gateway().management("/v1/config/status").body())
                      .doesNotContain("edit_rejected"));
    }
  }
}

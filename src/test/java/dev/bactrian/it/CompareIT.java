package dev.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One request goes to several models at once. */
class CompareIT {
  private static ProviderServer openai;
  private static ProviderServer qwen;
  private static Gateway gateway;
  private static ApiClient client;

  @BeforeAll
  static void start(@TempDir Path config) throws IOException {
    Path catalogue = Files.createDirectories(config.resolve("catalogue"));
    Files.writeString(catalogue.resolve("models.yaml"), "qwen/new: {upstream: new}");
    openai = ProviderServer.start();
    qwen = ProviderServer.start();
    gateway =
        Gateway.with()
            .withoutBreakers()
            .config(config)
            .set("bactrian.attempts", "1")
            .provider("openai", openai)
            .provider("qwen", qwen)
            .start();
    client = gateway.client();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    openai.close();
    qwen.close();
  }

  @BeforeEach
  void forget() {
    openai.always(Script.completion("from openai"));
    qwen.always(Script.completion("from qwen"));
  }

  private static String body(boolean stream, String... models) {
    return "{\"models\":[\""
        + String.join("\",\"", models)
        + "\"],\"stream\":"
        + stream
        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
  }

  private static Reply compare(String body) {
    return client.post("/v1/compare", BodyPublishers.ofString(body));
  }

  @Test
  void allAnswersComeTogetherAndOneThatFailsDisturbsNone() {
    qwen.always(Script.error(500, "server_error", "boom"));
    Reply reply = compare(body(false, "openai/gpt-4.1-mini", "qwen/qwen3-max", "openai/gpt-4o"));
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    JsonNode results = reply.json().path("results");
    assertThat(results).hasSize(3);
    JsonNode first = results.get(0);
    assertThat(first.path("model").asText()).isEqualTo("openai/gpt-4.1-mini");
    assertThat(first.at("/answer/choices/0/message/content").asText()).isEqualTo("from openai");
    assertThat(first.at("/usage/total_tokens").asInt()).isEqualTo(5);
    assertThat(first.path("error").isNull()).isTrue();
    assertThat(first.path("duration_ms").isNumber()).isTrue();
    assertThat(first.path("cost").asText())
        .isEqualTo("0.000004400"); // 3 * 0.4 + 2 * 1.6 of a million
    assertThat(first.path("currency").asText()).isEqualTo("USD");
    JsonNode second = results.get(1);
    assertThat(second.at("/error/code").asText()).isEqualTo("upstream_error");
    assertThat(second.has("answer")).isFalse();
    assertThat(second.path("cost").isNull()).isTrue();
    assertThat(second.path("currency").isNull()).isTrue();
    assertThat(results.get(2).at("/answer/model").asText()).isEqualTo("gpt-4o");
  }

  @Test
  void streamsAreInterleavedUnderTheirLabels() throws Exception {
    openai.always(Script.HOLD);
    qwen.always(Script.HOLD);
    try (RawClient raw =
        gateway.raw().post("/v1/compare", body(true, "openai/gpt-4.1-mini", "qwen/qwen3-max"))) {
      ProviderCall a = openai.await();
      ProviderCall b = qwen.await();
      a.openStream();
      b.openStream();
      a.event(Chunks.content("a1"));
      expectChunk(raw, 0, "a1");
      b.event(Chunks.content("b1"));
      expectChunk(raw, 1, "b1");
      a.event(Chunks.content("a2"));
      expectChunk(raw, 0, "a2");
      b.cut();
      JsonNode broken = Reply.json(raw.event().data());
      assertThat(broken.path("index").asInt()).isEqualTo(1);
      assertThat(broken.at("/result/error/code").asText()).isEqualTo("upstream_error");
      a.event(Chunks.finish("stop"));
      a.event(Chunks.usage());
      a.event(Chunks.DONE);
      a.endStream();
      assertThat(Reply.json(raw.event().data()).at("/chunk/choices/0/finish_reason").asText())
          .isEqualTo("stop");
      JsonNode result = Reply.json(raw.event().data()).path("result");
      assertThat(result.path("answered_by").asText()).isEqualTo("openai/gpt-4.1-mini");
      assertThat(result.path("time_to_first_token_ms").isNumber()).isTrue();
      assertThat(result.path("tokens_per_second").isNumber()).isTrue();
      assertThat(result.path("cost").asText()).isEqualTo("0.000004400");
      assertThat(raw.event().data()).isEqualTo(Chunks.DONE);
    }
  }

  @Test
  void whatHasNoPriceHasNoCost() {
    JsonNode result = compare(body(false, "qwen/new", "openai/gpt-4o")).json().at("/results/0");
    assertThat(result.at("/usage/total_tokens").asInt()).isEqualTo(5);
    assertThat(result.has("cost")).isTrue();
    assertThat(result.path("cost").isNull()).isTrue();
  }

  private static void expectChunk(RawClient raw, int index, String text) throws Exception {
    JsonNode event = Reply.json(raw.event().data());
    assertThat(event.path("index").asInt(-1)).isEqualTo(index);
    assertThat(event.at("/chunk/choices/0/delta/content").asText()).isEqualTo(text);
  }

  @Test
  void theClientLeavingStopsAll() throws Exception {
    openai.always(Script.HOLD);
    qwen.always(Script.HOLD);
    RawClient raw =
        gateway.raw().post("/v1/compare", body(true, "openai/gpt-4.1-mini", "qwen/qwen3-max"));
    List<ProviderCall> calls = List.of(openai.await(), qwen.await());
    raw.close();
    for (ProviderCall call : calls) {
      call.awaitGone();
    }
  }

  @Test
  void anUnknownModelIsAnErrorOfItsBranch() {
    JsonNode results =
        compare(body(false, "nobody/nothing", "openai/gpt-4o")).json().path("results");
    assertThat(results.get(0).at("/error/code").asText()).isEqualTo("model_not_found");
    assertThat(results.get(1).path("error").isNull()).isTrue();
  }

  @Test
  void manyAreAskedAtOnce() throws Exception {
    openai.always(Script.HOLD);
    String[] models = new String[20];
    java.util.Arrays.fill(models, "openai/gpt-4o");
    var reply =
        java.util.concurrent.CompletableFuture.supplyAsync(() -> compare(body(false, models)));
    for (int i = 0; i < 20; i++) {
      openai.await();
    }
    assertThat(openai.calls()).hasSize(20);
    for (ProviderCall call : openai.calls()) {
      call.json(200, Chunks.completion("m", "x"));
    }
    assertThat(reply.get(20, java.util.concurrent.TimeUnit.SECONDS).json().path("results"))
        .hasSize(20);
    ErrorsIT.expect(
        compare(body(false, java.util.Arrays.copyOf(models, 20)).replaceFirst("\\[", "[\"x/y\",")),
        400,
        "invalid_value");
  }

  @Test
  void aKeyAndAGoodRequestAreNeeded() {
    assertThat(
            client
                .withKey(null)
                .post("/v1/compare", BodyPublishers.ofString(body(false, "openai/gpt-4o")))
                .status())
        .isEqualTo(401);
    ErrorsIT.expect(compare("{}"), 400, "missing_required_parameter");
    ErrorsIT.expect(client.get("/v1/compare"), 405, "method_not_allowed");
  }
}

package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream that is cut goes on at another provider, when the client asked for that. */
class ResumeIT {
  private static final String FIRST = "openai/gpt-4.1-mini";
  private static final String NO_PREFILL = "qwen/qwen3-max";
  private static final String SECOND = "mistral/mistral-large-latest";
  private static final String RESUME =
      ",\"resume\":true,\"models\":[\"" + NO_PREFILL + "\",\"" + SECOND + "\",\"vllm/own\"]";
  private static final String TOOL_CALL =
      """
      {"id":"c-1","object":"chat.completion.chunk","created":1750000000,"model":"m-1","choices":[{"index":0,\
      "delta":{"tool_calls":[{"index":0,"id":"t-1","type":"function","function":{"name":"f","arguments":"{"}}]},\
      "finish_reason":null}]}""";

  @TempDir private static Path config = Path.of("");
  private static ProviderServer openai;
  private static ProviderServer qwen;
  private static ProviderServer mistral;
  private static ProviderServer vllm;
  private static Gateway gateway;
  private static ApiClient client;

  @BeforeAll
  static void start() throws IOException {
    Path catalogue = Files.createDirectories(config.resolve("catalogue"));
    Files.writeString(
        catalogue.resolve("models.yaml"), SECOND + ": {upstream: mistral-large-latest}\n");
    openai = ProviderServer.start();
    qwen = ProviderServer.start();
    mistral = ProviderServer.start();
    vllm = ProviderServer.start();
    gateway =
        Gateway.with()
            .withoutBreakers()
            .config(config)
            .provider("openai", openai)
            .provider("qwen", qwen)
            .provider("mistral", mistral)
            .provider("vllm", vllm)
            .start();
    client = gateway.client();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    openai.close();
    qwen.close();
    mistral.close();
    vllm.close();
  }

  @BeforeEach
  void forget() {
    openai.always(Script.cut(Chunks.role(), Chunks.content("One, "), Chunks.content("two, ")));
    qwen.always(Script.words(1));
    mistral.always(ends(" three", "."));
    vllm.always(ends("four"));
  }

  private static Script ends(String... texts) {
    return call -> {
      call.openStream();
      call.event(Chunks.role());
      for (String text : texts) {
        call.event(Chunks.content(text));
      }
      call.event(Chunks.finish("stop"));
      call.event(Chunks.DONE);
      call.endStream();
    };
  }

  private static String text(Reply reply) {
    StringBuilder text = new StringBuilder();
    for (String event : reply.events()) {
      if (!event.equals(Chunks.DONE)) {
        text.append(Reply.json(event).at("/choices/0/delta/content").asText(""));
      }
    }
    return text.toString();
  }

  private static void expectCut(Reply reply) {
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.whole()).isFalse();
    List<String> events = reply.events();
    assertThat(events).filteredOn(event -> event.startsWith("{\"error\"")).hasSize(1);
    assertThat(events.get(events.size() - 1)).startsWith("{\"error\"");
    assertThat(events).doesNotContain(Chunks.DONE);
  }

  @Test
  void isNotResumedUnasked() {
    Reply reply = client.chat(question(FIRST, true, RESUME.replace("\"resume\":true,", "")));
    expectCut(reply);
    assertThat(mistral.count()).isZero();
  }

  @Test
  void isNotResumedAfterAToolCallHasBegun() {
    openai.always(Script.cut(Chunks.role(), Chunks.content("Hm"), TOOL_CALL));
    expectCut(client.chat(question(FIRST, true, RESUME)));
    assertThat(mistral.count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"response_format\":{\"type\":\"json_object\"}",
        ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{}}}"
      })
  void isNotResumedWhenJsonIsWritten(String format) {
    expectCut(client.chat(question(FIRST, true, RESUME + format)));
    assertThat(mistral.count()).isZero();
  }

  @Test
  void isNotResumedWhenModerationBrokeIt() {
    openai.always(
        Script.stream(Chunks.role(), Chunks.content("One"), Chunks.finish("content_filter")));
    Reply reply = client.chat(question(FIRST, true, RESUME));
    assertThat(mistral.count()).isZero();
    assertThat(text(reply)).isEqualTo("One");
  }

  @Test
  void theFirstFailureIsToldWhenNobodyCanGoOn() {
    mistral.always(Script.error(400, "invalid_request_error", "no_prefill"));
    vllm.always(Script.error(500, "server_error", "down"));
    Reply reply = client.chat(question(FIRST, true, RESUME));
    expectCut(reply);
    assertThat(text(reply)).isEqualTo("One, two, ");
    assertThat(reply.events().get(3)).contains("upstream_error");
    assertThat(vllm.count()).isPositive();
  }

  @Test
  void aTargetThatRefusesToGoOnIsPassedOver() {
    mistral.always(Script.error(400, "invalid_request_error", "no_prefill"));
    Reply reply = client.chat(question(FIRST, true, RESUME + ",\"x_own\":7"));
    assertThat(text(reply)).isEqualTo("One, two, four");
    JsonNode sent = vllm.last().json();
    assertThat(sent.path("continue_final_message").asBoolean()).isTrue();
    assertThat(sent.path("x_own").asInt()).isEqualTo(7);
    assertThat(sent.at("/messages/1").has("prefix")).isFalse();
  }

  @Test
  void theClientSeesOneAnswer() {
    Reply reply = client.chat(question(FIRST, true, RESUME + ",\"max_tokens\":100"));
    assertThat(reply.whole()).isTrue();
    assertThat(text(reply)).isEqualTo("One, two, three.");
    List<String> events = reply.events();
    assertThat(events.get(events.size() - 1)).isEqualTo(Chunks.DONE);
    assertThat(events).filteredOn(event -> event.contains("\"role\"")).hasSize(1);
    assertThat(events).filteredOn(event -> event.contains("error")).isEmpty();
    assertThat(events.subList(0, events.size() - 1))
        .allSatisfy(event -> assertThat(Reply.json(event).path("id").asText()).isEqualTo("c-1"));
  }

  @Test
  void theNextProviderIsAskedForTheRest() {
    client.chat(question(FIRST, true, RESUME + ",\"max_tokens\":100"));
    assertThat(qwen.count()).as("calls of a model that takes no begun answer").isZero();
    JsonNode sent = mistral.last().json();
    JsonNode last = sent.path("messages").path(sent.path("messages").size() - 1);
    assertThat(last.path("role").asText()).isEqualTo("assistant");
    assertThat(last.path("content").asText()).isEqualTo("One, two,");
    assertThat(last.path("prefix").asBoolean()).isTrue();
    assertThat(sent.path("max_tokens").asInt()).isBetween(90, 99);
    assertThat(sent.has("resume")).isFalse();
    assertThat(openai.last().json().has("resume")).isFalse();
  }

  @Test
  void aRestThatIsCutGoesOnOnceMore() {
    mistral.always(Script.cut(Chunks.role(), Chunks.content("three, ")));
    Reply reply = client.chat(question(FIRST, true, RESUME));
    assertThat(text(reply)).isEqualTo("One, two, three, four");
    JsonNode messages = vllm.last().json().path("messages");
    assertThat(messages.path(messages.size() - 1).path("content").asText())
        .isEqualTo("One, two, three,");
  }

  @Test
  void theSameTargetGoesOnWhenThereIsNoOther() {
    vllm.first(Script.cut(Chunks.role(), Chunks.content("One, ")));
    Reply reply = client.chat(question("vllm/own", true, ",\"resume\":true"));
    assertThat(text(reply)).isEqualTo("One, four");
    assertThat(vllm.count()).isEqualTo(2);
  }

  @Test
  void aBranchOfAComparisonGoesOnToo() {
    vllm.first(Script.cut(Chunks.role(), Chunks.content("One, ")));
    Reply reply =
        client.post(
            "/v1/compare", BodyPublishers.ofString(question("vllm/own", true, ",\"resume\":true")));
    List<String> events = reply.events();
    assertThat(events).hasSize(6).endsWith(Chunks.DONE);
    assertThat(events.get(2)).contains("four");
    JsonNode result = Reply.json(events.get(4)).path("result");
    assertThat(result.path("error").isNull()).as(reply.body()).isTrue();
    assertThat(result.path("attempts").asInt()).isEqualTo(2);
    assertThat(result.path("time_to_first_token_ms").asInt(-1)).isNotNegative();
  }

  @Test
  void theDemoShowsIt() {
    Reply cut = client.chat(question("demo/cut", true, ""));
    expectCut(cut);
    Reply whole = client.chat(question("demo/chat", true, ""));
    Reply resumed =
        client.chat(question("demo/cut", true, ",\"resume\":true,\"models\":[\"demo/chat\"]"));
    assertThat(text(resumed)).isEqualTo(text(whole)).startsWith(text(cut));
  }
}

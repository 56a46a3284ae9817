package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.catalogue.CatalogueReader;
import dev.bactrian.catalogue.Model;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.LogCapture;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import dev.bactrian.simulator.AnthropicSimulator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Anthropic has beyond what every provider has. */
class AnthropicIT {
  private static final String MODEL = "anthropic/claude-sonnet-4.6";
  private static final String TOOLS =
      ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"parameters\":"
          + "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}}}]";

  private static ProviderServer provider;
  private static Gateway gateway;
  private static ApiClient client;

  @BeforeAll
  static void start() {
    provider = ProviderServer.start();
    Gateway.Settings settings = Gateway.with().withoutBreakers().set("bactrian.attempts", "1");
    new AnthropicSimulator()
        .settings("http://127.0.0.1:" + provider.port() + "/anthropic")
        .forEach((name, value) -> settings.kamelet("anthropic", name, value));
    gateway = settings.kamelet("anthropic", "anthropicBeta", "beta-a").start();
    client = gateway.client();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
  }

  @BeforeEach
  void forget() {
    provider.always(new AnthropicSimulator());
  }

  private static Reply ok(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply;
  }

  private static Reply ask(String model, String messages, String members) {
    return client.chat(
        "{\"model\":\"" + model + "\",\"messages\":[" + messages + "]" + members + "}");
  }

  private static String user(String text) {
    return "{\"role\":\"user\",\"content\":\"" + text + "\"}";
  }

  static Stream<String> models() {
    return new CatalogueReader("")
        .read().models().stream()
            .filter(model -> model.provider().equals("anthropic"))
            .map(Model::id);
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyModelTakesEverySetting(String model) {
    String settings =
        ",\"temperature\":1.7,\"top_p\":0.3,\"top_k\":5,\"n\":2,\"seed\":3,\"user\":\"u\","
            + "\"stop\":[\"@@\",\" \"],\"service_tier\":\"default\",\"max_tokens\":1000000,"
            + "\"metadata\":{\"a\":\"b\"},\"parallel_tool_calls\":false,\"logprobs\":true,"
            + "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\","
            + "\"schema\":{\"type\":\"object\"}}}";
    for (String effort : List.of("none", "minimal", "medium", "max")) {
      String thinking = ",\"reasoning_effort\":\"" + effort + "\"";
      ok(ask(model, user("Hi"), settings + thinking));
      ok(ask(model, user("Hi"), settings + thinking + TOOLS + ",\"tool_choice\":\"required\""));
    }
    ok(ask(model, user("Hi"), settings + TOOLS));
    String begun = ",{\"role\":\"assistant\",\"content\":\"It is \"}";
    ok(ask(model, user("Hi") + begun, settings + ",\"reasoning_effort\":\"low\""));
    assertThat(ok(ask(model, user("Hi"), settings)).header("x-bactrian-changes"))
        .contains("n=dropped", "seed=dropped", "stop=1 of 2", "metadata=dropped", "max_tokens=");
  }

  @ParameterizedTest
  @MethodSource("models")
  void aToolTurnOfAClientThatKeepsNoThoughtsGoesOn(String model) {
    JsonNode message = ok(ask(model, user("weather?"), TOOLS)).json().at("/choices/0/message");
    ObjectNode plain = Json.MAPPER.createObjectNode().put("role", "assistant");
    plain.set("tool_calls", message.path("tool_calls"));
    String result =
        ",{\"role\":\"tool\",\"content\":\"sunny\",\"tool_call_id\":\""
            + message.at("/tool_calls/0/id").asText()
            + "\"}";
    for (String thinking : List.of("", ",\"reasoning_effort\":\"low\"")) {
      assertThat(ok(ask(model, user("weather?") + "," + plain + result, TOOLS + thinking)).text())
          .isEqualTo("The tools said: sunny");
    }
  }

  @Test
  void thoughtsGoBackWithTheCallsThatTheyLedTo() {
    String thinking = TOOLS + ",\"reasoning_effort\":\"high\"";
    JsonNode message = ok(ask(MODEL, user("weather?"), thinking)).json().at("/choices/0/message");
    assertThat(message.path("reasoning_content").asText()).isEqualTo("Let me think.");
    assertThat(message.path("thinking_blocks")).hasSize(2);
    Reply second = goOn(message, thinking);
    assertThat(second.text()).isEqualTo("The tools said: sunny");
    assertThat(second.header("x-bactrian-changes")).isEmpty();
    JsonNode sent = provider.last().json();
    assertThat(sent.at("/thinking/type").asText()).isEqualTo("adaptive");
    assertThat(sent.at("/messages/1/content/0")).isEqualTo(message.at("/thinking_blocks/0"));
    assertThat(sent.at("/messages/1/content/2/type").asText()).isEqualTo("tool_use");
  }

  @Test
  void thoughtsOfAStreamGoBackJustAsWell() {
    String thinking = TOOLS + ",\"reasoning_effort\":\"high\"";
    Reply first = ok(ask(MODEL, user("weather?"), thinking + ",\"stream\":true"));
    ObjectNode message = Json.MAPPER.createObjectNode().put("role", "assistant");
    ArrayNode thoughts = message.putArray("thinking_blocks");
    ObjectNode call = message.putArray("tool_calls").addObject();
    StringBuilder arguments = new StringBuilder();
    for (String event : first.events()) {
      if (event.equals("[DONE]")) {
        break;
      }
      JsonNode delta = Reply.json(event).at("/choices/0/delta");
      delta.path("thinking_blocks").forEach(thoughts::add);
      JsonNode piece = delta.at("/tool_calls/0");
      if (piece.has("id")) {
        call.setAll((ObjectNode) piece);
      }
      arguments.append(piece.at("/function/arguments").asText(""));
    }
    ((ObjectNode) call.path("function")).put("arguments", arguments.toString());
    assertThat(thoughts).hasSize(2);
    assertThat(goOn(message, thinking).text()).isEqualTo("The tools said: sunny");
  }

  private static Reply goOn(JsonNode message, String members) {
    String result =
        ",{\"role\":\"tool\",\"content\":\"sunny\",\"tool_call_id\":\""
            + message.at("/tool_calls/0/id").asText()
            + "\"}";
    return ok(ask(MODEL, user("weather?") + "," + message + result, members));
  }

  @Test
  void thoughtsThatWereChangedAreRefused() {
    String thinking = TOOLS + ",\"reasoning_effort\":\"high\"";
    ObjectNode message =
        (ObjectNode) ok(ask(MODEL, user("weather?"), thinking)).json().at("/choices/0/message");
    ((ObjectNode) message.at("/thinking_blocks/0")).put("thinking", "other");
    Reply reply =
        ask(
            MODEL,
            user("weather?")
                + ","
                + message
                + ",{\"role\":\"tool\",\"content\":\"x\",\"tool_call_id\":\"toolu_00\"}",
            thinking);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error().path("message").asText()).contains("signature");
  }

  @Test
  void marksForTheCacheArriveAndTheTokensAreToldApart() {
    String mark = "\"cache_control\":{\"type\":\"ephemeral\"}";
    String body =
        "{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"one two three\","
            + mark
            + "}]},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"four\","
            + mark
            + "}]}";
    JsonNode first =
        ok(ask(MODEL, body, TOOLS.replace("\"function\":{", mark + ",\"function\":{"))).json();
    JsonNode sent = provider.last().json();
    assertThat(sent.at("/system/0/cache_control/type").asText()).isEqualTo("ephemeral");
    assertThat(sent.at("/messages/0/content/0/cache_control/type").asText()).isEqualTo("ephemeral");
    assertThat(sent.at("/tools/0/cache_control/type").asText()).isEqualTo("ephemeral");
    assertThat(first.at("/usage/prompt_tokens").asInt()).isEqualTo(4);
    assertThat(first.at("/usage/prompt_tokens_details/cache_write_tokens").asInt()).isEqualTo(3);
    assertThat(first.at("/usage/prompt_tokens_details/cached_tokens").asInt()).isZero();
    Reply again =
        ok(ask(MODEL, body, ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
    JsonNode usage = Reply.json(again.events().get(again.events().size() - 2)).path("usage");
    assertThat(usage.at("/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(3);
    assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(4);
  }

  @Test
  void thoughtsAreCounted() {
    JsonNode usage =
        ok(ask(MODEL, user("Hi"), ",\"reasoning_effort\":\"low\"")).json().path("usage");
    assertThat(usage.at("/completion_tokens_details/reasoning_tokens").asInt()).isEqualTo(3);
  }

  @Test
  void aPictureCanBeAnAddress() {
    String picture =
        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"look\"},{\"type\":"
            + "\"image_url\",\"image_url\":{\"url\":\"https://example.com/a.png\"}}]}";
    assertThat(ok(ask(MODEL, picture, "")).text()).contains("show 1 images");
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/bmp", "application/x"})
  void aPictureOfAnotherKindIsTheClientsMistake(String type) {
    String picture =
        "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:"
            + type
            + ";base64,aGk=\"}}]}";
    Reply reply = ask(MODEL, picture, "");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error().path("param").asText())
        .isEqualTo("messages.0.content.0.source.base64.media_type");
  }

  @Test
  void aPartThatAnthropicCannotTakeIsRefusedHere() {
    Reply reply =
        ask(
            MODEL,
            "{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{}}]}",
            "");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error().path("code").asText()).isEqualTo("unsupported_value");
    assertThat(provider.count()).isZero();
  }

  @Test
  void overloadIs503() {
    Reply reply = ask(MODEL, user("fail:overload"), "");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.error().path("message").asText()).isEqualTo("Overloaded");
  }

  @Test
  void anErrorInTheMiddleOfAStreamIsToldWithItsCode() {
    Reply reply = ask(MODEL, user("fail:stream"), ",\"stream\":true");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.whole()).isFalse();
    JsonNode last = Reply.json(reply.events().get(reply.events().size() - 1));
    assertThat(last.at("/error/code").asText()).isEqualTo("server_is_overloaded");
  }

  @Test
  void aRateLimitTellsWhenToComeBack() {
    Reply reply = ask(MODEL, user("fail:rate"), "");
    assertThat(reply.status()).isEqualTo(429);
    assertThat(reply.header("retry-after")).isEqualTo("2");
  }

  @Test
  void betasAndVersionAreHeaders() {
    ok(ask(MODEL, user("Hi"), ",\"betas\":[\"beta-b\"]"));
    ProviderCall call = provider.last();
    assertThat(call.header("anthropic-beta")).isEqualTo("beta-a,beta-b");
    assertThat(call.header("anthropic-version")).isEqualTo("2023-06-01");
    assertThat(call.target()).isEqualTo("/anthropic/v1/messages");
    assertThat(call.headers()).doesNotContainKey("authorization");
  }

  @Test
  void aMemberOfAnyNameIsToldInAHeaderThatIsOne() {
    Reply reply = ok(ask(MODEL, user("Hi"), ",\"a\\r\\nset-cookie: b\":1,\"ü\":2"));
    assertThat(reply.header("x-bactrian-changes")).isEqualTo("a??set-cookie: b=dropped;?=dropped");
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      many.append(",\"member").append(i).append("\":1");
    }
    Reply told = ok(ask(MODEL, user("Hi"), many.toString()));
    assertThat(told.header("x-bactrian-changes")).hasSizeLessThan(2100).endsWith("...");
  }

  @Test
  void aStreamThatComesAsAWholeAnswerIsStreamed() {
    provider.always(
        Script.status(
            200,
            "{\"id\":\"msg_1\",\"type\":\"message\",\"model\":\"m\",\"content\":[{\"type\":\"text\","
                + "\"text\":\"Hello\"}],\"stop_reason\":\"end_turn\","
                + "\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}"));
    Reply reply = ok(client.chat(question(MODEL, true, "")));
    assertThat(reply.events()).hasSize(3).endsWith("[DONE]");
    assertThat(Reply.json(reply.events().get(0)).at("/choices/0/delta/content").asText())
        .isEqualTo("Hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"apiKey", "authToken"})
  void aSecretMayHaveAnyCharacterAndIsNotShown(String property) {
    String secret = "se-${sys:user.home}-#{y}-RAW(z)-%41+&?-0123456789";
    try (LogCapture log = new LogCapture();
        Gateway other =
            Gateway.with()
                .set("bactrian.attempts", "1")
                .kamelet("anthropic", "baseUrl", "http://127.0.0.1:" + provider.port())
                .kamelet("anthropic", property, secret)
                .start()) {
      provider.always(Script.status(401, "{\"error\":{\"message\":\"no: " + secret + "\"}}"));
      Reply reply = other.client().ask(MODEL);
      assertThat(reply.status()).as(reply.body()).isEqualTo(502);
      assertThat(reply.body()).doesNotContain("0123456789");
      ProviderCall call = provider.last();
      boolean key = property.equals("apiKey");
      assertThat(call.header("x-api-key")).isEqualTo(key ? secret : null);
      assertThat(call.header("authorization")).isEqualTo(key ? null : "Bearer " + secret);
      assertThat(log.text()).doesNotContain("0123456789");
    }
  }
}

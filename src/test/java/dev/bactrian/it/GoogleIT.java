package dev.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.simulator.GeminiSimulator;
import dev.bactrian.simulator.GoogleTokens;
import dev.bactrian.simulator.Simulator;
import dev.bactrian.simulator.VertexSimulator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is Google's own, beside what every provider passes. */
class GoogleIT {
  private static final GeminiSimulator GOOGLE = new GeminiSimulator();
  private static final VertexSimulator VERTEX = new VertexSimulator();
  private static final ProviderServer GOOGLE_SERVER = ProviderServer.start();
  private static final ProviderServer VERTEX_SERVER = ProviderServer.start();
  private static final Gateway GATEWAY = start();

  private static Gateway start() {
    Gateway.Settings settings = Gateway.with().withoutBreakers().set("bactrian.attempts", "1");
    settings(settings, GOOGLE, GOOGLE_SERVER);
    settings(settings, VERTEX, VERTEX_SERVER);
    return settings.start();
  }

  private static void settings(
      Gateway.Settings settings, Simulator simulator, ProviderServer server) {
    simulator
        .settings("http://127.0.0.1:" + server.port() + "/" + simulator.name())
        .forEach((name, value) -> settings.kamelet(simulator.provider(), name, value));
  }

  @BeforeEach
  void simulate() {
    GOOGLE_SERVER.always(GOOGLE::answer);
    VERTEX_SERVER.always(VERTEX::answer);
  }

  @AfterAll
  static void stop() {
    GATEWAY.close();
    GOOGLE_SERVER.close();
    VERTEX_SERVER.close();
  }

  private static ObjectNode request(String model, String user) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", model);
    body.putArray("messages").addObject().put("role", "user").put("content", user);
    return body;
  }

  private static Reply chat(ObjectNode body) {
    return GATEWAY.client().chat(body.toString());
  }

  @Test
  void aThoughtsSignatureGoesRoundWithItsCall() {
    ObjectNode body = request("google/gemini-3.5-flash", "weather?");
    ObjectNode tool = body.putArray("tools").addObject().put("type", "function");
    tool.putObject("function").put("name", "get_weather");
    JsonNode said = chat(body).json().at("/choices/0/message");
    JsonNode call = said.at("/tool_calls/0");
    assertThat(call.at("/extra_content/google/thought_signature").asText())
        .isEqualTo(GeminiSimulator.SIGNATURE);

    ArrayNode messages = (ArrayNode) body.get("messages");
    messages.add(said);
    ObjectNode result = messages.addObject().put("role", "tool").put("content", "sunny");
    result.put("tool_call_id", call.path("id").asText());
    assertThat(chat(body).text()).isEqualTo("The tools said: sunny");
    assertThat(signature()).isEqualTo(GeminiSimulator.SIGNATURE);

    ((ObjectNode) call).remove("extra_content");
    assertThat(chat(body).text()).as("a client that lost it").isEqualTo("The tools said: sunny");
    assertThat(signature()).isEqualTo("skip_thought_signature_validator");

    ((ObjectNode) call)
        .putObject("extra_content")
        .putObject("google")
        .put("thought_signature", "forged");
    assertThat(chat(body).status()).isEqualTo(400);
  }

  private static String signature() {
    return GOOGLE_SERVER.last().json().at("/contents/1/parts/0/thoughtSignature").asText();
  }

  @Test
  void safetySettingsAndSearchPass() {
    ObjectNode body = request("google/gemini-2.5-flash", "Hi");
    ObjectNode setting = body.putArray("safety_settings").addObject();
    setting.put("category", "HARM_CATEGORY_HARASSMENT").put("threshold", "BLOCK_NONE");
    body.putArray("tools").addObject().putObject("google_search");
    Reply reply = chat(body);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("x-bactrian-changes")).isEmpty();
    JsonNode sent = GOOGLE_SERVER.last().json();
    assertThat(sent.path("safetySettings")).isEqualTo(body.get("safety_settings"));
    assertThat(sent.path("tools")).isEqualTo(body.get("tools"));

    setting.put("threshold", "BLOCK_PERHAPS");
    Reply refused = chat(body);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.error().path("message").asText()).contains("safety threshold");
  }

  @Test
  void whatIsChangedIsTold() {
    ObjectNode body = request("google/gemini-2.5-flash", "Hi");
    body.put("n", 3).put("user", "someone").put("temperature", 2.5);
    Reply reply = chat(body);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("x-bactrian-changes").split(";"))
        .containsExactlyInAnyOrder("n=1", "user=dropped", "temperature=2");
  }

  @Test
  void aPicturesAddressIsRefusedAndNotFetched() {
    ObjectNode body = request("google/gemini-2.5-flash", "");
    ObjectNode part =
        ((ObjectNode) body.at("/messages/0"))
            .putArray("content")
            .addObject()
            .put("type", "image_url");
    part.putObject("image_url").put("url", GOOGLE_SERVER.baseUrl() + "/picture.png");
    Reply reply = chat(body);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error().path("param").asText())
        .isEqualTo("messages[0].content[0].image_url.url");
    assertThat(GOOGLE_SERVER.count()).isZero();
  }

  @Test
  void aBlockedPromptIsTheClientsMatter() {
    for (boolean stream : new boolean[] {false, true}) {
      Reply reply = chat(request("google/gemini-2.5-flash", "fail:content").put("stream", stream));
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.error().path("code").asText()).isEqualTo("content_filter");
      assertThat(reply.error().path("message").asText()).contains("PROHIBITED_CONTENT");
    }
  }

  @Test
  void theWaitThatGoogleAsksForIsPassedOn() {
    Reply reply = chat(request("google/gemini-2.5-flash", "fail:rate"));
    assertThat(reply.status()).isEqualTo(429);
    assertThat(reply.header("retry-after-ms")).isEqualTo("34");
  }

  @Test
  void anArrayInPlaceOfAStreamIsStreamed() {
    String pieces =
        "[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hel\"}]}}]},"
            + "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"lo\"}]},"
            + "\"finishReason\":\"STOP\"}]}]";
    GOOGLE_SERVER.always(call -> call.json(200, pieces));
    Reply reply = chat(request("google/gemini-2.5-flash", "Hi").put("stream", true));
    assertThat(reply.body()).contains("\"content\":\"Hello\"");
    assertThat(reply.events()).endsWith("[DONE]");
  }

  @Test
  void theKeyIsNotRepeated() {
    GOOGLE_SERVER.always(
        call ->
            call.json(
                400,
                "{\"error\":{\"code\":400,\"message\":\"no: %s\"}}"
                    .formatted(call.header("x-goog-api-key"))));
    assertThat(chat(request("google/gemini-2.5-flash", "Hi")).body())
        .doesNotContain(GeminiSimulator.KEY);
  }

  @Test
  void anExpiredTokenIsRenewedUnseen() {
    assertThat(chat(request("vertex/gemini-2.5-flash", "one")).status()).isEqualTo(200);
    int before = VERTEX.tokens().issued();
    VERTEX.tokens().expireAll();
    Reply reply = chat(request("vertex/gemini-2.5-flash", "two"));
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("x-bactrian-attempts")).isEqualTo("1");
    assertThat(VERTEX.tokens().issued()).isEqualTo(before + 1);
  }

  @Test
  void manyCallsWithAnExpiredTokenRenewItOnce() {
    assertThat(chat(request("vertex/gemini-2.5-flash", "one")).status()).isEqualTo(200);
    int before = VERTEX.tokens().issued();
    VERTEX.tokens().expireAll();
    List<CompletableFuture<Reply>> replies =
        IntStream.range(0, 8)
            .mapToObj(
                i -> GATEWAY.client().chatting(request("vertex/gemini-2.5-flash", "x").toString()))
            .toList();
    assertThat(replies).allSatisfy(reply -> assertThat(reply.join().status()).isEqualTo(200));
    assertThat(VERTEX.tokens().issued()).isEqualTo(before + 1);
  }

  @Test
  void aTokenThatIsRefusedTwiceIsAFailure() {
    VERTEX_SERVER.always(
        call -> {
          VERTEX.tokens().expireAll();
          VERTEX.answer(call);
        });
    Reply reply = chat(request("vertex/gemini-2.5-flash", "Hi"));
    assertThat(reply.status()).isEqualTo(502);
    assertThat(reply.error().path("code").asText()).isEqualTo("upstream_auth");
    assertThat(reply.body()).doesNotContain("ya29.").doesNotContain(GoogleTokens.EMAIL);
    assertThat(VERTEX_SERVER.calls().stream().filter(call -> call.target().contains(":generate")))
        .hasSize(2);
  }

  @Test
  void theModelDecidesWhoIsAskedOnVertex() {
    for (List<String> each :
        List.of(
            List.of("vertex/gemini-2.5-pro", "/v1/", "/publishers/google/models/gemini-2.5-pro:"),
            List.of("vertex/claude-sonnet-4-6", "/v1/", "/publishers/anthropic/models/claude-"),
            List.of("vertex/meta/llama-4", "/v1beta1/", "/endpoints/openapi/chat/completions"))) {
      chat(request(each.get(0), "Hi"));
      ProviderCall last = VERTEX_SERVER.last();
      assertThat(last.target())
          .startsWith("/vertex" + each.get(1) + "projects/simulated-project/locations/europe-west4")
          .contains(each.get(2));
    }
    assertThat(VERTEX_SERVER.last().member("model")).isEqualTo("meta/llama-4");
  }

  @Test
  void aGivenTokenMayHoldAnyCharacters() {
    String token = "ya29.${body}-#{x}-RAW(%41),a'b";
    ProviderServer server = ProviderServer.start();
    server.always(call -> call.json(404, "{\"error\":{\"code\":404,\"status\":\"NOT_FOUND\"}}"));
    try (server;
        Gateway gateway =
            Gateway.with()
                .kamelet("vertex", "project", "p")
                .kamelet("vertex", "baseUrl", server.baseUrl())
                .kamelet("vertex", "accessToken", token)
                .start()) {
      gateway.client().ask("vertex/gemini-2.5-flash");
      assertThat(server.last().header("authorization")).isEqualTo("Bearer " + token);
      assertThat(server.last().target()).startsWith("/v1/projects/p/locations/global/");
    }
  }
}

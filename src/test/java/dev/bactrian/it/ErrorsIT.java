package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client does wrong, it gets the right status and an OpenAI error body. */
class ErrorsIT {
  private static final int LIMIT = 20_000;
  private static ProviderServer provider;
  private static Gateway gateway;
  private static ApiClient client;

  @BeforeAll
  static void start() {
    provider = ProviderServer.start();
    gateway =
        Gateway.with()
            .provider("openai", provider)
            .set("bactrian.max-body", Integer.toString(LIMIT))
            .start();
    client = gateway.client();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
  }

  @BeforeEach
  void forget() {
    provider.always(Script.completion("Hello"));
  }

  /** What every error answer must look like. */
  static Reply expect(Reply reply, int status, String code) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.header("content-type")).isEqualTo("application/json");
    assertThat(reply.header("x-request-id")).startsWith("req_");
    assertThat(reply.json().fieldNames()).toIterable().containsExactly("error");
    assertThat(reply.error().fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("message", "type", "param", "code");
    assertThat(reply.error().path("message").asText()).isNotBlank();
    assertThat(reply.error().path("type").asText()).isNotBlank();
    assertThat(reply.error().path("code").asText()).isEqualTo(code);
    assertThat(reply.body()).doesNotContain("Exception", "\\tat ", "dev.bactrian", "org.apache");
    return reply;
  }

  @Test
  void noKeyIsRefused() {
    Reply reply = expect(client.withKey(null).ask("gpt-4.1-mini"), 401, "invalid_api_key");
    assertThat(reply.header("www-authenticate")).isEqualTo("Bearer");
    expect(client.withKey(null).get("/v1/models"), 401, "invalid_api_key");
    expect(client.withKey(null).get("/v1/models/openai/gpt-4.1"), 401, "invalid_api_key");
    assertThat(provider.count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk-wrong", "sk-test-clien", "sk-test-client2", "Sk-test-client", "x"})
  void aWrongKeyIsRefusedAndNotRepeated(String key) {
    Reply reply = expect(client.withKey(key).ask("gpt-4.1-mini"), 401, "invalid_api_key");
    assertThat(reply.error().path("message").asText()).doesNotContain(key.repeat(2), "sk-");
    assertThat(provider.count()).isZero();
  }

  @Test
  void aKeyInTheQueryStringIsNoKey() {
    for (String name : List.of("Authorization", "authorization", "x-api-key", "X-Api-Key")) {
      String value = name.contains("uth") ? "Bearer%20" + Gateway.KEY : Gateway.KEY;
      Reply reply =
          client
              .withKey(null)
              .post(
                  "/v1/chat/completions?" + name + "=" + value,
                  BodyPublishers.ofString(question("gpt-4.1-mini", false, "")));
      expect(reply, 401, "invalid_api_key");
    }
    assertThat(provider.count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "",
        "nonsense",
        "[]",
        "\"text\"",
        "null",
        "{\"model\":}",
        "{\"model\":\"a\"} more",
        "{\"model\":\"gpt-4.1\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]",
        "{\"a\":\"\u0001\"}"
      })
  void brokenJsonIsRefused(String body) {
    expect(client.chat(body), 400, "invalid_json");
    assertThat(provider.count()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model|5|invalid_type|model",
        "messages|\"Hi\"|invalid_type|messages",
        "messages|[]|empty_array|messages",
        "messages|[\"Hi\"]|invalid_type|messages[0]",
        "messages|[{\"content\":\"Hi\"}]|missing_required_parameter|messages[0].role",
        "messages|[{\"role\":\"king\",\"content\":\"Hi\"}]|invalid_value|messages[0].role",
        "messages|[{\"role\":\"user\",\"content\":5}]|invalid_type|messages[0].content",
        "temperature|\"hot\"|invalid_type|temperature",
        "top_p|true|invalid_type|top_p",
        "stream|\"yes\"|invalid_type|stream",
        "n|0|invalid_value|n",
        "max_tokens|-1|invalid_value|max_tokens",
        "max_completion_tokens|1.5|invalid_type|max_completion_tokens",
        "tools|{}|invalid_type|tools",
        "tool_choice|1|invalid_type|tool_choice",
        "stop|1|invalid_type|stop",
        "models|\"gpt-4.1\"|invalid_type|models",
        "models|[1]|invalid_type|models",
        "stream_options|{\"include_usage\":true}|invalid_value|stream_options",
        "response_format|\"json\"|invalid_type|response_format"
      })
  void aWrongMemberIsNamed(String member, String value, String code, String param) {
    var body = (ObjectNode) Reply.json(question("gpt-4.1-mini", false, ""));
    body.set(member, Reply.json(value));
    Reply reply = expect(client.chat(body.toString()), 400, code);
    assertThat(reply.error().path("param").asText()).isEqualTo(param);
    assertThat(reply.error().path("type").asText()).isEqualTo("invalid_request_error");
    assertThat(provider.count()).isZero();
  }

  @Test
  void aMissingMemberIsNamed() {
    for (String member : List.of("model", "messages")) {
      var body = (ObjectNode) Reply.json(question("gpt-4.1-mini", false, ""));
      body.remove(member);
      Reply reply = expect(client.chat(body.toString()), 400, "missing_required_parameter");
      assertThat(reply.error().path("param").asText()).isEqualTo(member);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nobody/knows", "nothing", "openai/", "/", "openai/gpt-4.1/x", "../x", "${x}"})
  void anUnknownModelIsNotFound(String model) {
    Reply reply = expect(client.ask(model), 404, "model_not_found");
    assertThat(reply.error().path("param").asText()).isEqualTo("model");
    assertThat(reply.error().path("message").asText()).contains(model);
    expect(client.stream(model), 404, "model_not_found");
    assertThat(provider.count()).isZero();
  }

  @Test
  void aProviderWithoutAKeySaysWhichVariableToSet() {
    Reply reply = expect(client.ask("deepseek/deepseek-v4-pro"), 404, "model_not_found");
    assertThat(reply.error().path("message").asText()).contains("DEEPSEEK_API_KEY");
    reply = expect(client.ask("ollama/llama3.2"), 404, "model_not_found");
    assertThat(reply.error().path("message").asText()).contains("OLLAMA_BASE_URL");
  }

  @Test
  void aBodyOverTheLimitIsTooLarge() {
    byte[] large =
        question("gpt-4.1-mini", false, ",\"x\":\"" + "x".repeat(LIMIT) + "\"")
            .getBytes(StandardCharsets.UTF_8);
    expect(
        client.post("/v1/chat/completions", BodyPublishers.ofByteArray(large)),
        413,
        "request_too_large");
    expect(
        client.post(
            "/v1/chat/completions",
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))),
        413,
        "request_too_large");
    assertThat(provider.count()).isZero();
  }

  @Test
  void aBodyUnderTheLimitIsTakenWithAndWithoutItsLength() {
    String body = question("gpt-4.1-mini", false, ",\"x\":\"" + "x".repeat(LIMIT / 2) + "\"");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    assertThat(client.chat(body).status()).isEqualTo(200);
    Reply chunked =
        client.post(
            "/v1/chat/completions",
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)));
    assertThat(chunked.status()).isEqualTo(200);
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void aFalseLengthOverTheLimitIsRefusedBeforeTheBodyCame() throws Exception {
    try (RawClient raw = gateway.raw()) {
      raw.send(
          "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
              + Gateway.KEY
              + "\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\n\r\n{");
      assertThat(raw.status()).isEqualTo(413);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/v1/chat/completions,POST",
    "DELETE,/v1/chat/completions,POST",
    "PUT,/v1/chat/completions,POST",
    "POST,/v1/models,GET",
    "DELETE,/v1/models/openai/gpt-4.1,GET"
  })
  void aWrongMethodSaysWhichIsRight(String method, String path, String allow) {
    Reply reply = expect(client.request(method, path), 405, "method_not_allowed");
    assertThat(reply.header("allow")).isEqualTo(allow);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1",
        "/v1/",
        "/v1/chat",
        "/v1/chat/completion",
        "/v1/chat/completions/x",
        "/v2/models",
        "/v1/modelsx",
        "/observe/health",
        "/q/health",
        "/admin",
        "/chat/completions"
      })
  void aWrongPathIsNotFound(String path) {
    expect(client.get(path), 404, "unknown_url");
    expect(client.post(path, BodyPublishers.ofString("{}")), 404, "unknown_url");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x"
      })
  void aWrongContentTypeIsRefused(String type) {
    Reply reply = client.chat(question("gpt-4.1-mini", false, ""), "content-type", type);
    expect(reply, 415, "unsupported_media_type");
    assertThat(provider.count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models/%zz",
        "/v1/models/%",
        "/v1/models/a%2",
        "/%ff%",
        "/v1/chat/completions/%G0"
      })
  void aBrokenEscapeInThePathIsABadRequest(String path) throws Exception {
    try (RawClient raw = gateway.raw()) {
      raw.send(
          "GET "
              + path
              + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
              + Gateway.KEY
              + "\r\nconnection: close\r\n\r\n");
      assertThat(raw.status()).isEqualTo(400);
      assertThat(raw.head().toLowerCase(Locale.ROOT))
          .contains("content-type: application/json", "x-request-id: req_");
      assertThat(raw.awaitClosed()).contains("{\"error\":{\"message\":");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GARBAGE\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /v1/models HTTP/1.1\r\nbad header\r\n\r\n"
      })
  void whatIsNotHttpIsRefusedWithoutHarm(String bytes) throws Exception {
    try (RawClient raw = gateway.raw()) {
      raw.send(bytes);
      assertThat(raw.awaitClosed()).doesNotContain("Exception");
    }
    assertThat(client.ask("gpt-4.1-mini").status()).isEqualTo(200);
  }

  @Test
  void everyRequestHasAnIdOfItsOwn() {
    assertThat(client.ask("nothing").header("x-request-id"))
        .isNotEqualTo(client.ask("nothing").header("x-request-id"));
  }
}

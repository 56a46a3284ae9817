package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.LogCapture;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a client sends decides where a call goes, and no secret leaves. */
class DoorIT {
  private static final String PROVIDER_KEY = "sk-real-${sys:user.home}-#{y}-0123456789";
  private static final String USUAL_KEY = "sk-proj-Ab12Cd34Ef56Gh78-Ij90";
  private static final String OPAQUE_KEY = "Zx81Qq92Ww03Ee14Rr25.Tt36Yy47Uu58";

  private static ProviderServer provider;
  private static ProviderServer elsewhere;
  private static Gateway gateway;
  private static ApiClient client;

  @BeforeAll
  static void start() {
    provider = ProviderServer.start();
    elsewhere = ProviderServer.start();
    gateway =
        Gateway.with()
            .withoutBreakers()
            .set("bactrian.attempts", "1")
            .kamelet("openai", "baseUrl", provider.baseUrl())
            .kamelet("openai", "apiKey", PROVIDER_KEY)
            .kamelet("deepseek", "baseUrl", provider.baseUrl())
            .kamelet("deepseek", "apiKey", OPAQUE_KEY)
            .kamelet("qwen", "baseUrl", provider.baseUrl())
            .kamelet("qwen", "apiKey", USUAL_KEY)
            .start();
    client = gateway.client();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
    elsewhere.close();
  }

  @BeforeEach
  void forget() {
    provider.always(Script.completion("Hello"));
    elsewhere.always(Script.completion("Gotcha"));
  }

  private static void expectTheRightPlace(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo("Hello");
    assertThat(elsewhere.count()).isZero();
    assertThat(provider.last().requestLine()).isEqualTo("POST /v1/chat/completions HTTP/1.1");
    assertThat(provider.last().head().toLowerCase(Locale.ROOT)).doesNotContain("camel");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CamelHttpUri",
        "CAmelHttpUri",
        "camelhttpuri",
        "CAMELHTTPURI",
        "CamelHttpPath",
        "cAMELhTTPpATH",
        "CamelHttpQuery",
        "CamelHttpHost",
        "CamelHttpMethod",
        "CamelToEndpoint",
        "CamelDestinationOverrideUrl",
        "CamelVariable.provider",
        "org.apache.camel.Uri",
        "baseUrl",
        "provider",
        "model",
        "Host"
      })
  void aHeaderOrQueryParameterNeverNamesTheUpstream(String name) {
    String url = elsewhere.baseUrl() + "/${body}";
    try (RawClient raw = gateway.raw()) {
      String body = question("gpt-4.1-mini", false, "");
      raw.send(
          "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"
              + name
              + ": "
              + url
              + "\r\nauthorization: Bearer "
              + Gateway.KEY
              + "\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      String all = raw.awaitClosed();
      assertThat(all).startsWith("HTTP/1.1 200").contains("Hello");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    String encoded = java.net.URLEncoder.encode(url, StandardCharsets.UTF_8);
    expectTheRightPlace(
        client.post(
            "/v1/chat/completions?" + name + "=" + encoded,
            BodyPublishers.ofString(question("gpt-4.1-mini", false, ""))));
  }

  @Test
  void aNameInTheBodyNeverNamesTheUpstream() {
    String url = elsewhere.baseUrl();
    for (String model :
        List.of(url, "kamelet:x", "direct:errors", "openai?baseUrl=" + url, "openai/../" + url)) {
      assertThat(client.ask(model).status()).isEqualTo(404);
    }
    assertThat(elsewhere.count()).isZero();
    expectTheRightPlace(
        client.chat(
            question(
                "gpt-4.1-mini",
                false,
                ",\"base_url\":\"%s\",\"api_base\":\"%s\",\"CamelHttpUri\":\"%s\""
                    .formatted(url, url, url))));
  }

  @Test
  void theClientsHeadersStayHere() {
    Reply reply =
        client.chat(
            question("gpt-4.1-mini", false, ""),
            "cookie",
            "session=secret-cookie",
            "x-stainless-lang",
            "python",
            "x-stainless-retry-count",
            "1",
            "openai-organization",
            "org-client",
            "x-api-key",
            "sk-another",
            "x-forwarded-for",
            "10.0.0.1",
            "user-agent",
            "OpenAI/Python",
            "x-own",
            "mine");
    expectTheRightPlace(reply);
    ProviderCall call = provider.last();
    assertThat(call.headers().keySet())
        .isSubsetOf(
            "host",
            "authorization",
            "content-type",
            "content-length",
            "user-agent",
            "accept-encoding",
            "traceparent",
            "tracestate");
    assertThat(call.head()).doesNotContain(Gateway.KEY, "secret-cookie", "OpenAI/Python");
  }

  @Test
  void aKeyWithPlaceholdersIsSentAsItIs() {
    expectTheRightPlace(client.ask("gpt-4.1-mini"));
    assertThat(provider.last().header("authorization")).isEqualTo("Bearer " + PROVIDER_KEY);
  }

  @Test
  void theProvidersHeadersStayThere() {
    provider.always(
        call ->
            call.json(
                200,
                Chunks.completion("m", "Hello"),
                "set-cookie",
                "a=b",
                "x-request-id",
                "theirs",
                "authorization",
                "Bearer x"));
    Reply reply = client.ask("gpt-4.1-mini");
    assertThat(reply.headers().map()).doesNotContainKeys("set-cookie", "authorization");
    assertThat(reply.header("x-request-id")).startsWith("req_");
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen/qwen3-max", "deepseek/deepseek-v4-pro"})
  void noSecretIsLoggedOrAnsweredEvenIfTheProviderRepeatsIt(String model) {
    String key = model.startsWith("qwen") ? USUAL_KEY : OPAQUE_KEY;
    StringBuilder seen = new StringBuilder();
    try (LogCapture log = new LogCapture()) {
      for (int status : new int[] {400, 401, 403, 404, 429, 500}) {
        provider.always(
            Script.status(
                status,
                Chunks.error("Incorrect API key provided: " + key + ".", "t", "c"),
                "retry-after",
                "100"));
        Reply reply = client.ask(model);
        assertThat(reply.status()).isGreaterThanOrEqualTo(400);
        seen.append(reply.headers().map()).append(reply.body());
      }
      provider.always(
          Script.stream(
              Chunks.role(), Chunks.content("Hi"), Chunks.error("bad key " + key, key, key)));
      seen.append(client.stream(model).body());
      String encoded = Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
      provider.always(
          Script.stream(Chunks.role(), Chunks.content("Hi"), Chunks.error(encoded, "t", "c")));
      String repeated = client.stream(model).body();
      assertThat(repeated).contains("***").doesNotContain(encoded);
      seen.append(repeated);
      provider.always(Script.stream(Chunks.role(), Chunks.error("bad key " + key, "t", "c")));
      seen.append(client.stream(model).body());
      provider.always(Script.status(200, Chunks.error("bad key " + key, "t", "c")));
      seen.append(client.ask(model).body());
      provider.always(call -> call.whole(500, "text/plain", "key " + key + " is bad"));
      seen.append(client.ask(model).body());
      for (String garbage : List.of("garbage " + key, key + " 200 OK")) {
        provider.always(call -> call.raw(garbage + "\r\n\r\n"));
        seen.append(client.ask(model).body());
      }
      provider.always(
          call -> {
            call.openStream();
            call.event(Chunks.content("Hi"));
            call.raw(key + "\r\n");
          });
      seen.append(client.stream(model).body());
      seen.append(log.text());
    }
    assertThat(seen.toString())
        .doesNotContainIgnoringCase(key)
        .doesNotContainIgnoringCase(key.substring(key.length() - 12))
        .doesNotContainIgnoringCase(Gateway.KEY);
    assertThat(seen.toString())
        .contains("Incorrect API key provided")
        .contains("bad key")
        .doesNotContain("ConnectionBase");
  }

  @Test
  void noBodyIsLogged() {
    try (LogCapture log = new LogCapture()) {
      provider.always(Script.completion("confidential-answer"));
      client.chat(question("gpt-4.1-mini", false, ",\"user\":\"confidential-question\""));
      client.chat(
          question("gpt-4.1-mini", false, ",\"stop\":5,\"user\":\"confidential-question\""));
      assertThat(log.text()).contains("model=openai/gpt-4.1-mini").doesNotContain("confidential");
    }
  }
}

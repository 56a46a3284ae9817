package dev.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The list of models, and one model by any way of writing its name. */
class ModelsIT {
  @TempDir private static Path config = Path.of("");
  private static ProviderServer provider;
  private static Gateway gateway;
  private static ApiClient client;

  @BeforeAll
  static void start() throws IOException {
    Path catalogue = Files.createDirectories(config.resolve("catalogue"));
    Files.writeString(catalogue.resolve("routing.yaml"), "aliases: {best: openai/gpt-4.1}\n");
    provider = ProviderServer.start();
    gateway =
        Gateway.with()
            .config(config)
            .provider("openai", provider)
            .kamelet("vllm", "baseUrl", provider.baseUrl())
            .start();
    client = gateway.client();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
  }

  private static void expectModel(JsonNode model, String id) {
    assertThat(model.path("id").asText()).isEqualTo(id);
    assertThat(model.path("object").asText()).isEqualTo("model");
    assertThat(model.path("created").isIntegralNumber()).isTrue();
    assertThat(model.path("owned_by").asText()).isEqualTo(id.substring(0, id.indexOf('/')));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/models", "/v1/models/", "/v1/models?limit=2", "/v1/models?after=x"})
  void theListHoldsWhatIsLive(String path) {
    Reply reply = client.get(path);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("content-type")).isEqualTo("application/json");
    assertThat(reply.header("x-request-id")).startsWith("req_");
    assertThat(reply.json().path("object").asText()).isEqualTo("list");
    List<String> ids = new ArrayList<>();
    for (JsonNode model : reply.json().path("data")) {
      expectModel(model, model.path("id").asText());
      ids.add(model.path("id").asText());
    }
    assertThat(ids)
        .doesNotHaveDuplicates()
        .contains("demo/chat", "openai/gpt-4.1-mini", "openai/gpt-4.1")
        .allMatch(id -> id.startsWith("demo/") || id.startsWith("openai/") || isLocal(id))
        .noneMatch(id -> id.contains("*"));
  }

  private static boolean isLocal(String id) {
    return id.startsWith("ollama/") || id.startsWith("vllm/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "openai/gpt-4.1",
        "openai%2Fgpt-4.1",
        "openai%2fgpt-4.1",
        "%6Fpenai/gpt-4.1",
        "gpt-4.1",
        "best",
        "openai/gpt-4.1?x=y"
      })
  void aModelIsFoundByAnyOfItsNames(String name) {
    Reply reply = client.get("/v1/models/" + name);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("content-type")).isEqualTo("application/json");
    expectModel(reply.json(), "openai/gpt-4.1");
    assertThat(client.get("/v1/models").json().path("data")).contains(reply.json());
  }

  @ParameterizedTest
  @CsvSource({
    "vllm/qwen3:8b, vllm/qwen3:8b",
    "vllm%2Fmeta-llama%2FLlama-4, vllm/meta-llama/Llama-4",
    "vllm/meta-llama/Llama-4, vllm/meta-llama/Llama-4",
    "vllm/a+b, vllm/a+b",
    "vllm/a%20b, vllm/a b",
    "vllm/a%252Fb, vllm/a%2Fb",
    "vllm/%E4%BD%A0, vllm/\u4f60"
  })
  void aServerThatTakesAnyNameHasAnyModel(String path, String id) {
    Reply reply = client.get("/v1/models/" + path);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    expectModel(reply.json(), id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no-such-model",
        "openai/no-such-model",
        "openai%2Fno-such-model",
        "openai",
        "openai/",
        "vllm/",
        "vllm/*",
        "nobody/model",
        "deepseek/deepseek-v4-pro",
        "deepseek%2Fdeepseek-v4-pro",
        "deepseek-v4-pro",
        "openai/gpt-4.1/",
        "%00",
        "%2F"
      })
  void anyOtherIsUnknown(String name) {
    Reply reply = ErrorsIT.expect(client.get("/v1/models/" + name), 404, "model_not_found");
    assertThat(reply.error().path("param").asText()).isEqualTo("model");
    assertThat(reply.error().path("type").asText()).isEqualTo("invalid_request_error");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%zz", "openai%2", "%", "openai/%ff"})
  void aNameThatCannotBeReadIsTheClientsMistake(String name) throws Exception {
    try (RawClient raw = gateway.raw()) {
      raw.send(
          "GET /v1/models/"
              + name
              + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer "
              + Gateway.KEY
              + "\r\n\r\n");
      assertThat(raw.status()).isIn(400, 404);
      assertThat(raw.awaitClosed())
          .contains("\"type\":\"invalid_request_error\"")
          .doesNotContain("Exception");
    }
  }

  @Test
  void listsAreOnlyRead() {
    for (String method : List.of("POST", "DELETE", "PUT", "PATCH")) {
      Reply reply = client.request(method, "/v1/models/openai/gpt-4.1");
      ErrorsIT.expect(reply, 405, "method_not_allowed");
      assertThat(reply.header("allow")).isEqualTo("GET");
    }
    ErrorsIT.expect(client.get("/v1/modelsandmore"), 404, "unknown_url");
  }
}

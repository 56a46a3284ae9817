package dev.bactrian.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.GatewayProcess;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of calls, as a machine reads it. */
class CallLogIT {
  private static final String KEY = "sk-client-0123456789abcdef";
  private static final String PROVIDERS_KEY = "sk-openai-0123456789abcdef";

  @Test
  void oneJsonObjectACall(@TempDir Path data) throws Exception {
    try (ProviderServer provider = ProviderServer.start();
        GatewayProcess gateway =
            GatewayProcess.start(
                data,
                Map.of(
                    "BACTRIAN_KEY",
                    KEY,
                    "BACTRIAN_LOG_FORMAT",
                    "json",
                    "BACTRIAN_BACKOFF",
                    "1",
                    "OPENAI_API_KEY",
                    PROVIDERS_KEY,
                    "OPENAI_BASE_URL",
                    provider.baseUrl()))) {
      ApiClient client = new ApiClient(gateway.port(), KEY);
      provider
          .first(Script.error(500, "server_error", "oops"))
          .first(Script.completion("an answer that is nobody's business"));
      Reply reply =
          client.chat(
              """
              {"model":"gpt-4.1-mini","messages":[{"role":"user","content":"a question that is nobody's business"}]}""");
      provider.always(Script.words(3));
      client.stream("openai/gpt-4.1-mini");
      client.ask("no/such-model");
      Awaitility.await().until(() -> calls(gateway.output()).size() == 3);
      gateway.terminate();
      gateway.exitCode();

      List<JsonNode> lines = calls(gateway.output());
      assertThat(lines).hasSize(3);
      JsonNode first = lines.get(0);
      assertThat(first.path("id").asText()).isEqualTo(reply.header("x-request-id"));
      assertThat(first.path("operation").asText()).isEqualTo("chat");
      assertThat(first.path("asked").asText()).isEqualTo("gpt-4.1-mini");
      assertThat(first.path("model").asText()).isEqualTo("openai/gpt-4.1-mini");
      assertThat(first.path("status").asInt()).isEqualTo(200);
      assertThat(first.path("attempts").asInt()).isEqualTo(2);
      assertThat(first.at("/failed/0/error_type").asText()).isEqualTo("server");
      assertThat(first.at("/failed/0/status").asInt()).isEqualTo(500);
      assertThat(first.path("input_tokens").asInt()).isEqualTo(3);
      assertThat(first.path("output_tokens").asInt()).isEqualTo(2);
      assertThat(first.path("cost_nanos").asLong()).isEqualTo(3 * 400 + 2 * 1600);
      assertThat(lines.get(1).path("first_token_ms").isIntegralNumber()).isTrue();
      assertThat(lines.get(2).path("error_code").asText()).isEqualTo("model_not_found");
      assertThat(gateway.output())
          .doesNotContain("nobody's business")
          .doesNotContain(KEY)
          .doesNotContain(PROVIDERS_KEY);
    }
  }

  private static List<JsonNode> calls(String output) throws IOException {
    List<JsonNode> calls = new ArrayList<>();
    for (String line : output.lines().filter(each -> each.startsWith("{")).toList()) {
      JsonNode json = Json.MAPPER.readTree(line);
      if (json.path("logger").asText().equals("bactrian.calls")) {
        calls.add(json);
      }
    }
    return calls;
  }
}

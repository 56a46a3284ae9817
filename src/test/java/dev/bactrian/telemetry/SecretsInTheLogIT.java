package dev.bactrian.telemetry;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.GatewayProcess;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Script;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that is nobody's business has one word in it, which no line of the log may have. */
class SecretsInTheLogIT {
  private static final String WORD = "h1dden";
  private static final String KEY = "sk-client-" + WORD + "-0123456789abcdef";
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final List<String> SECRETS =
      List.of(
          "BACTRIAN_ADMIN_KEY",
          "OPENAI_API_KEY",
          "OPENAI_API_KEY_2",
          "ANTHROPIC_API_KEY",
          "GOOGLE_API_KEY",
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN");

  /** All that a client may send, and a question that nobody else reads. */
  private static final List<String> BODIES =
      List.of(
          question(MODEL, false, ",\"user\":\"" + WORD + "\""),
          question(MODEL, true, ",\"metadata\":{\"a\":\"" + WORD + "\"}"),
          question("sk-" + WORD, false, ""),
          question("anthropic/claude-sonnet-4-5", false, ""),
          question("google/gemini-2.5-flash", true, ""),
          question("bedrock/amazon.nova-lite-v1:0", false, ""),
          question(MODEL, false, ",\"temperature\":\"" + WORD + "\""),
          "{\"model\":\"" + MODEL + "\",\"messages\":\"" + WORD + "\"}",
          "{\"" + WORD + "\":",
          WORD);

  private static Map<String, String> environment(ProviderServer provider, String format) {
    Map<String, String> environment = new HashMap<>();
    SECRETS.forEach(name -> environment.put(name, WORD + "-" + name + "-0123456789abcdef"));
    for (String each : List.of("OPENAI", "ANTHROPIC", "GOOGLE", "BEDROCK")) {
      environment.put(each + "_BASE_URL", provider.baseUrl());
    }
    environment.put("AWS_REGION", "eu-central-1");
    environment.put("BACTRIAN_KEY", KEY);
    environment.put("BACTRIAN_BACKOFF", "1");
    environment.put("BACTRIAN_LOG_FORMAT", format);
    environment.put("BACTRIAN_LOG_LEVEL", "DEBUG");
    // A receiver of traces that refuses them, and says why.
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", provider.baseUrl());
    environment.put("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer " + WORD);
    return environment;
  }

  private static void ask(ApiClient client) {
    for (String body : BODIES) {
      client.chat(
          body,
          "traceparent",
          WORD,
          "cookie",
          "a=" + WORD,
          "x-request-id",
          WORD,
          "openai-organization",
          WORD);
    }
    client.withKey("sk-wrong-" + WORD).ask(MODEL);
    client.get("/v1/models/" + WORD + "?key=" + WORD);
    client.get("/" + WORD);
    client.post("/v1/compare", BodyPublishers.ofString(question(WORD, false, "")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void inNoLine(String format, @TempDir Path data) throws Exception {
    Script tellTale =
        call ->
            call.json(
                401,
                Chunks.error(
                    String.join(
                        " ",
                        call.header("authorization"),
                        call.header("x-api-key"),
                        call.header("x-goog-api-key")),
                    "authentication_error",
                    "invalid_api_key"));
    try (ProviderServer provider = ProviderServer.start();
        GatewayProcess gateway = GatewayProcess.start(data, environment(provider, format))) {
      ApiClient client = new ApiClient(gateway.port(), KEY);
      provider.always(Script.completion(WORD));
      ask(client);
      provider.always(Script.cut(Chunks.content(WORD)));
      client.stream(MODEL);
      provider.always(Script.status(200, "no JSON " + WORD));
      ask(client);
      provider.always(tellTale);
      ask(client);
      gateway.terminate();
      gateway.exitCode();

      String log = gateway.output();
      assertThat(log.lines().filter(line -> line.contains("req_")).count()).isGreaterThan(30);
      assertThat(log.lines().filter(line -> line.contains(WORD)).toList()).isEmpty();
      assertThat(log).doesNotContain(KEY);
    }
  }
}

package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.edition.ConfigProblem;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.GatewayProcess;
import dev.bactrian.kit.LogCapture;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import dev.bactrian.simulator.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a configuration folder can add, replace and break, as README and docs tell it. */
class ConfigIT {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final String TOOLS =
      ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";
  private static final Pattern YAML_BLOCK =
      Pattern.compile("^( *)```yaml\\n(.*?)^ *```", Pattern.MULTILINE | Pattern.DOTALL);

  private final Path config;
  private final Path data;
  private final ProviderServer provider = ProviderServer.start();

  ConfigIT(@TempDir Path config, @TempDir Path data) {
    this.config = config;
    this.data = data;
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  private void write(String file, String text) throws IOException {
    Path path = config.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  /** The YAML blocks of a page, as one would paste them. */
  private static List<String> blocks(String page) throws IOException {
    return YAML_BLOCK
        .matcher(Files.readString(Path.of(page)))
        .results()
        .map(block -> block.group(2).replaceAll("(?m)^" + block.group(1), ""))
        .toList();
  }

  private static String builtInChat(String stepsAfterReading) throws IOException {
    String chat = Files.readString(Path.of("src/main/resources/routes/chat.camel.yaml"));
    String read = "        - process:\n            ref: read\n";
    assertThat(chat).containsOnlyOnce(read);
    return chat.replace(read, read + stepsAfterReading.indent(8));
  }

  private Gateway start() {
    return Gateway.with().config(config).provider("openai", provider).start();
  }

  @Test
  void aChatRouteThatDoesNotResumeTellsOfTheCut() throws Exception {
    String chat = builtInChat("");
    int choice = chat.indexOf("        - choice:");
    int settle = chat.indexOf("        - process:\n            ref: settle");
    write("routes/chat.camel.yaml", chat.substring(0, choice) + chat.substring(settle));
    provider.always(Script.cut(Chunks.role(), Chunks.content("One")));
    try (Gateway gateway = start()) {
      Reply reply = gateway.client().chat(question(MODEL, true, ",\"resume\":true"));
      assertThat(reply.whole()).isFalse();
      assertThat(reply.events()).last().asString().startsWith("{\"error\"");
    }
  }

  @Test
  void aStepOfTheReadmeStandsInTheRoad() throws Exception {
    String choice =
        blocks("README.md").stream().filter(it -> it.startsWith("- choice:")).findAny().orElse("");
    write("routes/chat.camel.yaml", builtInChat(choice));
    try (Gateway gateway = start();
        LogCapture log = new LogCapture()) {
      assertThat(gateway.client().ask(MODEL).text()).isEqualTo("Hello");
      assertThat(log.text()).doesNotContain("a request with tools");
      assertThat(gateway.client().chat(question(MODEL, false, TOOLS)).text()).isEqualTo("Hello");
      assertThat(log.text()).contains("a request with tools");
    }
  }

  @Test
  void stepsReadTheRequestAndChangeIt() throws Exception {
    write(
        "routes/chat.camel.yaml",
        builtInChat(
            """
            - setVariable:
                name: role
                expression:
                  jsonpath:
                    expression: "$.messages[0].role"
            - setHeader:
                name: x-own
                expression:
                  constant:
                    expression: mine
            - choice:
                when:
                  - expression:
                      simple:
                        expression: "${variable.role} == 'user'"
                    steps:
                      - log:
                          message: "${header.x-own} from a ${variable.role}"
                      - setBody:
                          expression:
                            simple:
                              expression: "${bodyAs(String).replace('secret', '***')}"
                otherwise:
                  steps:
                    - log:
                        message: "from somebody else"
            """));
    try (Gateway gateway = start();
        LogCapture log = new LogCapture()) {
      Reply reply = gateway.client().chat(question(MODEL, false, ",\"user\":\"a secret\""));
      assertThat(reply.text()).as(reply.body()).isEqualTo("Hello");
      assertThat(provider.last().member("user")).isEqualTo("a ***");
      assertThat(provider.last().head()).doesNotContain("x-own");
      assertThat(log.text()).contains("mine from a user");
      gateway
          .client()
          .chat(
              "{\"model\":\"%s\",\"messages\":[%s]}"
                  .formatted(MODEL, "{\"role\":\"system\",\"content\":\"Be.\"}"));
      assertThat(log.text()).contains("from somebody else");
    }
  }

  @Test
  void anAddedRouteJoins() throws Exception {
    write("routes/chat.camel.yaml", builtInChat("- wireTap:\n    uri: direct:mirror\n"));
    write(
        "routes/mirror.camel.yaml",
        """
        - route:
            id: mirror
            from:
              uri: direct:mirror
              steps:
                - setBody:
                    expression:
                      jsonpath:
                        expression: "$.model"
                - log:
                    message: "mirrored ${body}"
        """);
    try (Gateway gateway = start();
        LogCapture log = new LogCapture()) {
      assertThat(gateway.routeIds()).contains("mirror", "chat", "api-chat");
      assertThat(gateway.client().ask(MODEL).text()).isEqualTo("Hello");
      Awaitility.await().until(() -> log.text().contains("mirrored " + MODEL));
    }
  }

  @Test
  void aBuiltInKameletIsReplaced() throws Exception {
    String builtIn = Files.readString(Path.of("kamelets/openai-chat-action.kamelet.yaml"));
    String call = "        - to:\n";
    assertThat(builtIn).containsOnlyOnce(call);
    write(
        "kamelets/openai-chat-action.kamelet.yaml",
        builtIn.replace(
            call,
            "        - setHeader:\n            name: x-team\n            expression:\n"
                + "              constant:\n                expression: blue\n"
                + call));
    try (Gateway gateway = start()) {
      assertThat(gateway.client().ask(MODEL).text()).isEqualTo("Hello");
      assertThat(provider.last().header("x-team")).isEqualTo("blue");
      assertThat(provider.last().header("authorization")).startsWith("Bearer sk-openai-");
    }
  }

  /** Follows docs/adding-a-provider.md word by word. */
  private void addAcme() throws IOException {
    List<String> blocks = blocks("docs/adding-a-provider.md");
    write(
        "kamelets/acme-chat-action.kamelet.yaml",
        Files.readString(Path.of("kamelets/openai-chat-action.kamelet.yaml"))
            .replace("name: openai-chat-action", "name: acme-chat-action")
            .replace("title: \"OpenAI Chat Action\"", "title: \"Acme Chat Action\"")
            .replace("https://api.openai.com/v1", provider.baseUrl()));
    write("routes/acme.camel.yaml", blocks.get(0));
    write("catalogue/models.yaml", blocks.get(1));
  }

  @Test
  void aProviderIsAddedWithoutJava() throws Exception {
    addAcme();
    Map<String, String> environment =
        Map.of(
            "BACTRIAN_KEY",
            Gateway.KEY,
            "BACTRIAN_BACKOFF",
            "2",
            "BACTRIAN_CONFIG",
            config.toString(),
            "ACME_API_KEY",
            Secret.of("sk-acme"));
    try (GatewayProcess process = GatewayProcess.start(data, environment)) {
      ApiClient client = new ApiClient(process.port(), Gateway.KEY);
      JsonNode model = client.get("/v1/models/acme/large").json();
      assertThat(model.path("owned_by").asText()).isEqualTo("acme");
      assertThat(model.path("context_length").asInt()).isEqualTo(128_000);
      assertThat(client.get("/v1/models").json().path("data")).contains(model);

      Reply reply = client.ask("acme/large");
      assertThat(reply.text()).as(reply.body()).isEqualTo("Hello");
      assertThat(reply.header("x-bactrian-provider")).isEqualTo("acme");
      assertThat(provider.last().member("model")).isEqualTo("acme-large-2026-10");
      assertThat(provider.last().header("authorization"))
          .isEqualTo("Bearer " + Secret.of("sk-acme"));

      provider.always(Script.error(500, "server_error", "boom"));
      for (int i = 0; i < 10; i++) {
        client.ask("acme/large");
      }
      ErrorsIT.expect(client.ask("acme/large"), 503, "provider_unavailable");
    }
  }

  @Test
  void anAddedProviderWithoutItsKeySaysWhichVariableToSet() throws Exception {
    addAcme();
    try (Gateway gateway = start()) {
      Reply reply = ErrorsIT.expect(gateway.client().ask("acme/large"), 404, "model_not_found");
      assertThat(reply.error().path("message").asText()).contains("ACME_API_KEY");
      assertThat(gateway.client().get("/v1/models").body()).doesNotContain("acme/");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "routes/chat.camel.yaml | `- route: [` | 1",
        "routes/beans.camel.yaml | `- beans: [` | 1",
        "routes/api.camel.yaml | `- nonsense: {}` | 1",
        "routes/mine.camel.yaml | `- route:\n    from:\n      uri: direct:x\n      steps:\n        - nonsense: {}\n` | 5",
        "routes/mine.camel.yaml | `- route:\n    from:\n      uri: direct:x\n      steps:\n        - to: nowhere:x\n` | 1",
        "routes/mine.camel.yaml | `- route:\n    from:\n      uri: direct:x\n      steps:\n        - to: direct:nowhere\n` | 5",
        "catalogue/models.yaml | `a/b: {context: many}` | 0",
        "catalogue/models.yaml | `a: [` | 1",
        "catalogue/routing.yaml | `chains: [1, 2]` | 0",
        "kamelets/openai-chat-action.kamelet.yaml | `spec: [` | 1"
      })
  void aBrokenFileEndsTheStartAndIsNamed(String file, String text, int line) throws Exception {
    write(file, text.replace("\\n", "\n"));
    RuntimeException thrown = catchThrowableOfType(RuntimeException.class, this::start);
    assertThat(thrown).isNotNull();
    ConfigProblem problem = ConfigProblem.of(thrown);
    String name = file.substring(file.indexOf('/') + 1);
    assertThat(problem.toString()).contains(name);
    if (line > 0) {
      assertThat(problem.file()).endsWith(file);
      assertThat(problem.line()).isGreaterThanOrEqualTo(line);
    }
  }

  @Test
  void aBrokenFileIsToldWithItsLine() throws Exception {
    write("routes/mine.camel.yaml", "- route: [");
    Map<String, String> environment = Map.of("BACTRIAN_CONFIG", config.toString());
    for (String command : new String[] {"serve", "check"}) {
      try (GatewayProcess process = GatewayProcess.start(data, environment, command)) {
        assertThat(process.exitCode()).as(process.output()).isEqualTo(1);
        assertThat(process.output())
            .contains(config.resolve("routes/mine.camel.yaml") + ", line ")
            .doesNotContain("\tat ")
            .doesNotContain("is ready");
      }
    }
  }
}

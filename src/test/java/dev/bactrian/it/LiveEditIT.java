package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.LogCapture;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes, kamelets and catalogue are edited while calls run. */
class LiveEditIT {
  private static final Duration SOON = Duration.ofSeconds(4);
  private static final String CHAT =
      """
      - route:
          id: chat
          errorHandler: {noErrorHandler: {}}
          from:
            uri: direct:chat
            steps:
              - process: {ref: identify}
              - process: {ref: read}
              - process: {ref: plan}
              - log: "edition %s"
              - to: direct:attempt
              - process: {ref: answer}
              - process: {ref: settle}
      """;

  private final Path config;
  private final ProviderServer provider = ProviderServer.start();
  private final Gateway gateway;
  private final ApiClient client;

  LiveEditIT(@TempDir Path config) {
    this.config = config;
    this.gateway =
        Gateway.with().withoutBreakers().config(config).provider("openai", provider).start();
    this.client = gateway.client();
  }

  @BeforeEach
  void answer() {
    provider.always(Script.completion("Hello"));
  }

  @AfterEach
  void stop() {
    gateway.close();
    provider.close();
  }

  private void write(String file, String text) throws IOException {
    Path path = config.resolve(file);
    Files.createDirectories(path.getParent());
    Path draft = Files.writeString(config.resolve("draft"), text);
    Files.move(
        draft,
        path,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  private Reply.Tree status() {
    return new Reply.Tree(gateway.management("/v1/config/status").json());
  }

  private void awaitEdition(int number) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(status().number("edition")).isEqualTo(number));
  }

  private void awaitRejection() {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(status().text("status")).isEqualTo("edit_rejected"));
  }

  @Test
  void aCatalogueEditIsUsed() throws Exception {
    assertThat(client.ask("my-name").status()).isEqualTo(404);
    write("catalogue/routing.yaml", "aliases: {my-name: openai/gpt-4.1-mini}");
    awaitEdition(2);
    assertThat(client.ask("my-name").text()).isEqualTo("Hello");
    Files.delete(config.resolve("catalogue/routing.yaml"));
    awaitEdition(3);
    assertThat(client.ask("my-name").status()).isEqualTo(404);
  }

  @Test
  void aRouteEditIsUsedByNewCallsAndAStreamThatRunsGoesOn() throws Exception {
    provider.always(Script.HOLD);
    try (RawClient raw = gateway.raw().chat(question("openai/gpt-4.1-mini", true, ""));
        LogCapture log = new LogCapture()) {
      ProviderCall call = provider.await();
      call.openStream();
      call.event(Chunks.content("before"));
      assertThat(raw.event().data()).contains("before");
      write("routes/chat.camel.yaml", CHAT.formatted("two"));
      awaitEdition(2);
      provider.always(Script.completion("Hello"));
      assertThat(client.ask("openai/gpt-4.1-mini").text()).isEqualTo("Hello");
      assertThat(log.text()).contains("edition two");
      assertThat(gateway.editions()).isEqualTo(2);
      call.event(Chunks.content("after"));
      call.event(Chunks.finish("stop"));
      call.event(Chunks.DONE);
      call.endStream();
      assertThat(raw.event().data()).contains("after");
      assertThat(raw.event().data()).contains("stop");
      assertThat(raw.event().data()).isEqualTo(Chunks.DONE);
    }
    await().atMost(SOON).untilAsserted(() -> assertThat(gateway.editions()).isEqualTo(1));
  }

  @Test
  void aProviderIsAddedWithoutARestart() throws Exception {
    String kamelet =
        Files.readString(Path.of("kamelets/openai-chat-action.kamelet.yaml"))
            .replace("openai-chat-action", "acme-chat-action")
            .replace("https://api.openai.com/v1", provider.baseUrl())
            .replace("      - apiKey\n", "      - baseUrl\n")
            .replace("format: password\n", "format: password\n        default: acme\n");
    write("kamelets/acme-chat-action.kamelet.yaml", kamelet);
    write(
        "routes/acme.camel.yaml",
        """
        - templatedRoute:
            routeTemplateRef: provider
            routeId: provider-acme
            parameters:
              - name: provider
                value: acme
        """);
    write("catalogue/models.yaml", "acme/large: {}");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(client.ask("acme/large").status()).isEqualTo(200));
    assertThat(provider.last().header("authorization")).isEqualTo("Bearer acme");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "routes/chat.camel.yaml          | `- route: [` | chat.camel.yaml | 2",
        "routes/mine.camel.yaml          | `- route:\n    from:\n      uri: direct:x\n      steps:\n        - nonsense: {}\n` | mine.camel.yaml | 5",
        "routes/mine.camel.yaml          | `- route:\n    from:\n      uri: direct:x\n      steps:\n        - to: nowhere:x\n` | mine.camel.yaml | 5",
        "routes/mine.camel.yaml          | `- route:\n    from:\n      uri: direct:x\n      steps:\n        - process: {ref: nobody}\n` | mine.camel.yaml | 4",
        "routes/mine.camel.yaml          | `- route:\n    from:\n      uri: direct:x\n      steps:\n        - to: kamelet:nobody\n` | mine.camel.yaml | 5",
        "routes/mine.camel.yaml          | `- route:\n    from:\n      uri: direct:x\n      steps:\n        - to: direct:y\n        - choice:\n            when:\n              - simple: '${body'\n                steps:\n                  - to: direct:y\n` | mine.camel.yaml | 6",
        "routes/mine.camel.yaml          | `- templatedRoute:\n    routeTemplateRef: provider\n    routeId: provider-acme\n    parameters:\n      - name: provider\n        value: acme\n` | mine.camel.yaml | 3",
        "routes/providers.camel.yaml     | `- route:\n    from:\n      uri: direct:x\n      steps:\n        - log: x\n` | 'demo' is live and has no route | 0",
        "routes/mine.camel.yaml          | `- templatedRoute:\n    routeTemplateRef: nobody\n    routeId: provider-acme\n` | mine.camel.yaml | 2",
        "catalogue/models.yaml           | `a/b: {context: many}` | models.yaml | 1",
        "catalogue/routing.yaml          | `aliases: [` | routing.yaml | 1",
        "kamelets/openai-chat-action.kamelet.yaml | `spec: {definition: {required: [` | openai-chat-action | 1",
        "kamelets/openai-chat-action.kamelet.yaml | `spec: {definition: {properties: {apiKey: {}}}}` | openai-chat-action | 1",
        "kamelets/demo-chat-action.kamelet.yaml | `metadata: {name: demo-chat-action}\nspec:\n  definition: {}\n  template:\n    from:\n      uri: kamelet:source\n      steps:\n        - nonsense: {}\n` | demo-chat-action | 8",
        "kamelets/demo-chat-action.kamelet.yaml | `metadata: {name: demo-chat-action}\nspec:\n  definition: {}\n  template:\n    from:\n      uri: kamelet:source\n      steps:\n        - to: nowhere:x\n` | demo-chat-action | 8"
      })
  void aWrongEditChangesNothingAndSaysWhatIsWrong(String file, String text, String named, int line)
      throws Exception {
    try (LogCapture log = new LogCapture()) {
      write(file, text.replace("\\n", "\n"));
      awaitRejection();
      assertThat(status().toString()).contains(named);
      if (line > 0) {
        assertThat(status().number("error", "line")).isEqualTo(line);
        assertThat(status().text("error", "file")).contains(named);
      }
      assertThat(log.text()).contains("not changed").contains(named);
    }
    assertThat(client.ask("openai/gpt-4.1-mini").text()).isEqualTo("Hello");
    assertThat(gateway.editions()).isEqualTo(1);
    Files.delete(config.resolve(file));
    await().atMost(SOON).untilAsserted(() -> assertThat(status().text("status")).isEqualTo("ok"));
  }

  @Test
  void noCallIsLostWhileEditsComeAndGo() throws Exception {
    provider.always(Script.words(5));
    AtomicBoolean stopped = new AtomicBoolean();
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    AtomicInteger calls = new AtomicInteger();
    Thread load =
        new Thread(
            () -> {
              while (!stopped.get()) {
                Reply reply = client.stream("openai/gpt-4.1-mini");
                calls.incrementAndGet();
                if (reply.status() != 200 || !reply.events().contains(Chunks.DONE)) {
                  failures.add(reply.status() + " " + reply.body());
                }
              }
            });
    load.start();
    for (int i = 2; i <= 7; i++) {
      write("routes/chat.camel.yaml", CHAT.formatted(i));
      awaitEdition(i);
      write("routes/chat.camel.yaml", "- nonsense");
      awaitRejection();
    }
    stopped.set(true);
    load.join();
    assertThat(failures).isEmpty();
    assertThat(calls.get()).isGreaterThan(20);
    await().atMost(SOON).untilAsserted(() -> assertThat(gateway.editions()).isEqualTo(1));
    List<String> threads =
        Thread.getAllStackTraces().keySet().stream().map(Thread::getName).sorted().toList();
    assertThat(threads.stream().filter(name -> name.contains("Camel (")).count())
        .as("threads of Camel contexts: %s", threads)
        .isLessThan(10);
  }
}

package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.EchoProvider;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.SteadyLoad;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Fifty edits under load: no call is lost, no stream is broken, and nothing is left behind. */
class LiveEditLoadIT {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final long LEAK = 8L << 20;

  /** Threads of clients, of pools that shrink when they are idle, and of the JVM. */
  private static final Pattern PASSING =
      Pattern.compile(
          "vert.x-worker.*|beside|provider|pool-.*|HttpClient.*|awaitility.*|Attach Listener");

  private static final Logger CALLS = (Logger) LoggerFactory.getLogger("bactrian.calls");

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
              - choice:
                  when:
                    - jsonpath: "$.probe"
                      steps:
                        - setBody:
                            constant: '{"model":"openai/gpt-4.1-mini","messages":[{"role":"user","content":"EDIT"}]}'
              - process: {ref: plan}
              - to: direct:attempt
              - process: {ref: answer}
              - process: {ref: settle}
      """;
  private static final String ACME_ROUTE =
      """
      - templatedRoute:
          routeTemplateRef: provider
          routeId: provider-acme
          parameters:
            - name: provider
              value: acme
      """;
  private static final String ROUTE = "- route:\n    from:\n      uri: direct:x\n      steps:\n";

  /** A wrong edit, and the line that it has to be told with. */
  private record Wrong(String file, String text, int line) {}

  private static final List<Wrong> WRONG =
      List.of(
          new Wrong("routes/chat.camel.yaml", CHAT.replace("  - process: {ref: read", "\t["), 8),
          new Wrong("routes/mine.camel.yaml", ROUTE + "        - nonsense: {}\n", 5),
          new Wrong("routes/mine.camel.yaml", ROUTE + "        - to: kamelet:nobody\n", 5),
          new Wrong("catalogue/models.yaml", "a/a: {}\na/b:\n  context: many\n", 2),
          new Wrong("kamelets/openai-chat-action.kamelet.yaml", "kind: Kamelet\nspec: [", 2),
          new Wrong("routes/mine.camel.yaml", ROUTE + "        - process: {ref: nobody}\n", 4),
          new Wrong("catalogue/routing.yaml", "aliases: {}\nchains:\n  a/b: c/d\n", 3),
          new Wrong("routes/mine.camel.yaml", ACME_ROUTE, 3),
          new Wrong("routes/mine.camel.yaml", ROUTE + "        - to: nowhere:x\n", 5),
          new Wrong("routes/mine.camel.yaml", ROUTE + "        - setBody: {simple: '${x'}\n", 4));

  private final Path config;
  private final EchoProvider provider = new EchoProvider();
  private final Gateway gateway;
  private final ApiClient client;
  private final List<WeakReference<CamelContext>> editions = new ArrayList<>();
  private final List<Long> delays = new ArrayList<>();
  private int edits;

  LiveEditLoadIT(@TempDir Path config) {
    CALLS.setLevel(Level.WARN); // else there are thousands of lines
    this.config = config;
    this.gateway =
        Gateway.with()
            .withoutBreakers()
            .config(config)
            .provider("openai", provider.server())
            .start();
    this.client = gateway.client();
  }

  @AfterEach
  void stop() {
    CALLS.setLevel(null);
    gateway.close();
    provider.close();
  }

  @Test
  void fiftyEditsUnderLoadLoseNothingAndLeaveNothingBehind() throws Exception {
    try (SteadyLoad load = SteadyLoad.start(client, MODEL, 200, 200)) {
      edit(5);
      assertThat(load.stop().failures()).isEmpty();
    }
    long heap = heap();
    Map<String, Long> threads = threads();
    List<String> routes = routes();
    delays.clear();

    long start = System.nanoTime();
    try (SteadyLoad load = SteadyLoad.start(client, MODEL, 200, 200)) {
      edit(50);
      double seconds = (System.nanoTime() - start) / 1e9;
      assertThat(load.open()).isGreaterThanOrEqualTo(200);
      assertThat(load.stop().failures()).isEmpty();
      assertThat(load.answered()).isEqualTo(load.asked()).isGreaterThan(500);
      assertThat(load.streamed()).isGreaterThan(400);
      long left = heap() - heap;
      LoggerFactory.getLogger(getClass())
          .info(
              "50 edits in {} s, each in use after {} ms at most; {} calls, {} streams; {} KiB left",
              Math.round(seconds),
              delays.stream().max(Long::compare).orElseThrow(),
              load.answered(),
              load.streamed(),
              left / 1024);
      assertThat(left).as("bytes that 50 edits left behind").isLessThan(LEAK);
    }
    // None waits for longer than the test's patience; a machine that others use stands still at
    // times.
    assertThat(delays).hasSize(50);
    assertThat(delays.stream().filter(delay -> delay > SOON.toMillis())).hasSizeLessThan(5);
    assertThat(gateway.editions()).isEqualTo(1);
    assertThat(routes()).isEqualTo(routes);
    await().atMost(PATIENCE).untilAsserted(() -> expectNoMoreThan(threads));
  }

  /** Edits one after the other, every fifth of them wrong, and waits until each is noticed. */
  private void edit(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      String name = "edit-" + ++edits;
      long saved = System.nanoTime();
      switch (i % 5) {
        case 0 -> {
          write("routes/chat.camel.yaml", CHAT.replace("EDIT", name));
          saw(() -> chat(question(MODEL, false, ",\"probe\":true")).startsWith(name));
        }
        case 1 -> {
          write("catalogue/routing.yaml", "aliases: {" + name + ": " + MODEL + "}");
          saw(() -> client.ask(name).status() == 200);
        }
        case 2 -> {
          write("kamelets/openai-chat-action.kamelet.yaml", kamelet("openai", name));
          saw(() -> chat(question(MODEL, false, "")).endsWith(name));
        }
        case 3 -> addOrRemoveAcme(i / 5 % 2 == 0);
        default -> wrong(WRONG.get(i / 5));
      }
      delays.add((System.nanoTime() - saved) / 1_000_000);
      editions.add(gateway.edition());
      if (i % 5 == 4) {
        mend(WRONG.get(i / 5));
      }
    }
    takeBack();
  }

  /** Removes all edits, so that what is left can be compared. */
  private void takeBack() throws IOException {
    for (String folder : List.of("routes", "catalogue", "kamelets")) {
      try (Stream<Path> files = Files.list(config.resolve(folder))) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
    saw(
        () ->
            gateway.routeIds().contains("resume")
                && !gateway.routeIds().contains("provider-acme")
                && client.ask("edit-" + (edits - 3)).status() == 404
                && chat(question(MODEL, false, "")).equals("Hi"));
  }

  private void addOrRemoveAcme(boolean added) throws IOException {
    if (added) {
      write("kamelets/acme-chat-action.kamelet.yaml", kamelet("acme", "acme"));
      write("catalogue/models.yaml", "acme/large: {}");
      write("routes/acme.camel.yaml", ACME_ROUTE);
    } else {
      Files.delete(config.resolve("routes/acme.camel.yaml"));
      Files.delete(config.resolve("catalogue/models.yaml"));
      Files.delete(config.resolve("kamelets/acme-chat-action.kamelet.yaml"));
    }
    saw(() -> client.ask("acme/large").status() == (added ? 200 : 404));
  }

  private void wrong(Wrong wrong) throws IOException {
    write(wrong.file(), wrong.text());
    saw(() -> status().text("status").equals("edit_rejected"));
    Reply.Tree status = status();
    assertThat(status.text("error", "file"))
        .as("%s %s", wrong, status)
        .isEqualTo(config.resolve(wrong.file()).toString());
    assertThat(status.number("error", "line")).as("%s", status).isEqualTo(wrong.line());
  }

  private void mend(Wrong wrong) throws IOException {
    Files.delete(config.resolve(wrong.file()));
    saw(() -> status().text("status").equals("ok"));
  }

  private static void saw(BooleanSupplier condition) {
    await()
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .until(condition::getAsBoolean);
  }

  private String chat(String body) {
    return client.chat(body).text();
  }

  private Reply.Tree status() {
    return new Reply.Tree(gateway.management("/v1/config/status").json());
  }

  private void write(String file, String text) throws IOException {
    Path path = config.resolve(file);
    Files.createDirectories(path.getParent());
    Path draft = Files.writeString(config.resolve("draft"), text);
    Files.move(draft, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** OpenAI's kamelet under another name, with a mark on what it sends. */
  private String kamelet(String provider, String mark) throws IOException {
    return Files.readString(Path.of("kamelets/openai-chat-action.kamelet.yaml"))
        .replace("openai-chat-action", provider + "-chat-action")
        .replace("https://api.openai.com/v1", this.provider.server().baseUrl())
        .replace("      - apiKey\n", "      - baseUrl\n")
        .replace("Bearer {{apiKey}}", "Bearer {{?apiKey}}")
        .replace(
            "        - to:\n",
            "        - setHeader: {name: %s, constant: %s}\n        - to:\n"
                .formatted(EchoProvider.MARK, mark));
  }

  /** Bytes in use once all that can go has gone; all editions but the one in use have to. */
  private long heap() {
    provider.forget();
    await().atMost(PATIENCE).until(() -> gateway.editions() == 1 && gateway.inside() == 0);
    CamelContext inUse = gateway.edition().get();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(editions).allMatch(old -> old.refersTo(null) || old.refersTo(inUse));
            });
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** The ids of all routes, without the numbers that kamelets' routes are given. */
  private List<String> routes() {
    return gateway.routeIds().stream().map(id -> id.replaceAll("-\\d+$", "")).toList();
  }

  /** Fewer may be left: the JVM ends some of its own when they are idle. */
  private static void expectNoMoreThan(Map<String, Long> before) {
    assertThat(threads())
        .allSatisfy(
            (name, count) ->
                assertThat(count).as(name).isLessThanOrEqualTo(before.getOrDefault(name, 0L)));
  }

  /** The threads by kind; those of clients and pools come and go with the load. */
  private static Map<String, Long> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(thread -> thread.getName().replaceAll("[0-9]+", "#"))
        .filter(name -> !PASSING.matcher(name).matches())
        .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
  }
}

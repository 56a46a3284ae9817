package dev.bactrian.telemetry;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.json.Json;
import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.Rules;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alerts, in a real Prometheus that looks at a running gateway. */
class PrometheusIT {
  private static final Path ALERTS = Path.of("deploy/prometheus/alerts.yaml");
  private static final Path TIMES = Path.of("deploy/prometheus/alerts.test.yaml");
  private static final Path DASHBOARD = Path.of("deploy/grafana/dashboard.json");
  private static final Pattern NAME = Pattern.compile("- alert: (\\w+)");
  private static final Pattern PATIENCE = Pattern.compile("(?m)^ +for: .*\\n");
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int DEAD = 1;
  private static final int QUEUE = 13;

  private static final String FAILING = "openai/gpt-4.1-mini";
  private static final String REFUSING = "deepseek/deepseek-flash";
  private static final String BUSY = "qwen/qwen3-max";
  private static final String SLOW = "ollama/slow";
  private static final String UNPRICED = "openai-compatible/any";

  private final ProviderServer failing = ProviderServer.start();
  private final ProviderServer refusing = ProviderServer.start();
  private final ProviderServer busy = ProviderServer.start();
  private final ProviderServer slow = ProviderServer.start();
  private final ProviderServer unpriced = ProviderServer.start();

  @AfterEach
  void stop() {
    List.of(failing, refusing, busy, slow, unpriced).forEach(ProviderServer::close);
  }

  private Gateway gateway(Path config) throws IOException {
    Path catalogue = Files.createDirectories(config.resolve("catalogue"));
    Files.writeString(
        catalogue.resolve("pools.yaml"),
        """
        qwen: [{name: a, apiKey: sk-a, concurrency: 1}]
        deepseek: [{name: b, apiKey: sk-b}]
        """);
    return Gateway.with()
        .config(config)
        .provider("openai", failing)
        .kamelet("deepseek", "baseUrl", refusing.baseUrl())
        .kamelet("qwen", "baseUrl", busy.baseUrl())
        .provider("ollama", slow)
        .provider("openai-compatible", unpriced)
        .set("bactrian.pool.wait", "60000")
        // The journal is always full, so that rows are lost.
        .set("bactrian.ledger-limit", "-1")
        .set("bactrian.ledger-full", "lose")
        .start();
  }

  @Test
  void everyAlertWaitsAndFiresInTime() throws Exception {
    promtool("check", "rules", ALERTS.toString());
    promtool("test", "rules", TIMES.toString());

    assertThat(Files.readString(TIMES))
        .contains(
            names(Files.readString(ALERTS)).stream()
                .map(name -> "{alertname=\"" + name + "\",alertstate=\"firing\"}")
                .toList());
  }

  private static void promtool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.add(0, PrometheusProcess.binary("promtool").toString());
    Process promtool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(promtool.waitFor()).as(said).isZero();
  }

  private static Set<String> names(String rules) {
    Set<String> alerts = new TreeSet<>();
    NAME.matcher(rules).results().forEach(alert -> alerts.add(alert.group(1)));
    return alerts;
  }

  @Test
  void everyPanelShowsDataAndEveryAlertCanFire(@TempDir Path config, @TempDir Path folder)
      throws Exception {
    String rules = PATIENCE.matcher(Files.readString(ALERTS)).replaceAll("");
    Set<String> alerts = names(rules);
    // It takes a database that is away for a minute; that it has its metric the dashboard shows.
    assertThat(alerts.remove("BactrianLedgerBehind")).isTrue();
    try (Gateway gateway = gateway(config);
        PrometheusProcess prometheus =
            new PrometheusProcess(folder, rules, gateway.managementPort())) {
      ApiClient client = gateway.client();
      for (String model : List.of(FAILING, REFUSING, BUSY, SLOW)) {
        assertThat(client.ask(model).status()).isEqualTo(200);
        assertThat(client.stream(model).status()).isEqualTo(200);
      }
      Awaitility.await()
          .atMost(LONG)
          .until(() -> !prometheus.query("bactrian_tokens_total > 0").isEmpty());
      assertThat(prometheus.firing()).isSubsetOf("BactrianRowsLost");

      List<CompletableFuture<Reply>> held = trouble(gateway, config);
      prometheus.watch(gateway.managementPort(), DEAD);
      String limited = limitedKey(gateway);
      Awaitility.await()
          .atMost(LONG)
          .pollInterval(Duration.ofMillis(300))
          .untilAsserted(
              () -> {
                round(client, limited);
                assertThat(prometheus.firing()).containsExactlyElementsOf(alerts);
                everyPanelShowsData(prometheus);
              });
      held.forEach(call -> call.cancel(true));
    }
  }

  /** From now on nothing goes well; gives back the calls that wait. */
  private List<CompletableFuture<Reply>> trouble(Gateway gateway, Path config) throws Exception {
    failing.always(Script.error(500, "server_error", "oops"));
    refusing.always(Script.error(401, "authentication_error", "invalid_api_key"));
    slow.always(PrometheusIT::answerLate);
    busy.always(Script.HOLD);
    List<CompletableFuture<Reply>> held = new ArrayList<>();
    for (int i = 0; i < QUEUE; i++) {
      held.add(gateway.client().chatting(question(BUSY, false, "")));
    }
    held.add(gateway.client().chatting(question(SLOW, true, "")));
    Path routes = Files.createDirectories(config.resolve("routes"));
    Files.writeString(routes.resolve("broken.camel.yaml"), "- route: {id: broken, from: 7}\n");
    return held;
  }

  private static void answerLate(ProviderCall call) {
    CompletableFuture.delayedExecutor(5_200, TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              try {
                call.openStream();
                for (String event :
                    List.of(
                        Chunks.content("at last"),
                        Chunks.finish("stop"),
                        Chunks.usage(),
                        Chunks.DONE)) {
                  call.event(event);
                }
                call.endStream();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
  }

  private static String limitedKey(Gateway gateway) {
    return gateway
        .bean("keyAdministration", KeyAdministration.class)
        .create("a test", null, null, Rules.read(Reply.json("{\"requests_per_minute\":1}")))
        .text();
  }

  /** One call of each kind of trouble. */
  private static void round(ApiClient client, String limited) {
    client.ask(FAILING);
    client.stream(FAILING);
    client.chat(question(FAILING, false, ",\"models\":[\"" + UNPRICED + "\"]"));
    client.ask(REFUSING);
    client.ask(UNPRICED);
    client.withKey(limited).ask(UNPRICED);
  }

  private static void everyPanelShowsData(PrometheusProcess prometheus) throws IOException {
    JsonNode dashboard = Json.MAPPER.readTree(DASHBOARD.toFile());
    int queries = 0;
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        String query =
            target
                .path("expr")
                .asText()
                .replace("$__rate_interval", "30s")
                .replace("$job", "bactrian");
        JsonNode result = prometheus.query(query);
        assertThat(result.isEmpty()).as("%s: %s", panel.path("title").asText(), query).isFalse();
        boolean number = false;
        for (JsonNode series : result) {
          number |= !series.at("/value/1").asText().equals("NaN");
        }
        assertThat(number).as("a number of %s: %s", panel.path("title"), query).isTrue();
        queries++;
      }
    }
    assertThat(queries).isGreaterThan(20);
  }
}

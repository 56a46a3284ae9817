package dev.bactrian.telemetry;

import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.json.Json;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A Prometheus of the machine that looks at a gateway, with all its files in one folder. */
final class PrometheusProcess implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder;
  private final int port;
  private final Process process;

  /**
   * One that watches and judges each second.
   *
   * @param rules the alerts
   */
  PrometheusProcess(Path folder, String rules, int... targets) throws IOException {
    this.folder = folder;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.writeString(folder.resolve("alerts.yaml"), rules);
    watch(targets);
    Path config =
        Files.writeString(
            folder.resolve("prometheus.yaml"),
            """
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: [alerts.yaml]
            scrape_configs:
              - job_name: bactrian
                file_sd_configs: [{files: [targets.json], refresh_interval: 1s}]
            """);
    process =
        new ProcessBuilder(
                binary("prometheus").toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--log.level=warn")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    Awaitility.await().until(this::isReady);
  }

  /**
   * A program of the machine. Where it is not installed the test that wants it is left out, and
   * says so; on CI there is none that is not installed.
   */
  static Path binary(String name) {
    Optional<Path> found =
        Stream.of(System.getenv("PATH").split(Pattern.quote(File.pathSeparator)))
            .map(place -> Path.of(place, name))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      String why =
          "NOT TESTED: dashboard and alerts, for there is no "
              + name
              + " on this machine. On Debian: apt-get install --no-install-recommends prometheus";
      System.err.println(why);
      abort(why);
    }
    return found.orElseThrow();
  }

  /** These ports are the gateways from now on. */
  void watch(int... ports) throws IOException {
    List<String> targets = new ArrayList<>();
    for (int each : ports) {
      targets.add("127.0.0.1:" + each);
    }
    Path draft = folder.resolve("targets.draft");
    Json.MAPPER.writeValue(
        draft.toFile(),
        Json.MAPPER
            .createArrayNode()
            .add(Json.MAPPER.createObjectNode().set("targets", Json.MAPPER.valueToTree(targets))));
    Files.move(draft, folder.resolve("targets.json"), StandardCopyOption.REPLACE_EXISTING);
  }

  private boolean isReady() {
    if (!process.isAlive()) {
      throw new AssertionError("Prometheus ended: " + log());
    }
    try {
      return get("/-/ready").startsWith("Prometheus");
    } catch (IOException e) {
      return false;
    }
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("prometheus.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private String get(String path) throws IOException {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              BodyHandlers.ofString())
          .body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What a query gives now: a list of series, each with its value. */
  JsonNode query(String expression) throws IOException {
    String encoded = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    JsonNode answer = Json.MAPPER.readTree(get("/api/v1/query?query=" + encoded));
    if (!answer.path("status").asText().equals("success")) {
      throw new AssertionError(expression + ": " + answer);
    }
    return answer.at("/data/result");
  }

  /** The names of the alerts that are firing. */
  Set<String> firing() throws IOException {
    Set<String> firing = new TreeSet<>();
    for (JsonNode alert : Json.MAPPER.readTree(get("/api/v1/alerts")).at("/data/alerts")) {
      if (alert.path("state").asText().equals("firing")) {
        firing.add(alert.at("/labels/alertname").asText());
      }
    }
    return firing;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }
}

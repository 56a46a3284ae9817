package dev.bactrian.examples;

import static dev.bactrian.examples.Example.MODEL;
import static dev.bactrian.examples.Example.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.GatewayProcess;
import dev.bactrian.kit.LogCapture;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts in a database, by a component that is dropped into lib/. */
class LogPromptsIT {
  /** Filled by the build, with what the README has its reader put into lib/. */
  private static final Path JARS = Path.of("target/libraries");

  private final ProviderServer provider = ProviderServer.start();
  private final Path folder;
  private final Path config;

  LogPromptsIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.config = folder.resolve("config");
    copy(Example.config("log-prompts").resolve("routes"), config.resolve("routes"));
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private Gateway start(String database) {
    return Gateway.with()
        .config(config)
        .set("prompts.db", database)
        .provider("openai", provider)
        .start();
  }

  private static List<String> rows(Gateway gateway) {
    List<String> rows = new ArrayList<>();
    try (Connection connection = gateway.bean("prompts", DataSource.class).getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT * FROM prompts ORDER BY at")) {
      while (found.next()) {
        assertThat(found.getString("request")).startsWith("req_");
        rows.add(
            String.join(
                " | ",
                found.getString("client"),
                found.getString("model"),
                found.getString("text")));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return rows;
  }

  @Test
  void eachPromptBecomesARow() throws Exception {
    copy(JARS, config.resolve("lib"));
    String nasty = "Robert'); DROP TABLE prompts; -- ${sys.user.home} :?model";
    try (Gateway gateway = start(folder.resolve("prompts").toString())) {
      assertThat(gateway.client().chat(prompt("What is a camel?", false)).text())
          .isEqualTo("Hello");
      assertThat(gateway.client().chat(prompt(nasty, true)).status()).isEqualTo(200);
      await()
          .untilAsserted(
              () ->
                  assertThat(rows(gateway))
                      .containsExactlyInAnyOrder(
                          "env | " + MODEL + " | What is a camel?",
                          "env | " + MODEL + " | " + nasty));
    }
    assertThat(folder.resolve("prompts.mv.db")).exists();
  }

  @Test
  void aProcessTakesItsJarsFromTheFolder() throws Exception {
    copy(JARS, config.resolve("lib"));
    Map<String, String> environment =
        Map.of(
            "BACTRIAN_CONFIG", config.toString(),
            "PROMPTS_DB", folder.resolve("other").toString());
    try (GatewayProcess gateway =
        GatewayProcess.start(folder.resolve("data"), environment, "check")) {
      assertThat(gateway.exitCode()).as(gateway.output()).isZero();
      assertThat(gateway.output()).contains("sound");
    }
  }

  @Test
  void withoutItsJarsTheConfigurationIsRefusedWithItsFile() throws Exception {
    Map<String, String> environment = Map.of("BACTRIAN_CONFIG", config.toString());
    try (GatewayProcess gateway = GatewayProcess.start(folder.resolve("data"), environment)) {
      assertThat(gateway.exitCode()).isEqualTo(1);
      assertThat(gateway.output())
          .contains(config.resolve("routes/asked.camel.yaml").toString())
          .contains("No endpoint could be found for: jdbc")
          .contains("line ");
    }
  }

  @Test
  void jarsCanBeDroppedInWhileTheGatewayRuns() throws Exception {
    Path routes = config.resolve("routes/asked.camel.yaml");
    String text = Files.readString(routes);
    Files.delete(routes);
    try (Gateway gateway = start(folder.resolve("prompts").toString())) {
      Files.writeString(routes, text);
      await().until(() -> status(gateway).contains("edit_rejected"));
      assertThat(gateway.client().ask(MODEL).text()).isEqualTo("Hello");
      copy(JARS, config.resolve("lib"));
      await().until(() -> status(gateway).contains("\"ok\""));
      assertThat(gateway.client().ask(MODEL).text()).isEqualTo("Hello");
      assertThat(gateway.routeIds()).contains("log-prompt");
    }
  }

  @Test
  void aDatabaseThatIsDownIsNotNoticedByClients() throws Exception {
    copy(JARS, config.resolve("lib"));
    try (Gateway gateway = start(folder.resolve("none") + ";IFEXISTS=TRUE");
        LogCapture log = new LogCapture()) {
      assertThat(gateway.client().ask(MODEL).text()).isEqualTo("Hello");
      Reply reply = gateway.client().stream(MODEL);
      assertThat(reply.status()).isEqualTo(200);
      await().untilAsserted(() -> assertThat(gateway.inside()).isZero());
      String lost = "The prompt of " + reply.header("x-request-id") + " was not written down: ";
      await().until(() -> log.text().contains(lost));
    }
  }

  private static String status(Gateway gateway) {
    return gateway.management("/v1/config/status").body();
  }
}

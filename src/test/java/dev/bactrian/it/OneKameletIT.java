package dev.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Examples;
import dev.bactrian.kit.GatewayProcess;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One kamelet in a plain route, without the gateway: examples/one-kamelet. */
class OneKameletIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void aFileIsAnswered(@TempDir Path folder) throws Exception {
    Path inbox = Files.createDirectories(folder.resolve("in"));
    Path outbox = folder.resolve("out");
    try (ProviderServer provider = ProviderServer.start()) {
      provider.always(Script.completion("Hello"));
      Map<String, String> environment =
          Map.of(
              "INBOX", inbox.toString(),
              "OUTBOX", outbox.toString(),
              "DEEPSEEK_API_KEY", "sk-deepseek-0123456789abcdef",
              "DEEPSEEK_BASE_URL", provider.baseUrl());
      try (GatewayProcess process =
          GatewayProcess.host(0, environment, "-jar", Examples.jar("one-kamelet"))) {
        Path draft =
            Files.writeString(
                folder.resolve("draft"), ApiClient.question("deepseek-chat", false, ""));
        Files.move(draft, inbox.resolve("a.json"), StandardCopyOption.ATOMIC_MOVE);
        Path answer = outbox.resolve("a.json");
        await().atMost(PATIENCE).until(() -> !process.isAlive() || Files.isRegularFile(answer));
        assertThat(answer).as(process.output()).isRegularFile();
        await().atMost(PATIENCE).until(() -> Files.size(answer) > 0);
        assertThat(Reply.json(Files.readString(answer)).at("/choices/0/message/content").asText())
            .isEqualTo("Hello");
        assertThat(provider.last().header("authorization"))
            .isEqualTo("Bearer sk-deepseek-0123456789abcdef");
        process.terminate();
        assertThat(process.exitCode()).isIn(0, 143);
      }
    }
  }
}

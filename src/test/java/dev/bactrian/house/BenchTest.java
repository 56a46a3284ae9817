package dev.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bench/ says about the routes is true. */
class BenchTest {
  @Test
  void theBareGatewayIsTheRoutesWithoutTheStepsOfAccounts(@TempDir Path folder)
      throws IOException, InterruptedException {
    ProcessBuilder bare = new ProcessBuilder("bench/bare", "printenv", "BACTRIAN_CONFIG");
    bare.environment().put("TMP", folder.toString());
    Process process = bare.redirectErrorStream(true).start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

    assertThat(process.waitFor()).as(printed).isZero();
    Path routes = Path.of(printed, "routes");
    assertThat(Files.readString(routes.resolve("chat.camel.yaml")))
        .contains("ref: identify")
        .doesNotContain("ref: account");
    assertThat(Files.readString(routes.resolve("reply.camel.yaml"))).doesNotContain("ref: admit");
  }
}

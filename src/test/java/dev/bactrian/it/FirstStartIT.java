package dev.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.GatewayProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody sees who starts the gateway for the first time, in a process as theirs is. */
@Timeout(180)
class FirstStartIT {
  private static final Pattern KEY = Pattern.compile("sk-bactrian-[0-9a-f]{12}-[0-9a-f]{40}");
  private static final Pattern CURL = Pattern.compile("Try it +(curl .*?)\n\n", Pattern.DOTALL);
  private static final String MODEL = "demo/chat";

  private final Path data;

  FirstStartIT(@TempDir Path folder) {
    data = folder.resolve("not").resolve("there yet");
  }

  private static List<String> keys(GatewayProcess process) {
    return KEY.matcher(process.output()).results().map(MatchResult::group).distinct().toList();
  }

  /** Runs the printed command as if it were pasted. */
  private static String paste(GatewayProcess process, Map<String, String> environment)
      throws Exception {
    Matcher command = Awaitility.await().until(() -> CURL.matcher(process.output()), Matcher::find);
    ProcessBuilder shell = new ProcessBuilder("bash", "-c", command.group(1));
    shell.environment().putAll(environment);
    shell.environment().put("no_proxy", "localhost");
    shell.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process pasted = shell.start();
    String answer = new String(pasted.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(pasted.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(pasted.exitValue()).as("exit code of %s", command.group(1)).isZero();
    return answer;
  }

  private void expectNowhereAsItIs(String key) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    String secret = key.substring(key.length() - 40);
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .doesNotContain(secret, HexFormat.of().formatHex(hash));
      }
    }
  }

  @Test
  void aKeyIsShownOnceAndWorksAsPasted() throws Exception {
    String key;
    try (GatewayProcess first = GatewayProcess.start(data, Map.of())) {
      int port = first.port();
      assertThat(paste(first, Map.of())).startsWith("data: ").contains("data: " + Chunks.DONE);
      assertThat(first.output()).contains("Base URL    http://localhost:" + port + "/v1");
      assertThat(keys(first)).hasSize(1);
      key = keys(first).get(0);
      expectNowhereAsItIs(key);
      assertThat(new ApiClient(port, "sk-wrong").ask(MODEL).status()).isEqualTo(401);
      first.terminate();
      assertThat(first.exitCode()).isIn(0, 143);
      assertThat(first.output()).doesNotContain(" WARN ").doesNotContain(" ERROR ");
    }
    try (GatewayProcess second = GatewayProcess.start(data, Map.of())) {
      assertThat(new ApiClient(second.port(), key).ask(MODEL).status()).isEqualTo(200);
      assertThat(keys(second)).isEmpty();
      assertThat(second.output()).contains("the one shown at the first start");
    }
  }

  @Test
  void aKeyOfOnesOwnIsNotShownAndTheOnlyOne() throws Exception {
    Map<String, String> own = Map.of("BACTRIAN_KEY", "my own key-1");
    try (GatewayProcess process = GatewayProcess.start(data, own)) {
      int port = process.port();
      assertThat(paste(process, own)).contains("data: " + Chunks.DONE);
      assertThat(new ApiClient(port, "my own key-1").ask(MODEL).status()).isEqualTo(200);
      assertThat(new ApiClient(port, "my own key-2").ask(MODEL).status()).isEqualTo(401);
      assertThat(process.output()).doesNotContain("my own key-1");
      assertThat(keys(process)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"BACTRIAN_PORT", "BACTRIAN_MANAGEMENT_PORT"})
  void aPortInUseIsToldAndEndsTheStart(String variable) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      expectFailure(variable, port, "Port " + port, "Address already in use");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BACTRIAN_PORT, abc, BACTRIAN_PORT is 'abc'",
    "BACTRIAN_BREAKER_WINDOW, none, BACTRIAN_BREAKER_WINDOW is 'none'",
    "BACTRIAN_CONFIG, /not/there, /not/there is not there",
    "BACTRIAN_DATA, /dev/null/data, The data folder /dev/null/data cannot be written"
  })
  void aSettingThatCannotBeIsToldAndEndsTheStart(String variable, String value, String told)
      throws Exception {
    expectFailure(variable, value, told);
  }

  private void expectFailure(String variable, String value, String... told) throws Exception {
    try (GatewayProcess process = GatewayProcess.start(data, Map.of(variable, value))) {
      assertThat(process.exitCode()).as(process.output()).isEqualTo(1);
      assertThat(process.output().lines().filter(line -> line.startsWith("bactrian: ")))
          .singleElement()
          .asString()
          .contains(told);
      assertThat(process.output()).doesNotContain("\tat ").doesNotContain("is ready");
    }
  }

  @Test
  void theRehearsalEndsWell() throws Exception {
    try (GatewayProcess process = GatewayProcess.start(data, Map.of(), "--rehearse")) {
      assertThat(process.exitCode()).as(process.output()).isZero();
      assertThat(process.output()).contains("model=demo/chat status=200").doesNotContain(" ERROR ");
    }
  }

  @Test
  void whatTheCommandLineDoesNotKnowIsTold() throws IOException, InterruptedException {
    try (GatewayProcess process = GatewayProcess.start(data, Map.of(), "serv")) {
      assertThat(process.exitCode()).isEqualTo(2);
      assertThat(process.output()).contains("there is no 'serv'").contains("Usage: bactrian");
    }
    try (GatewayProcess process = GatewayProcess.start(data, Map.of(), "--version")) {
      assertThat(process.exitCode()).isZero();
      assertThat(process.output()).matches("Bactrian \\d+\\.\\d+\\.\\d+\\S*\n");
    }
    assertThat(data).doesNotExist();
  }
}

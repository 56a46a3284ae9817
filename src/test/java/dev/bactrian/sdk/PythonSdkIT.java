package dev.bactrian.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs src/test/python: the OpenAI Python SDK against the start script on the JVM of this test. */
class PythonSdkIT {
  private static final Path JAR = Path.of("target", "bactrian.jar");

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void theOpenAiPythonSdkIsServed() throws Exception {
    // Maven has packaged what is there now; without this the start script might build it again.
    Files.setLastModifiedTime(JAR, FileTime.from(Instant.now()));
    ProcessBuilder run =
        new ProcessBuilder("src/test/python/run", "--junitxml=../../../target/python-report.xml")
            .redirectErrorStream(true);
    run.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = run.start();
    try {
      String printed = printed(process);
      assertThat(process.waitFor()).as("exit code of %s:%n%s", run.command(), printed).isZero();
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
  }

  private static String printed(Process process) throws IOException {
    StringBuilder all = new StringBuilder();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(line);
        all.append(line).append(System.lineSeparator());
      }
    }
    return all.toString();
  }
}

package dev.bactrian.kit;

import dev.bactrian.Bactrian;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A gateway in a process of its own, on the JVM of this test, set up by its environment alone. */
public final class GatewayProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 90;
  private static final Pattern BASE_URL = Pattern.compile("Base URL +http://localhost:(\\d+)/v1");

  /** Variables of whoever runs the tests that a gateway would heed. */
  private static final Pattern SETTING =
      Pattern.compile("BACTRIAN_.*|CAMEL_.*|.*_API_KEY|.*_BASE_URL|JAVA_TOOL_OPTIONS");

  private final Process process;
  private final StringBuilder output = new StringBuilder();
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final Thread reader = new Thread(this::read, "gateway-output");

  private GatewayProcess(Process process) {
    this.process = process;
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts one on free ports of 127.0.0.1.
   *
   * @param data its data folder
   * @param environment more settings, or others
   * @param arguments of its command line
   */
  public static GatewayProcess start(
      Path data, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Bactrian.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = java(command);
    builder.environment().put("BACTRIAN_HOST", "127.0.0.1");
    builder.environment().put("BACTRIAN_PORT", "0");
    builder.environment().put("BACTRIAN_MANAGEMENT_PORT", "0");
    builder.environment().put("BACTRIAN_DATA", data.toString());
    builder.environment().putAll(environment);
    return start(builder);
  }

  /**
   * Starts another application that has a gateway in it. It is ready when it takes calls, which is
   * for the test to see.
   *
   * @param port where it will serve clients
   * @param environment all of its settings
   * @param arguments of the JVM: options, then its jar
   */
  public static GatewayProcess host(
      int port, Map<String, String> environment, String... arguments) {
    ProcessBuilder builder = java(List.of(arguments));
    builder.environment().putAll(environment);
    GatewayProcess process = start(builder);
    process.port.complete(port);
    return process;
  }

  /** The JVM of this test with no setting of a gateway in its environment. */
  private static ProcessBuilder java(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> SETTING.matcher(name).matches());
    return builder;
  }

  private static GatewayProcess start(ProcessBuilder builder) {
    try {
      return new GatewayProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (output) {
          output.append(line).append('\n');
        }
        Matcher found = BASE_URL.matcher(line);
        if (found.find()) {
          port.complete(Integer.valueOf(found.group(1)));
        }
      }
    } catch (IOException e) {
      // The process has ended, and its output with it.
    }
    port.completeExceptionally(new IllegalStateException("It ended."));
  }

  /** Waits until it is ready, and gives back its port for clients. */
  public int port() throws InterruptedException {
    try {
      return port.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("The gateway did not start:\n" + output(), e);
    }
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed so far, log included. */
  public String output() {
    synchronized (output) {
      return output.toString();
    }
  }

  /** Tells it to end, as an operator does: SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** Waits for its end and gives back its exit code; all it printed is there then. */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("The gateway did not end:\n" + output());
    }
    reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

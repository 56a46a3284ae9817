package dev.bactrian.kit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A gateway in a process of its own, which can be killed as a crash or the kernel would. */
public final class Node implements AutoCloseable {
  private final Process process;
  private final int port;

  private Node(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts a gateway and returns when it serves.
   *
   * @param data its folder for state
   * @param environment variables such as OPENAI_BASE_URL
   */
  public static Node start(Path data, Map<String, String> environment) {
    int port = freePort();
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("BACTRIAN_HOST", "127.0.0.1");
    variables.put("BACTRIAN_PORT", Integer.toString(port));
    variables.put("BACTRIAN_MANAGEMENT_PORT", Integer.toString(freePort()));
    variables.put("BACTRIAN_KEY", Gateway.KEY);
    variables.put("BACTRIAN_DATA", data.toString());
    variables.putAll(environment);
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes,
                "dev.bactrian.Bactrian"));
    builder.environment().putAll(variables);
    builder.redirectErrorStream(true).redirectOutput(data.resolve("node.log").toFile());
    try {
      Node node = new Node(builder.start(), port);
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(node::serves);
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean serves() {
    if (!process.isAlive()) {
      throw new AssertionError("The node has ended; see node.log in its folder.");
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port for clients. */
  public int port() {
    return port;
  }

  /** A client that knows the key. */
  public ApiClient client() {
    return new ApiClient(port, Gateway.KEY);
  }

  /**
   * Kills it by SIGKILL, and returns when it is gone.
   *
   * @return when the signal was sent, on {@link System#nanoTime}'s clock
   */
  public long kill() throws InterruptedException {
    long when = System.nanoTime();
    process.destroyForcibly();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new AssertionError("The node cannot be killed.");
    }
    return when;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

package dev.bactrian.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real server of a store on a port and in a folder of its own, which can be killed, stand still
 * and come back. Who needs one says so by {@link NeedsStores}.
 */
public abstract class StoreProcess implements AutoCloseable {
  private final int port = freePort();
  private final Path folder = temporary();
  private @Nullable Process process;

  /** The command that starts it. */
  protected abstract List<String> command();

  /** Whether it answers by now. */
  protected boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Its port. */
  public int port() {
    return port;
  }

  /** Its folder. */
  protected Path folder() {
    return folder;
  }

  /** The file of that name in one of some folders, null when it is in none. */
  static @Nullable String find(String name, List<String> folders) {
    for (String each : folders) {
      Path file = Path.of(each, name);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    return null;
  }

  /** Starts it, with what it kept on its disk, and returns when it answers. */
  public void start() {
    try {
      process =
          new ProcessBuilder(command())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
              .start();
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(this::answers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it as a crash would. */
  public void kill() {
    Process running = process;
    if (running != null) {
      run(List.of("kill", "-CONT", Long.toString(running.pid())));
      running.descendants().forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
      try {
        running.waitFor(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      process = null;
    }
  }

  /** It stands still: connections stay, and nothing answers. */
  public void pause() {
    signal("-STOP");
  }

  /** It goes on. */
  public void resume() {
    signal("-CONT");
  }

  private void signal(String signal) {
    Process running = process;
    if (running != null) {
      Stream.concat(Stream.of(running.toHandle()), running.descendants())
          .forEach(each -> run(List.of("kill", signal, Long.toString(each.pid()))));
    }
  }

  /** Runs a command to its end; gives back its exit code. */
  protected static int run(List<String> command) {
    try {
      Process started =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return started.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("bactrian-store");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

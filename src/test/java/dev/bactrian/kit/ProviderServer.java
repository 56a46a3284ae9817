package dev.bactrian.kit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A provider on loopback that records what it is asked and does what the test says. */
public final class ProviderServer implements AutoCloseable {
  private final ServerSocket socket;
  private final Thread accepting;
  private final ConcurrentLinkedQueue<ProviderCall> calls = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<ProviderCall> arrivals = new LinkedBlockingQueue<>();
  private final Deque<Script> next = new ConcurrentLinkedDeque<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Script otherwise = Script.completion("Hello");

  private ProviderServer(ServerSocket socket) {
    this.socket = socket;
    this.accepting = spawn(this::accept);
  }

  /** A provider that answers every call until it is told otherwise. */
  public static ProviderServer start() {
    return start(0);
  }

  /** A provider on a port of 127.0.0.1, 0 for any. */
  public static ProviderServer start(int port) {
    try {
      ServerSocket socket = new ServerSocket(port, 4096, InetAddress.getLoopbackAddress());
      return new ProviderServer(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port. */
  public int port() {
    return socket.getLocalPort();
  }

  /** The base URL as the SDKs mean it. */
  public String baseUrl() {
    return "http://127.0.0.1:" + port() + "/v1";
  }

  /** Forgets what was, and does this from now on. */
  public ProviderServer always(Script script) {
    next.clear();
    calls.clear();
    arrivals.clear();
    otherwise = script;
    return this;
  }

  /** Does this first, one script for each call. */
  public ProviderServer first(Script... scripts) {
    next.addAll(List.of(scripts));
    return this;
  }

  /** The requests so far. */
  public List<ProviderCall> calls() {
    return new ArrayList<>(calls);
  }

  /** How many requests there were. */
  public int count() {
    return calls.size();
  }

  /** The last request. */
  public ProviderCall last() {
    List<ProviderCall> all = calls();
    return all.get(all.size() - 1);
  }

  /** Waits for the next request that no test has taken yet. */
  public ProviderCall await() throws InterruptedException {
    ProviderCall call = arrivals.poll(20, TimeUnit.SECONDS);
    if (call == null) {
      throw new AssertionError("No request came.");
    }
    return call;
  }

  /** How many connections are open. */
  public int connections() {
    return open.size();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        connection.setTcpNoDelay(true);
        open.add(connection);
        spawn(() -> serve(connection));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    ProviderCall last = null;
    try (connection) {
      InputStream in = connection.getInputStream();
      while (true) {
        ProviderCall call = next(connection, in);
        last = call;
        // Chosen first: a test that hears of the call may change what is done with the next one.
        Script first = next.poll();
        Script script = first == null ? otherwise : first;
        calls.add(call);
        arrivals.add(call);
        script.answer(call);
      }
    } catch (Exception e) {
      // The gateway has closed the connection, or the test has: both are what tests are about.
      if (last != null) {
        last.gone(System.nanoTime());
      }
    } finally {
      open.remove(connection);
    }
  }

  private static ProviderCall next(Socket connection, InputStream in) throws IOException {
    String head = head(in);
    Map<String, String> headers = new TreeMap<>();
    head.lines()
        .skip(1)
        .filter(line -> line.contains(":"))
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              headers.put(
                  line.substring(0, colon).toLowerCase(Locale.ROOT),
                  line.substring(colon + 1).strip());
            });
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    return new ProviderCall(connection, head, headers, in.readNBytes(length));
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int end = 0;
    while (end < 4) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("cut in the head");
      }
      head.write(b);
      end = b == '\r' || b == '\n' ? end + 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static Thread spawn(Runnable task) {
    Thread thread = new Thread(null, task, "provider", 256 * 1024);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void close() {
    try {
      socket.close();
      accepting.join(); // the port is only closed when no one waits for a connection any more
      for (Socket connection : open) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

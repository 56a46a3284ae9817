package dev.bactrian.kit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A client on a bare socket: sends any bytes, and notes when each event arrives. */
public final class RawClient implements AutoCloseable {
  /**
   * A server-sent event.
   *
   * @param data its data
   * @param nanos when it arrived, on {@link System#nanoTime}'s clock
   * @param read in which read of the socket, counted from 0
   */
  public record Event(String data, long nanos, int read) {}

  private static final int PATIENCE_SECONDS = 20;

  private final Socket socket;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> head = new CompletableFuture<>();
  private final CompletableFuture<String> all = new CompletableFuture<>();
  private String unread = "";
  private int reads;

  private RawClient(Socket socket) {
    this.socket = socket;
  }

  /** A connection. */
  public static RawClient connect(int port) {
    try {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      RawClient client = new RawClient(socket);
      Thread reader = new Thread(null, client::read, "client", 256 * 1024);
      reader.setDaemon(true);
      reader.start();
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Posts a chat completion with the client's key. */
  public RawClient chat(String body) {
    return post("/v1/chat/completions", body);
  }

  /** Posts JSON to a path with the client's key. */
  public RawClient post(String path, String body) {
    return send(request(path, body));
  }

  /** The bytes of a chat completion with the client's key. */
  public static String request(String body) {
    return request("/v1/chat/completions", body);
  }

  private static String request(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer "
        + Gateway.KEY
        + "\r\ncontent-type: application/json\r\ncontent-length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  /** Sends bytes as they are. */
  public RawClient send(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    byte[] buffer = new byte[64 * 1024];
    try (InputStream in = socket.getInputStream()) {
      int count;
      while ((count = in.read(buffer)) > 0) {
        take(buffer, count, System.nanoTime());
      }
    } catch (IOException e) {
      // A reset ends what can be read just as a close does.
    }
    String text = text();
    head.complete(text);
    all.complete(text);
  }

  private synchronized void take(byte[] bytes, int count, long now) {
    received.write(bytes, 0, count);
    unread += new String(bytes, 0, count, StandardCharsets.UTF_8);
    int blank;
    while ((blank = unread.indexOf("\n\n")) >= 0) {
      int data = unread.lastIndexOf("data: ", blank);
      events.add(new Event(unread.substring(data + 6, blank), now, reads));
      unread = unread.substring(blank + 2);
    }
    reads++;
    if (!head.isDone()) {
      String text = text();
      int end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        head.complete(text.substring(0, end));
      }
    }
  }

  private synchronized String text() {
    return received.toString(StandardCharsets.UTF_8);
  }

  /** How many bytes have arrived. */
  public synchronized int received() {
    return received.size();
  }

  /** Waits for the status. */
  public int status() throws Exception {
    return Integer.parseInt(head().substring(9, 12));
  }

  /** Waits for status line and headers. */
  public String head() throws Exception {
    return head.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Waits for the next event. */
  public Event event() throws InterruptedException {
    Event event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("No event came.");
    }
    return event;
  }

  /** Waits until that text has come, and gives back all that came. */
  public String awaitText(String part) {
    return Awaitility.await()
        .atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .until(this::text, all -> all.contains(part));
  }

  /** Waits until the gateway has closed the connection, and gives back all that came. */
  public String awaitClosed() throws Exception {
    return all.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** The events that nobody has taken yet. */
  public List<Event> remaining() {
    List<Event> left = new ArrayList<>();
    events.drainTo(left);
    return left;
  }

  /** Leaves as a client that crashed. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

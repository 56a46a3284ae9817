package dev.bactrian.kit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request that reached a provider, and the means to answer it in any way, good or bad. */
public final class ProviderCall {
  private final Socket socket;
  private final String head;
  private final Map<String, String> headers;
  private final byte[] body;
  private final CompletableFuture<Long> gone = new CompletableFuture<>();

  ProviderCall(Socket socket, String head, Map<String, String> headers, byte[] body) {
    this.socket = socket;
    this.head = head;
    this.headers = headers;
    this.body = body;
  }

  /** The request line. */
  public String requestLine() {
    return head.lines().findFirst().orElse("");
  }

  /** Path and query as they came. */
  public String target() {
    return requestLine().split(" ")[1];
  }

  /** A parameter of the query, percent-decoded; null when it was not sent. */
  public @Nullable String query(String name) {
    int start = target().indexOf('?');
    if (start >= 0) {
      for (String pair : target().substring(start + 1).split("&")) {
        if (pair.startsWith(name + "=")) {
          return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
        }
      }
    }
    return null;
  }

  /** Request line and headers as they came. */
  public String head() {
    return head;
  }

  /** A header, null when it was not sent. */
  public @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  /** The headers by their names in lower case. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The body as it came. */
  public String body() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The body as JSON. */
  public JsonNode json() {
    try {
      return Json.MAPPER.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A member of the body as text, empty when it is not there. */
  public String member(String name) {
    return json().path(name).asText();
  }

  /** Sends a whole answer with a JSON body; headers are names and values in turn. */
  public void json(int status, String json, String... more) throws IOException {
    whole(status, "application/json", json, more);
  }

  /** Sends a whole answer; headers are names and values in turn. */
  public void whole(int status, String type, String text, String... more) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
    out.append("content-type: ").append(type).append("\r\n");
    out.append("content-length: ").append(bytes.length).append("\r\n");
    for (int i = 0; i < more.length; i += 2) {
      out.append(more[i]).append(": ").append(more[i + 1]).append("\r\n");
    }
    raw(out + "\r\n" + text);
  }

  /** Sends the head of a stream. */
  public void openStream() throws IOException {
    raw("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n");
  }

  /**
   * Sends one event of an open stream in one write.
   *
   * @return when, on {@link System#nanoTime}'s clock
   */
  public long event(String data) throws IOException {
    return streamed("data: " + data + "\n\n");
  }

  /**
   * Sends bytes of an open stream as they are in one write.
   *
   * @return when, on {@link System#nanoTime}'s clock
   */
  public long streamed(String text) throws IOException {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    return raw(Integer.toHexString(length) + "\r\n" + text + "\r\n");
  }

  /** Ends an open stream properly, whatever was in it. */
  public void endStream() throws IOException {
    raw("0\r\n\r\n");
  }

  /**
   * Sends bytes, be they HTTP or not.
   *
   * @return when, on {@link System#nanoTime}'s clock
   */
  public long raw(String text) throws IOException {
    return raw(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sends bytes, be they HTTP or not.
   *
   * @return when, on {@link System#nanoTime}'s clock
   */
  public long raw(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    long now = System.nanoTime();
    out.write(bytes);
    out.flush();
    return now;
  }

  /** Closes the connection as a process that ends does. */
  public void cut() throws IOException {
    try (socket) {
      socket.shutdownOutput();
    } catch (SocketException e) {
      // The gateway was quicker: it closes a connection on which it cannot read any further.
    }
  }

  /** Resets the connection as a host that crashed does. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Waits until the gateway has closed the connection, and says when on nanoTime's clock. */
  public long awaitGone() throws Exception {
    return gone.get(20, TimeUnit.SECONDS);
  }

  /** Whether the gateway has closed the connection. */
  public boolean isGone() {
    return gone.isDone();
  }

  void gone(long when) {
    gone.complete(when);
  }
}

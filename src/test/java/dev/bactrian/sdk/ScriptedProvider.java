package dev.bactrian.sdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A provider that answers every request with what a test has set last. */
final class ScriptedProvider implements AutoCloseable {
  /** What is done with a request. */
  interface Script {
    void answer(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile Script script = status(500, "{}");

  ScriptedProvider() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::handle);
    server.start();
  }

  String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  /** Sets the answer and forgets the requests so far. */
  void will(Script answer) {
    requests.clear();
    script = answer;
  }

  /** The bodies that came since the answer was set. */
  List<String> requests() {
    return requests;
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    script.answer(exchange);
  }

  /** Answers as a whole; headers are names and values in turn. */
  static Script status(int status, String body, String... headers) {
    return exchange -> {
      exchange.getResponseHeaders().set("content-type", "application/json");
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    };
  }

  /** Answers with an OpenAI error. */
  static Script error(int status, String message, String... headers) {
    String body =
        """
        {"error":{"message":"%s","type":null,"param":null,"code":null}}"""
            .formatted(message);
    return status(status, body, headers);
  }

  /** Streams events and, after the last of them, ends the answer or breaks the connection. */
  static Script stream(boolean complete, String... events) {
    return exchange -> {
      exchange.getResponseHeaders().set("content-type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      for (String event : events) {
        out.write(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
      if (complete) {
        out.close();
      } else {
        throw new IOException("The connection is cut on purpose.");
      }
    };
  }

  /** A chunk with a text. */
  static String says(String text) {
    return """
        {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m",\
        "choices":[{"index":0,"delta":{"role":"assistant","content":"%s"},"finish_reason":null}]}"""
        .formatted(text);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

package dev.bactrian.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.json.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The demo provider: a small OpenAI-compatible server on loopback, so that a call to it takes the
 * same road as a call to any other provider.
 */
public final class DemoServer implements AutoCloseable {
  private static final long TOKEN_MILLIS = 25;
  private static final String KAMELET = "camel.kamelet.demo-chat-action.";

  private final Vertx vertx;
  private final String apiKey;
  private final String authorization;
  private final long tokenMillis;
  private final HttpServer server;

  /**
   * Starts it on a free port.
   *
   * @param apiKey the key that it asks for
   * @param tokenMillis milliseconds from one token to the next
   */
  public DemoServer(Vertx vertx, String apiKey, long tokenMillis) {
    this.vertx = vertx;
    this.apiKey = apiKey;
    this.authorization = "Bearer " + apiKey;
    this.tokenMillis = tokenMillis;
    this.server = vertx.createHttpServer().requestHandler(this::handle);
    CompletableFuture<HttpServer> listening = new CompletableFuture<>();
    server
        .listen(0, "127.0.0.1")
        .onComplete(
            done -> {
              if (done.succeeded()) {
                listening.complete(done.result());
              } else {
                listening.completeExceptionally(done.cause());
              }
            });
    listening.join();
  }

  /** Starts it with a key that nobody else knows, at the pace of a usual model. */
  public static DemoServer start(Vertx vertx) {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    return new DemoServer(vertx, HexFormat.of().formatHex(random), TOKEN_MILLIS);
  }

  /** The settings of the kamelet that calls it. */
  public Map<String, String> settings() {
    return Map.of(KAMELET + "baseUrl", baseUrl(), KAMELET + "apiKey", apiKey);
  }

  /** Its base URL, as the SDKs mean it. */
  public String baseUrl() {
    return "http://127.0.0.1:" + server.actualPort() + "/v1";
  }

  private void handle(HttpServerRequest request) {
    String sent = request.getHeader("authorization");
    if (sent == null || !same(sent, authorization)) {
      error(request.response(), 401, "Incorrect API key provided.");
    } else if (!request.path().equals("/v1/chat/completions")) {
      error(request.response(), 404, "There is nothing here.");
    } else {
      request.body().onSuccess(body -> answer(request.response(), body));
    }
  }

  private static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  private void answer(HttpServerResponse response, Buffer body) {
    JsonNode request;
    try {
      request = Json.MAPPER.readTree(body.getBytes());
    } catch (IOException e) {
      error(response, 400, "The body is not JSON.");
      return;
    }
    DemoAnswer answer = DemoAnswer.to(request);
    switch (request.path("model").asText()) {
      case "unreliable" -> error(response, 503, "This model fails on purpose.");
      case "cut" -> stream(response, answer, true);
      default -> {
        if (request.path("stream").asBoolean()) {
          stream(response, answer, false);
        } else {
          vertx.setTimer(
              Math.max(1, tokenMillis * Math.min(20, answer.length())),
              then -> json(response, 200, answer.whole()));
        }
      }
    }
  }

  private void stream(HttpServerResponse response, DemoAnswer answer, boolean cut) {
    response.putHeader("content-type", "text/event-stream").setChunked(true);
    next(response, answer, 0, cut);
  }

  private void next(HttpServerResponse response, DemoAnswer answer, int at, boolean cut) {
    if (response.closed()) {
      return;
    }
    if (at == answer.chunks().size()) {
      response.end("data: [DONE]\n\n");
    } else if (cut && at == Math.min(8, answer.chunks().size() - 1)) {
      response.reset();
    } else {
      response.write("data: " + answer.chunks().get(at) + "\n\n");
      vertx.setTimer(Math.max(1, tokenMillis), then -> next(response, answer, at + 1, cut));
    }
  }

  private static void error(HttpServerResponse response, int status, String message) {
    json(
        response,
        status,
        "{\"error\":{\"message\":\""
            + message
            + "\",\"type\":\"demo_error\",\"param\":null,\"code\":null}}");
  }

  private static void json(HttpServerResponse response, int status, String body) {
    if (!response.closed()) {
      response.setStatusCode(status).putHeader("content-type", "application/json").end(body);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}

package dev.bactrian.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A client of the gateway on the JDK's HTTP client. */
public final class ApiClient {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port;
  private final @Nullable String key;

  /**
   * A client.
   *
   * @param key what it sends as its bearer key, null for none
   */
  public ApiClient(int port, @Nullable String key) {
    this.port = port;
    this.key = key;
  }

  /** The same client with another key, null for none. */
  public ApiClient withKey(@Nullable String other) {
    return new ApiClient(port, other);
  }

  /** What it sends as its bearer key, empty for none. */
  public String key() {
    return key == null ? "" : key;
  }

  /** Asks a model for a whole answer. */
  public Reply ask(String model) {
    return chat(question(model, false, ""));
  }

  /** Asks a model for a stream and reads it to its end. */
  public Reply stream(String model) {
    return chat(question(model, true, ""));
  }

  /**
   * A body that asks a model.
   *
   * @param more further members, each with a comma before it
   */
  public static String question(String model, boolean stream, String more) {
    return """
        {"model":"%s","stream":%s,"messages":[{"role":"user","content":"Hi"}]%s}"""
        .formatted(model, stream, more);
  }

  /** Posts a chat completion; headers are names and values in turn. */
  public Reply chat(String body, String... headers) {
    return wait(chatting(body, headers));
  }

  /** Posts a chat completion and does not wait. */
  public CompletableFuture<Reply> chatting(String body, String... headers) {
    return send("POST", "/v1/chat/completions", BodyPublishers.ofString(body), headers);
  }

  /** Gets a path. */
  public Reply get(String path, String... headers) {
    return wait(send("GET", path, BodyPublishers.noBody(), headers));
  }

  /** Sends any method to any path. */
  public Reply request(String method, String path, String... headers) {
    return wait(send(method, path, BodyPublishers.noBody(), headers));
  }

  /** Sends a body to any path. */
  public Reply post(String path, BodyPublisher body, String... headers) {
    return wait(send("POST", path, body, headers));
  }

  /** Sends a body by any method to any path. */
  public Reply request(String method, String path, BodyPublisher body) {
    return wait(send(method, path, body));
  }

  private CompletableFuture<Reply> send(
      String method, String path, BodyPublisher body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(PATIENCE)
            .method(method, body);
    if (key != null) {
      request.setHeader("authorization", "Bearer " + key);
    }
    if (method.equals("POST")) {
      request.setHeader("content-type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    Received received = new Received();
    return http.sendAsync(request.build(), received)
        .handle((answer, broken) -> received.reply(broken))
        .thenCompose(reply -> reply);
  }

  private static Reply wait(CompletableFuture<Reply> reply) {
    try {
      return reply.join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof IOException cut) {
        throw new UncheckedIOException(cut);
      }
      throw e;
    }
  }
}

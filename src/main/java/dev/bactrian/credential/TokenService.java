package dev.bactrian.credential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/**
 * Calls a service that hands out tokens. What it says is never shown, since it may repeat what it
 * was sent.
 */
final class TokenService {
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  private final String name;
  private final Duration timeout;

  /**
   * A service.
   *
   * @param name whose it is, for messages
   * @param timeoutMillis from the request to the whole answer
   */
  TokenService(String name, long timeoutMillis) {
    this.name = name;
    this.timeout = Duration.ofMillis(timeoutMillis);
  }

  /**
   * Sends a request and waits for the JSON object of the answer.
   *
   * @throws UpstreamException AUTH when the credentials are refused, TIMEOUT, RATE or SERVER when
   *     the service does not work
   */
  JsonNode call(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> answer =
          HTTP.send(request.timeout(timeout).build(), HttpResponse.BodyHandlers.ofByteArray());
      int status = answer.statusCode();
      if (status != 200) {
        throw failure(kind(status), "answered with HTTP status " + status);
      }
      JsonNode body = Json.MAPPER.readTree(answer.body());
      if (body == null || !body.isObject()) {
        throw unusable();
      }
      return body;
    } catch (HttpTimeoutException e) {
      throw failure(ErrorClass.TIMEOUT, "did not answer in time");
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw unusable();
    } catch (IOException e) {
      throw failure(ErrorClass.SERVER, "could not be reached");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(ErrorClass.SERVER, "was not waited for");
    }
  }

  private static ErrorClass kind(int status) {
    return switch (status) {
      case 400, 401, 403, 404 -> ErrorClass.AUTH;
      case 408, 504 -> ErrorClass.TIMEOUT;
      case 429 -> ErrorClass.RATE;
      default -> ErrorClass.SERVER;
    };
  }

  /** The credentials are refused. */
  UpstreamException refused() {
    return failure(ErrorClass.AUTH, "refused the credentials");
  }

  /** The answer holds no token. */
  UpstreamException unusable() {
    return failure(ErrorClass.SERVER, "gave no token");
  }

  private UpstreamException failure(ErrorClass kind, String what) {
    return UpstreamException.noticed(kind, name + "'s token service " + what + ".");
  }
}

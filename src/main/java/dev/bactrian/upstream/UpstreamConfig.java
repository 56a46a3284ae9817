package dev.bactrian.upstream;

import dev.bactrian.credential.Credential;
import dev.bactrian.dialect.Dialect;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a provider is called.
 *
 * @param origin scheme, host and port
 * @param path path and query of a whole answer; {@code {model}} stands for the model's id
 * @param streamPath path and query of a stream
 * @param dialect how the provider speaks
 * @param credential adds what proves who calls, null where the headers of the message do
 * @param connectTimeout milliseconds
 * @param firstTokenTimeout milliseconds from the request to the first content of a stream
 * @param replyTimeout milliseconds from the request to the end of a whole answer
 * @param idleTimeout milliseconds without a byte once a stream has begun
 * @param maxReply the longest answer or event, in bytes
 */
record UpstreamConfig(
    URI origin,
    String path,
    String streamPath,
    Dialect dialect,
    @Nullable Credential credential,
    long connectTimeout,
    long firstTokenTimeout,
    long replyTimeout,
    long idleTimeout,
    int maxReply) {
  private static final String MODEL = "{model}";

  /**
   * A base URL as the SDKs mean it.
   *
   * @throws IllegalArgumentException when it is not an address
   */
  static URI base(String baseUrl) {
    URI uri = URI.create(baseUrl.strip().replaceAll("/+$", ""));
    String scheme = uri.getScheme();
    if (uri.getHost() == null
        || !("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme))) {
      throw new IllegalArgumentException("'" + baseUrl + "' is not an http or https address.");
    }
    return uri;
  }

  /** Scheme, host and port of an address. */
  static URI origin(URI base) {
    boolean tls = "https".equalsIgnoreCase(base.getScheme());
    int port = base.getPort() > 0 ? base.getPort() : tls ? 443 : 80;
    return URI.create((tls ? "https" : "http") + "://" + base.getHost() + ":" + port);
  }

  /** Path and query of an address with something appended; a query of the base stays. */
  static String path(URI base, String appended) {
    String path = base.getRawPath() + appended;
    String query = base.getRawQuery();
    return query == null ? path : path + (path.indexOf('?') < 0 ? "?" : "&") + query;
  }

  /** Path and query of a call. */
  String pathAndQuery(String model, boolean stream) {
    String chosen = stream ? streamPath : path;
    return chosen.contains(MODEL)
        ? chosen.replace(
            MODEL, URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20"))
        : chosen;
  }

  /** What the HTTP client needs to know of a call. */
  RequestOptions target(String pathAndQuery) {
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .setSsl(origin.getScheme().equals("https"))
        .setHost(origin.getHost())
        .setPort(origin.getPort())
        .setURI(pathAndQuery)
        .setFollowRedirects(false)
        .setConnectTimeout(connectTimeout);
  }

  /** The provider's host and port, for messages. */
  String place() {
    return origin.getHost() + ":" + origin.getPort();
  }
}

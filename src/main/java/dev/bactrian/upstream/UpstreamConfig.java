package dev.bactrian.upstream;

import dev.bactrian.dialect.Dialect;
import dev.bactrian.dialect.Quirks;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;

/**
 * Where and how a provider is called.
 *
 * @param target method, address and connect time-out of each request
 * @param dialect how the provider speaks
 * @param quirks where it departs from OpenAI
 * @param firstTokenTimeout milliseconds from the request to the first content of a stream
 * @param replyTimeout milliseconds from the request to the end of a whole answer
 * @param idleTimeout milliseconds without a byte once a stream has begun
 * @param maxReply the longest answer or event, in bytes
 */
record UpstreamConfig(
    RequestOptions target,
    Dialect dialect,
    Quirks quirks,
    long firstTokenTimeout,
    long replyTimeout,
    long idleTimeout,
    int maxReply) {

  /**
   * The target of a base URL.
   *
   * @param baseUrl as the SDKs mean it: {@code path} is appended
   * @param connectTimeout milliseconds
   */
  static RequestOptions target(String baseUrl, String path, long connectTimeout) {
    URI uri = URI.create(baseUrl.strip().replaceAll("/+$", "") + path);
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    if (uri.getHost() == null || !(tls || "http".equalsIgnoreCase(uri.getScheme()))) {
      throw new IllegalArgumentException("'" + baseUrl + "' is not an http or https address.");
    }
    String query = uri.getRawQuery();
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .setSsl(tls)
        .setHost(uri.getHost())
        .setPort(uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80)
        .setURI(query == null ? uri.getRawPath() : uri.getRawPath() + "?" + query)
        .setFollowRedirects(false)
        .setConnectTimeout(connectTimeout);
  }

  /** The provider's host and port, for messages. */
  String place() {
    return target.getHost() + ":" + target.getPort();
  }
}

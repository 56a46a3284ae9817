package dev.bactrian.door;

import dev.bactrian.host.HttpHost;
import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * Which headers enter: a short list, in any case, and none of them from the query string, which
 * Camel would take for headers too. Nothing leaves by this way; answers set their own.
 */
public final class DoorHeaders implements HeaderFilterStrategy {
  private static final Set<String> ALLOWED =
      Set.of("authorization", "x-api-key", "content-type", "traceparent", "tracestate");

  private final HttpHost http;

  /** The headers of requests that the host serves. */
  public DoorHeaders(HttpHost http) {
    this.http = http;
  }

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    if (!ALLOWED.contains(name.toLowerCase(Locale.ROOT))) {
      return true;
    }
    return http.query(exchange).keySet().stream().anyMatch(name::equalsIgnoreCase);
  }

  @Override
  public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    return true;
  }
}

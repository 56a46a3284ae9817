package dev.bactrian.door;

import dev.bactrian.call.Trace;
import dev.bactrian.host.HttpHost;
import java.util.Collection;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * Which headers enter: a short list, in any case, and none of them from the query string, which
 * Camel would take for headers too. Nothing leaves by this way; answers set their own.
 */
public final class DoorHeaders implements HeaderFilterStrategy {
  private static final List<String> ALLOWED =
      List.of("authorization", "x-api-key", "content-type", Trace.PARENT, Trace.STATE);

  private final HttpHost http;

  /** The headers of requests that the host serves. */
  public DoorHeaders(HttpHost http) {
    this.http = http;
  }

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    return !has(ALLOWED, name) || has(http.query(exchange).keySet(), name);
  }

  private static boolean has(Collection<String> names, String name) {
    for (String each : names) {
      if (name.equalsIgnoreCase(each)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    return true;
  }
}

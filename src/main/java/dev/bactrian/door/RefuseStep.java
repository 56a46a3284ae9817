package dev.bactrian.door;

import dev.bactrian.error.ApiException;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Refuses what no route serves: a wrong method on a known path, or an unknown path. */
public final class RefuseStep implements Processor {
  private static final Set<String> POSTS =
      Set.of("/v1/chat/completions", "/v1/route/explain", "/v1/compare");

  @Override
  public void process(Exchange exchange) {
    String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, "", String.class);
    String method = exchange.getMessage().getHeader(Exchange.HTTP_METHOD, "", String.class);
    String allowed = allowed(path);
    if (allowed != null) {
      throw new ApiException(
              405,
              "invalid_request_error",
              "method_not_allowed",
              null,
              "Not allowed to " + method + " on " + path + " (allowed: " + allowed + ").")
          .header("allow", allowed);
    }
    throw ApiException.unknownUrl(method, path);
  }

  private static @Nullable String allowed(String path) {
    if (POSTS.contains(path)) {
      return "POST";
    }
    boolean read = path.equals("/v1/usage") || path.equals("/v1/key") || path.equals("/v1/models");
    return read || path.startsWith("/v1/models/") ? "GET" : null;
  }
}

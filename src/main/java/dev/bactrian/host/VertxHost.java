package dev.bactrian.host;

import dev.bactrian.call.Client;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.jspecify.annotations.Nullable;

/** Camel's platform-http on Vert.x: Camel Main and Quarkus. */
public final class VertxHost implements HttpHost {
  @Override
  public Client client(Exchange exchange) {
    HttpMessage message = exchange.getMessage(HttpMessage.class);
    return new VertxClient(message.getRequest(), message.getResponse());
  }

  @Override
  public @Nullable String header(Exchange exchange, String name) {
    return exchange.getMessage() instanceof HttpMessage message
        ? message.getRequest().getHeader(name)
        : null;
  }

  @Override
  public Map<String, String> query(Exchange exchange) {
    if (!(exchange.getMessage() instanceof HttpMessage message)
        || message.getRequest().query() == null) {
      return Map.of();
    }
    Map<String, String> query = new LinkedHashMap<>();
    message.getRequest().params().forEach(each -> query.put(each.getKey(), each.getValue()));
    return query;
  }
}

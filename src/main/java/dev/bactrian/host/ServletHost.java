package dev.bactrian.host;

import dev.bactrian.call.Client;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.springboot.PlatformHttpMessage;
import org.jspecify.annotations.Nullable;

/** Camel's platform-http on servlets: Spring Boot. */
public final class ServletHost implements HttpHost {
  @Override
  public Client client(Exchange exchange) {
    PlatformHttpMessage message = exchange.getMessage(PlatformHttpMessage.class);
    return new ServletClient(message.getResponse());
  }

  @Override
  public @Nullable String header(Exchange exchange, String name) {
    return exchange.getMessage() instanceof PlatformHttpMessage message
        ? message.getRequest().getHeader(name)
        : null;
  }

  @Override
  public Map<String, String> query(Exchange exchange) {
    if (!(exchange.getMessage() instanceof PlatformHttpMessage message)
        || message.getRequest().getQueryString() == null) {
      return Map.of();
    }
    Map<String, String> query = new LinkedHashMap<>();
    message
        .getRequest()
        .getParameterMap()
        .forEach((name, values) -> query.put(name, values[values.length - 1]));
    return query;
  }
}

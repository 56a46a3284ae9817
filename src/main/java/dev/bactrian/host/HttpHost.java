package dev.bactrian.host;

import dev.bactrian.call.Client;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** How a host serves HTTP: there is one implementation for each kind. */
public interface HttpHost {
  /** The client of a request that the host's HTTP server has put on an exchange. */
  Client client(Exchange exchange);

  /** A header of the request as it was sent, null where it was not. */
  @Nullable String header(Exchange exchange, String name);

  /** The parameters of the request's query; of a name that stands there twice, the last one. */
  Map<String, String> query(Exchange exchange);
}

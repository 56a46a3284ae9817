package dev.bactrian.upstream;

import io.vertx.core.Vertx;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.util.PropertiesHelper;
import org.jspecify.annotations.Nullable;

/**
 * The {@code upstream:} component: sends a chat completion to a provider and gives back its answer,
 * or its stream once the first content is there. All endpoints share the {@link Connections} of the
 * registry; where there are none the component makes its own, on the registry's Vert.x if it has
 * one.
 */
@Component("upstream")
public final class UpstreamComponent extends DefaultComponent {
  @Metadata(
      label = "advanced",
      description =
          "Most connections to one provider at a time, where the registry has no Connections",
      defaultValue = "20000")
  private int maxConnections = 20_000;

  private @Nullable Vertx ownVertx;
  private @Nullable Connections own;
  private @Nullable Connections connections;

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    UpstreamEndpoint endpoint = new UpstreamEndpoint(uri, this, remaining);
    endpoint.setQuirks(PropertiesHelper.extractProperties(parameters, "quirk."));
    setProperties(endpoint, parameters);
    return endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    connections = CamelContextHelper.findSingleByType(getCamelContext(), Connections.class);
    if (connections == null) {
      Vertx vertx = CamelContextHelper.findSingleByType(getCamelContext(), Vertx.class);
      if (vertx == null) {
        ownVertx = Vertx.vertx();
        vertx = ownVertx;
      }
      own = new Connections(vertx, maxConnections);
      connections = own;
    }
  }

  @Override
  protected void doStop() throws Exception {
    if (own != null) {
      own.close();
      own = null;
    }
    if (ownVertx != null) {
      ownVertx.close();
      ownVertx = null;
    }
    super.doStop();
  }

  Connections connections() {
    if (connections == null) {
      throw new IllegalStateException("The upstream component is not started.");
    }
    return connections;
  }

  /** Most connections to one provider at a time, where the registry has no connections. */
  public int getMaxConnections() {
    return maxConnections;
  }

  /** Sets {@link #getMaxConnections}. */
  public void setMaxConnections(int maxConnections) {
    this.maxConnections = maxConnections;
  }
}

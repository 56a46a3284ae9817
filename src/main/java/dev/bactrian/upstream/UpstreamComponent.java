package dev.bactrian.upstream;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
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
 * or its stream once the first content is there. All endpoints share one HTTP client.
 */
@Component("upstream")
public final class UpstreamComponent extends DefaultComponent {
  @Metadata(
      label = "advanced",
      description = "Most connections to one provider at a time",
      defaultValue = "20000")
  private int maxConnections = 20_000;

  private @Nullable Vertx ownVertx;
  private @Nullable Vertx vertx;
  private @Nullable HttpClient client;
  private @Nullable Watch watch;

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
    vertx = CamelContextHelper.findSingleByType(getCamelContext(), Vertx.class);
    if (vertx == null) {
      ownVertx = Vertx.vertx();
      vertx = ownVertx;
    }
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setMaxPoolSize(maxConnections)
                .setKeepAliveTimeout(60)
                .setTcpNoDelay(true)
                .setVerifyHost(true)
                .setMaxChunkSize(64 * 1024)
                .setDecompressionSupported(true));
    watch = new Watch(vertx);
  }

  @Override
  protected void doStop() throws Exception {
    if (watch != null) {
      watch.close();
    }
    if (client != null) {
      client.close();
    }
    if (ownVertx != null) {
      ownVertx.close();
      ownVertx = null;
    }
    super.doStop();
  }

  Vertx vertx() {
    return started(vertx);
  }

  HttpClient client() {
    return started(client);
  }

  Watch watch() {
    return started(watch);
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("The upstream component is not started.");
    }
    return part;
  }

  /** Most connections to one provider at a time. */
  public int getMaxConnections() {
    return maxConnections;
  }

  /** Sets {@link #getMaxConnections}. */
  public void setMaxConnections(int maxConnections) {
    this.maxConnections = maxConnections;
  }
}

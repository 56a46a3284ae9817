package dev.bactrian.upstream;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;

/** The connections to all providers. As a bean they are shared by all contexts of a process. */
public final class Connections implements AutoCloseable {
  private final Vertx vertx;
  private final HttpClient client;
  private final Watch watch;

  /**
   * Connections that are opened when they are needed.
   *
   * @param most connections to one provider at a time
   */
  public Connections(Vertx vertx, int most) {
    this.vertx = vertx;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setMaxPoolSize(most)
                .setKeepAliveTimeout(60)
                .setTcpNoDelay(true)
                .setVerifyHost(true)
                .setMaxChunkSize(64 * 1024)
                .setDecompressionSupported(true));
    this.watch = new Watch(vertx);
  }

  Vertx vertx() {
    return vertx;
  }

  HttpClient client() {
    return client;
  }

  Watch watch() {
    return watch;
  }

  @Override
  public void close() {
    watch.close();
    client.close();
  }
}

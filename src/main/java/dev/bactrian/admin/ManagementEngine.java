package dev.bactrian.admin;

import java.util.List;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Serves routes on the management port: Camel's own engine takes the clients' port. A route asks for
 * it by {@code platformHttpEngine: "#bean:managementEngine"}.
 */
public final class ManagementEngine implements PlatformHttpEngine {
  private final int port;

  /**
   * The engine.
   *
   * @param port the management port as it is set, 0 for any
   */
  public ManagementEngine(int port) {
    this.port = port;
  }

  @Override
  public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
    return new VertxPlatformHttpConsumer(
        endpoint, processor, List.of(), VertxPlatformHttpRouter.getRouterNameFromPort(port));
  }

  @Override
  public int getServerPort() {
    return port;
  }
}

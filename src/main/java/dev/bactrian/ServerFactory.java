package dev.bactrian;

import dev.bactrian.door.DoorServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives Camel Main our server for clients in place of its own; the settings are the same. */
final class ServerFactory extends DefaultMainHttpServerFactory {
  private static final Logger LOG = LoggerFactory.getLogger(ServerFactory.class);

  @Override
  public Service newHttpServer(CamelContext context, HttpServerConfigurationProperties properties) {
    VertxPlatformHttpServerConfiguration door = new VertxPlatformHttpServerConfiguration();
    door.setBindHost(properties.getHost());
    door.setBindPort(properties.getPort() == 0 ? freePort() : properties.getPort());
    door.setPath(properties.getPath());
    door.setMaxBodySize(properties.getMaxBodySize());
    door.setUseGlobalSslContextParameters(properties.isUseGlobalSslContextParameters());
    door.getBodyHandler().setHandleFileUploads(false);
    // The platform-http component looks here for the port whose router its routes are for.
    context.getRegistry().bind("doorConfiguration", door);
    DoorServer server = new DoorServer(door, properties.getPort());
    server.setCamelContext(context);
    return server;
  }

  @Override
  public Service newHttpManagementServer(
      CamelContext context, HttpManagementServerConfigurationProperties properties) {
    if (properties.getPort() == 0) {
      properties.setPort(freePort());
    }
    requireFree(properties.getHost(), properties.getPort());
    return super.newHttpManagementServer(context, properties);
  }

  /** Camel's server for management would log that it cannot listen, and go on without. */
  private static void requireFree(String host, int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(host))) {
      LOG.debug("{} is free", socket);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Port " + port + " on " + host + " for management cannot be opened", e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

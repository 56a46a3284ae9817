package dev.bactrian;

import dev.bactrian.demo.DemoServer;
import dev.bactrian.door.DoorServer;
import dev.bactrian.door.Drain;
import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.Keys;
import dev.bactrian.ledger.Ledger;
import dev.bactrian.provider.Providers;
import dev.bactrian.storage.Database;
import dev.bactrian.thread.RouteThreads;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The application: Camel Main with the gateway's routes. The only class that knows Camel Main. */
public final class Bactrian implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Bactrian.class);
  private static final long TOKEN_MILLIS = 25;

  private final Main main = new Main(Bactrian.class);
  private final Vertx vertx;
  private final DemoServer demo;

  /**
   * A gateway that is not started yet.
   *
   * @param settings properties that go before those of {@code application.properties} and the
   *     environment
   */
  public Bactrian(Map<String, String> settings) {
    vertx =
        new VertxBuilder(
                new VertxOptions()
                    .setEventLoopPoolSize(DoorServer.loops())
                    .setPreferNativeTransport(true))
            .executorServiceFactory(new RouteThreads())
            .init()
            .vertx();
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String demoKey = HexFormat.of().formatHex(random);
    demo = new DemoServer(vertx, demoKey, TOKEN_MILLIS);

    main.bind("vertx", vertx);
    main.bind("doorServerFactory", new Door());
    main.addInitialProperty("camel.kamelet.demo-chat-action.baseUrl", demo.baseUrl());
    main.addInitialProperty("camel.kamelet.demo-chat-action.apiKey", demoKey);
    String environment = System.getenv().getOrDefault("BACTRIAN_CONFIG", "");
    RouteFiles files = RouteFiles.of(settings.getOrDefault("bactrian.config", environment).strip());
    main.configure().setBasePackageScanEnabled(false);
    main.configure().setRoutesIncludePattern(files.routes());
    main.addInitialProperty("camel.component.kamelet.location", files.kamelets());
    settings.forEach(main::addOverrideProperty);
  }

  /** Starts the gateway and serves until the process is told to end. */
  public static void main(String[] args) {
    System.exit(Command.run(args));
  }

  /** Serves until the process is told to end, and gives back its exit code. */
  int run() throws Exception {
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void afterStart(BaseMainSupport started) {
            open();
            boolean given = bean("keys", Keys.class).hasGiven();
            KeyAdministration keys = bean("keyAdministration", KeyAdministration.class);
            Greeting.print(given, given ? null : keys.first(), port());
          }

          @Override
          public void beforeStop(BaseMainSupport stopping) {
            drain();
          }
        });
    main.run();
    release();
    return main.getExitCode();
  }

  /** Starts and returns once the port is open. */
  public Bactrian start() {
    main.start();
    open();
    return this;
  }

  /**
   * Opens the door, now that the routes are there, and with them the kamelets of live providers.
   */
  private void open() {
    bean("database", Database.class).await();
    bean("keys", Keys.class).open();
    Providers providers = bean("providers", Providers.class);
    for (String provider : providers.ids()) {
      if (providers.isLive(provider)) {
        camel().getEndpoint("kamelet:" + Providers.kamelet(provider));
      }
    }
    try {
      door().open();
    } catch (Exception e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** Lets running calls finish while new ones are refused. */
  private void drain() {
    try {
      Drain drain = bean("drain", Drain.class);
      long limit = Long.parseLong(property("bactrian.drain-timeout"));
      LOG.info("Shutting down: {} calls are running, new ones are refused", drain.inside());
      int left = drain.close(limit);
      if (left > 0) {
        LOG.warn("{} calls did not finish within {} ms and are cut", left, limit);
      }
      // While its database is still open.
      bean("ledger", Ledger.class).close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The port that clients use, which differs from the setting when that is 0. */
  public int port() {
    return door().getPort();
  }

  private DoorServer door() {
    DoorServer server = camel().hasService(DoorServer.class);
    if (server == null) {
      throw new IllegalStateException("The gateway is not started.");
    }
    return server;
  }

  /** The context of the routes. */
  public CamelContext camel() {
    return main.getCamelContext();
  }

  @Override
  public void close() {
    drain();
    main.stop();
    release();
  }

  private void release() {
    demo.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private <T> T bean(String name, Class<T> type) {
    T bean = camel().getRegistry().lookupByNameAndType(name, type);
    if (bean == null) {
      throw new IllegalStateException("beans.camel.yaml declares no bean '" + name + "'.");
    }
    return bean;
  }

  private String property(String name) {
    return camel().resolvePropertyPlaceholders("{{" + name + "}}");
  }

  /** Gives Camel Main our server for clients in place of its own; the settings are the same. */
  private static final class Door extends DefaultMainHttpServerFactory {
    @Override
    public Service newHttpServer(
        CamelContext context, HttpServerConfigurationProperties properties) {
      VertxPlatformHttpServerConfiguration door = new VertxPlatformHttpServerConfiguration();
      door.setBindHost(properties.getHost());
      door.setBindPort(properties.getPort() == 0 ? freePort() : properties.getPort());
      door.setPath(properties.getPath());
      door.setMaxBodySize(properties.getMaxBodySize());
      door.setUseGlobalSslContextParameters(properties.isUseGlobalSslContextParameters());
      door.setServerType(VertxPlatformHttpRouter.SERVER_TYPE_SERVER);
      door.getBodyHandler().setHandleFileUploads(false);
      // The platform-http component looks here for the port whose router its routes are for.
      context.getRegistry().bind("doorConfiguration", door);
      DoorServer server = new DoorServer(door);
      server.setCamelContext(context);
      return server;
    }

    private static int freePort() {
      try (ServerSocket socket = new ServerSocket(0)) {
        return socket.getLocalPort();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

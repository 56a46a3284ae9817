package dev.bactrian;

import dev.bactrian.demo.DemoServer;
import dev.bactrian.door.DoorServer;
import dev.bactrian.door.Drain;
import dev.bactrian.edition.ConfigProblem;
import dev.bactrian.edition.ConfigStatus;
import dev.bactrian.edition.ConfigWatch;
import dev.bactrian.edition.Edition;
import dev.bactrian.edition.Editions;
import dev.bactrian.key.KeyStore;
import dev.bactrian.thread.RouteThreads;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The application: Camel Main with the gateway's routes. The only class that knows Camel Main. */
public final class Bactrian implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Bactrian.class);
  private static final long TOKEN_MILLIS = 25;

  private final Map<String, String> settings;
  private final String config;
  private final Map<String, String> demoProperties;
  private final Main main = new Main(Bactrian.class);
  private final Editions editions = new Editions();
  private final ConfigStatus configStatus = new ConfigStatus();
  private final Vertx vertx;
  private final DemoServer demo;
  private @Nullable ConfigWatch watch;

  /**
   * A gateway that is not started yet.
   *
   * @param settings properties that go before those of {@code application.properties} and the
   *     environment
   */
  public Bactrian(Map<String, String> settings) {
    this.settings = settings;
    String environment = System.getenv().getOrDefault("BACTRIAN_CONFIG", "");
    config = settings.getOrDefault("bactrian.config", environment).strip();
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

    demoProperties =
        Map.of(
            "camel.kamelet.demo-chat-action.baseUrl",
            demo.baseUrl(),
            "camel.kamelet.demo-chat-action.apiKey",
            demoKey);
    main.bind("vertx", vertx);
    main.bind("editions", editions);
    main.bind("doorServerFactory", new Door());
    configure(main, RouteFiles.of(config).door());
  }

  private void configure(Main any, String routes) {
    any.configure().setBasePackageScanEnabled(false);
    any.configure().setRoutesIncludePattern(routes);
    settings.forEach(any::addOverrideProperty);
  }

  /** Loads and starts the routes, kamelets and catalogue as they are now. */
  private Edition loadEdition() {
    RouteFiles files = RouteFiles.of(config);
    EditionMain edition = new EditionMain(camel().getRegistry());
    demoProperties.forEach(edition::addInitialProperty);
    edition.addInitialProperty("camel.component.kamelet.location", files.kamelets());
    configure(edition, files.edition());
    return edition.load();
  }

  /**
   * Loads everything and serves nothing.
   *
   * @return what is wrong with the configuration, null if nothing is
   */
  @Nullable ConfigProblem check() {
    try {
      main.start();
      editions.replace(this::loadEdition);
      return null;
    } catch (Exception e) {
      return ConfigProblem.of(e);
    } finally {
      main.stop();
      release();
    }
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
            Greeting.print(bean(camel(), "keys", KeyStore.class), port());
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
    try {
      editions.replace(this::loadEdition);
      if (!config.isEmpty()) {
        watch = new ConfigWatch(Path.of(config), editions, this::loadEdition, configStatus);
      }
      management()
          .getRouter()
          .get("/v1/config/status")
          .handler(
              request ->
                  request
                      .response()
                      .putHeader("content-type", "application/json")
                      .end(configStatus.json()));
      door().open();
    } catch (Exception e) {
      throw new IllegalStateException(ConfigProblem.of(e).toString(), e);
    }
  }

  /** Lets running calls finish while new ones are refused. */
  private void drain() {
    try {
      Drain drain = bean(camel(), "drain", Drain.class);
      long limit = Long.parseLong(property("bactrian.drain-timeout"));
      LOG.info("Shutting down: {} calls are running, new ones are refused", drain.inside());
      int left = drain.close(limit);
      if (left > 0) {
        LOG.warn("{} calls did not finish within {} ms and were broken off", left, limit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The port that clients use, which differs from the setting when that is 0. */
  public int port() {
    return door().getPort();
  }

  /** The port for health and status. */
  public int managementPort() {
    return management().getPort();
  }

  private DoorServer door() {
    return service(DoorServer.class);
  }

  private ManagementHttpServer management() {
    return service(ManagementHttpServer.class);
  }

  private <T extends Service> T service(Class<T> type) {
    T service = camel().hasService(type);
    if (service == null) {
      throw new IllegalStateException("The gateway is not started.");
    }
    return service;
  }

  /** The context of the door. */
  public CamelContext camel() {
    return main.getCamelContext();
  }

  /** The context of the routes that new calls use; it is another one after an edit. */
  public CamelContext edition() {
    return editions.current().context();
  }

  @Override
  public void close() {
    drain();
    main.stop();
    release();
  }

  private void release() {
    if (watch != null) {
      watch.close();
    }
    editions.close();
    demo.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static <T> T bean(CamelContext context, String name, Class<T> type) {
    T bean = context.getRegistry().lookupByNameAndType(name, type);
    if (bean == null) {
      throw new IllegalStateException("The route files declare no bean '" + name + "'.");
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

    @Override
    public Service newHttpManagementServer(
        CamelContext context, HttpManagementServerConfigurationProperties properties) {
      if (properties.getPort() == 0) {
        properties.setPort(freePort());
      }
      return super.newHttpManagementServer(context, properties);
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

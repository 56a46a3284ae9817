package dev.bactrian;

import dev.bactrian.admin.AdminServer;
import dev.bactrian.demo.DemoServer;
import dev.bactrian.door.DoorServer;
import dev.bactrian.door.Drain;
import dev.bactrian.edition.ConfigProblem;
import dev.bactrian.edition.ConfigStatus;
import dev.bactrian.edition.ConfigWatch;
import dev.bactrian.edition.Edition;
import dev.bactrian.edition.Editions;
import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.Keys;
import dev.bactrian.ledger.Ledger;
import dev.bactrian.limit.Admission;
import dev.bactrian.pool.Pools;
import dev.bactrian.storage.Database;
import dev.bactrian.thread.RouteThreads;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxBuilder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The application: Camel Main with the gateway's routes. */
public final class Bactrian implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Bactrian.class);
  private static final long TOKEN_MILLIS = 25;

  private final Map<String, String> settings;
  private final String config;
  private final Libraries libraries;
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
    libraries = new Libraries(config);
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
    main.bind("doorServerFactory", new ServerFactory());
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
    EditionMain edition = new EditionMain(camel(), libraries.loader(), files);
    demoProperties.forEach(edition::addInitialProperty);
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
    // What a listener throws, Camel Main logs, and stays as it is.
    AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void afterStart(BaseMainSupport started) {
            try {
              open();
              boolean given = bean(camel(), "keys", Keys.class).hasGiven();
              var keys = bean(camel(), "keyAdministration", KeyAdministration.class);
              Greeting.print(given, given ? null : keys.first(), port());
            } catch (RuntimeException e) {
              failure.set(e);
              main.completed();
            }
          }

          @Override
          public void beforeStop(BaseMainSupport stopping) {
            drain();
          }
        });
    try {
      main.run();
    } finally {
      release();
    }
    RuntimeException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    return main.getExitCode();
  }

  /** Starts and returns once the port is open. */
  public Bactrian start() {
    try {
      main.start();
      open();
      return this;
    } catch (RuntimeException e) {
      main.stop();
      release();
      throw e;
    }
  }

  /**
   * Opens the door, now that the routes are there, and with them the kamelets of live providers.
   */
  private void open() {
    // It opens while the first edition is loaded.
    Database database = bean(camel(), "database", Database.class);
    database.start();
    try {
      editions.replace(this::loadEdition);
      database.await();
      bean(camel(), "keys", Keys.class).open();
      bean(camel(), "ledger", Ledger.class).start();
      bean(camel(), "admission", Admission.class).open();
      if (!config.isEmpty()) {
        watch = new ConfigWatch(Path.of(config), editions, this::loadEdition, configStatus);
      }
      show("/v1/config/status", configStatus::json);
      show("/v1/pools", bean(camel(), "pools", Pools.class)::json);
      bean(camel(), "adminServer", AdminServer.class).mount(management().getRouter());
      door().open();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Answers a path of the management port. */
  private void show(String path, Supplier<String> json) {
    management()
        .getRouter()
        .get(path)
        .handler(
            request ->
                request.response().putHeader("content-type", "application/json").end(json.get()));
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
      // While its database is still open.
      bean(camel(), "ledger", Ledger.class).close();
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
}

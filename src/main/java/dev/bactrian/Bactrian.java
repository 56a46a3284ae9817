package dev.bactrian;

import dev.bactrian.door.DoorServer;
import dev.bactrian.edition.ConfigProblem;
import dev.bactrian.gateway.BactrianGateway;
import dev.bactrian.gateway.DefaultSettings;
import dev.bactrian.host.VertxHost;
import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.Keys;
import dev.bactrian.thread.EventLoops;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.jspecify.annotations.Nullable;

/** The application: the gateway in Camel Main's context, with a server of its own for clients. */
public final class Bactrian implements AutoCloseable {
  private static final String SETTINGS =
      "classpath:bactrian/main.properties,classpath:" + DefaultSettings.FILE;

  /** How long the end may take beside what running calls get, in milliseconds. */
  private static final long END_MILLIS = 25_000;

  private final Main main = new Main(Bactrian.class);
  private final Vertx vertx = EventLoops.start();
  private @Nullable BactrianGateway gateway;

  /**
   * A gateway that is not started yet.
   *
   * @param settings properties that go before those of the files and the environment
   */
  public Bactrian(Map<String, String> settings) {
    // Camel's own hook ends the JVM after 25 s, or as soon as any context has stopped: an old
    // edition's, too.
    main.setShutdownStrategy(new SimpleMainShutdownStrategy());
    main.bind("vertx", vertx);
    main.bind("doorServerFactory", new ServerFactory());
    main.bind("httpHost", new VertxHost());
    main.setPropertyPlaceholderLocations(SETTINGS);
    main.configure().setBasePackageScanEnabled(false);
    main.configure().setRoutesCollectorEnabled(false);
    settings.forEach(main::addOverrideProperty);
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void afterConfigure(BaseMainSupport configured) {
            add(configured.getCamelContext());
          }
        });
  }

  private void add(CamelContext context) {
    try {
      gateway = BactrianGateway.prepare(context);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Loads everything and serves nothing.
   *
   * @return what is wrong with the configuration, null if nothing is
   */
  @Nullable ConfigProblem check() {
    try {
      main.start();
      gateway().open();
      return null;
    } catch (Exception e) {
      return ConfigProblem.of(e);
    } finally {
      close();
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
              boolean given = gateway().bean("keys", Keys.class).hasGiven();
              var keys = gateway().bean("keyAdministration", KeyAdministration.class);
              Greeting.print(given, given ? null : keys.first(), port());
            } catch (RuntimeException e) {
              failure.set(e);
              main.completed();
            }
          }
        });
    CountDownLatch over = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(over), "shutdown"));
    try {
      main.run();
    } finally {
      release();
      over.countDown();
    }
    RuntimeException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    return main.getExitCode();
  }

  /** The process is told to end, and does when what runs has finished or had its time. */
  private void end(CountDownLatch over) {
    main.completed();
    try {
      long running = gateway == null ? 0 : gateway.drainMillis();
      over.await(running + END_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts and returns once the port is open. */
  public Bactrian start() {
    try {
      main.start();
      open();
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Opens the door, now that the routes are there. */
  private void open() {
    try {
      gateway().showHealth(management().getRouter());
      gateway().open();
      gateway().manage(management().getRouter());
      door().open();
      gateway().opened();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private BactrianGateway gateway() {
    if (gateway == null) {
      throw new IllegalStateException("The gateway is not started.");
    }
    return gateway;
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
    return gateway().edition();
  }

  @Override
  public void close() {
    main.stop();
    release();
  }

  private void release() {
    if (gateway != null) {
      gateway.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}

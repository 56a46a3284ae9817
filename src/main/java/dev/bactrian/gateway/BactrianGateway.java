package dev.bactrian.gateway;

import dev.bactrian.admin.AdminServer;
import dev.bactrian.demo.DemoServer;
import dev.bactrian.door.Drain;
import dev.bactrian.edition.ConfigStatus;
import dev.bactrian.edition.ConfigWatch;
import dev.bactrian.edition.Edition;
import dev.bactrian.edition.Editions;
import dev.bactrian.host.HttpHosts;
import dev.bactrian.key.Keys;
import dev.bactrian.ledger.Ledger;
import dev.bactrian.limit.Admission;
import dev.bactrian.pool.Pools;
import dev.bactrian.provider.Providers;
import dev.bactrian.storage.Database;
import dev.bactrian.telemetry.Health;
import dev.bactrian.telemetry.Metrics;
import dev.bactrian.thread.EventLoops;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway in a Camel context of whoever hosts it. The host's context gets the door: its beans,
 * and its routes for the host's own HTTP server. What is behind the door, an {@link Edition}, is a
 * context beside it.
 *
 * <p>It opens when the host's context starts, before any route of it does, and lets running calls
 * finish when that stops.
 */
public final class BactrianGateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BactrianGateway.class);

  private final CamelContext host;
  private final String config;
  private final Set<String> leaveOut;
  private final Libraries libraries;
  private final Editions editions = new Editions();
  private final ConfigStatus configStatus = new ConfigStatus();
  private final @Nullable Vertx ownVertx;
  private final DemoServer demo;
  private @Nullable ConfigWatch watch;

  private BactrianGateway(CamelContext host) {
    this.host = host;
    DefaultSettings.addTo(host.getPropertiesComponent());
    config = property("bactrian.config").strip();
    leaveOut =
        Arrays.stream(property("bactrian.leave-out").split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toSet());
    libraries = new Libraries(config);
    Vertx vertx = host.getRegistry().findSingleByType(Vertx.class);
    ownVertx = vertx == null ? EventLoops.start() : null;
    if (ownVertx != null) {
      vertx = ownVertx;
    }
    if (host.getRegistry().lookupByName("vertx") == null) {
      host.getRegistry().bind("vertx", vertx); // a host may have it by another name
    }
    demo = DemoServer.start(vertx);
  }

  /**
   * Adds the gateway to a context that is not started, and opens it when that starts.
   *
   * @throws Exception when the door's route files cannot be loaded
   */
  public static BactrianGateway addTo(CamelContext host) throws Exception {
    BactrianGateway gateway = prepare(host);
    host.addStartupListener(
        new StartupListener() {
          @Override
          public void onCamelContextStarting(CamelContext context, boolean started)
              throws Exception {
            gateway.open();
          }

          @Override
          public void onCamelContextStarted(CamelContext context, boolean started) {
            gateway.opened();
          }
        });
    return gateway;
  }

  /**
   * Adds the gateway to a context that is not started, for an owner who opens it once that has.
   *
   * @throws Exception when the door's route files cannot be loaded
   */
  public static BactrianGateway prepare(CamelContext host) throws Exception {
    BactrianGateway gateway = new BactrianGateway(host);
    try {
      gateway.load();
      return gateway;
    } catch (Exception e) {
      gateway.close();
      throw e;
    }
  }

  private void load() throws Exception {
    host.getRegistry().bind("editions", editions);
    if (host.getRegistry().lookupByName("httpHost") == null) {
      host.getRegistry().bind("httpHost", HttpHosts.present());
    }
    RouteFiles files = files();
    files.load(host, files.door());
    host.addLifecycleStrategy(
        new LifecycleStrategySupport() {
          @Override
          public void onContextStopping(CamelContext context) {
            drain();
          }

          @Override
          public void onContextStopped(CamelContext context) {
            close();
          }
        });
  }

  /**
   * Loads what is behind the door; from then on there is an edition.
   *
   * @throws Exception when the configuration is wrong, or a store is not there
   */
  public void open() throws Exception {
    Database database = bean("database", Database.class);
    database.start(); // it opens while the first edition is loaded
    editions.replace(this::loadEdition);
    database.await();
    bean("keys", Keys.class).open();
    bean("ledger", Ledger.class).start();
    bean("admission", Admission.class).open();
    if (!config.isEmpty()) {
      watch = new ConfigWatch(Path.of(config), editions, this::loadEdition, configStatus);
    }
    bean("metrics", Metrics.class).watch(this::live, configStatus);
  }

  /** Loads and starts the routes, kamelets and catalogue as they are now. */
  private Edition loadEdition() throws Exception {
    return new EditionLoader(host, libraries.loader(), files(), demo.settings()).load();
  }

  private RouteFiles files() {
    return RouteFiles.of(config, leaveOut);
  }

  /** From now on calls can come in: the gateway says that it is ready. */
  public void opened() {
    bean("health", Health.class).open(this::live);
  }

  private List<String> live() {
    Providers providers = edition().getRegistry().lookupByNameAndType("providers", Providers.class);
    return providers == null ? List.of() : providers.live();
  }

  /** Answers the paths of health, which may be asked before the gateway is open. */
  public void showHealth(Router router) {
    new ManagementPaths(router).show(bean("health", Health.class));
  }

  /** Answers the paths of operators and administrators: metrics, status, pools, keys. */
  public void manage(Router router) {
    ManagementPaths paths = new ManagementPaths(router);
    paths.show(bean("metrics", Metrics.class));
    paths.show("/v1/config/status", configStatus::json);
    paths.show("/v1/pools", bean("pools", Pools.class)::json);
    bean("adminServer", AdminServer.class).mount(router);
  }

  /** The context of the routes that new calls use; it is another one after an edit. */
  public CamelContext edition() {
    return editions.current().context();
  }

  /** A bean of the door's route files. */
  public <T> T bean(String name, Class<T> type) {
    T bean = host.getRegistry().lookupByNameAndType(name, type);
    if (bean == null) {
      throw new IllegalStateException("The route files declare no bean '" + name + "'.");
    }
    return bean;
  }

  private String property(String name) {
    return host.resolvePropertyPlaceholders("{{" + name + "}}");
  }

  /** What running calls get at shutdown, in milliseconds. */
  public long drainMillis() {
    return Long.parseLong(property("bactrian.drain-timeout"));
  }

  /** Lets running calls finish while new ones are refused. */
  private void drain() {
    if (host.getRegistry().lookupByName("drain") == null) {
      return; // the door's routes were never loaded
    }
    try {
      Drain drain = bean("drain", Drain.class);
      long limit = drainMillis();
      LOG.info("Shutting down: {} calls are running, new ones are refused", drain.inside());
      int left = drain.close(limit);
      if (left > 0) {
        LOG.warn("{} calls did not finish within {} ms and were broken off", left, limit);
      }
      // While its database is still open.
      bean("ledger", Ledger.class).close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Frees what a context that never started would not; after its stop there is nothing to do. */
  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
    editions.close();
    demo.close();
    if (ownVertx != null) {
      ownVertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}

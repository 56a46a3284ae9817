package dev.bactrian;

import dev.bactrian.demo.DemoServer;
import dev.bactrian.door.Drain;
import dev.bactrian.key.KeyStore;
import dev.bactrian.thread.RouteThreads;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxBuilder;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The application: Camel Main with the gateway's routes. The only class that knows Camel Main. */
public final class Bactrian {
  private static final Logger LOG = LoggerFactory.getLogger(Bactrian.class);
  private static final long TOKEN_MILLIS = 25;

  private Bactrian() {}

  /** Starts the gateway and serves until the process is told to end. */
  public static void main(String[] args) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    Vertx vertx =
        new VertxBuilder(new VertxOptions().setEventLoopPoolSize(cores))
            .executorServiceFactory(new RouteThreads())
            .init()
            .vertx();
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String demoKey = HexFormat.of().formatHex(random);
    DemoServer demo = new DemoServer(vertx, demoKey, TOKEN_MILLIS);

    Main main = new Main(Bactrian.class);
    main.bind("vertx", vertx);
    main.addInitialProperty("camel.kamelet.demo-chat-action.baseUrl", demo.baseUrl());
    main.addInitialProperty("camel.kamelet.demo-chat-action.apiKey", demoKey);
    RouteFiles files = RouteFiles.of(config());
    main.configure().setRoutesIncludePattern(files.routes());
    main.addInitialProperty("camel.component.kamelet.location", files.kamelets());
    main.addMainListener(new Doorman());
    System.exit(run(main, args));
  }

  private static int run(Main main, String[] args) {
    try {
      return main.run(args);
    } catch (Exception e) {
      LOG.error("Bactrian could not start", e);
      return 1;
    }
  }

  private static String config() {
    String config = System.getenv("BACTRIAN_CONFIG");
    return config == null ? "" : config.strip();
  }

  /** Greets when the door is open, and lets calls finish before it shuts. */
  private static final class Doorman extends MainListenerSupport {
    @Override
    public void afterStart(BaseMainSupport main) {
      KeyStore keys = bean(main, "keys", KeyStore.class);
      Greeting.print(keys, property(main, "bactrian.port"));
    }

    @Override
    public void beforeStop(BaseMainSupport main) {
      try {
        Drain drain = bean(main, "drain", Drain.class);
        long limit = Long.parseLong(property(main, "bactrian.drain-timeout"));
        LOG.info("Shutting down: {} calls are running, new ones are refused", drain.inside());
        int left = drain.close(limit);
        if (left > 0) {
          LOG.warn("{} calls did not finish within {} ms and are cut", left, limit);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static <T> T bean(BaseMainSupport main, String name, Class<T> type) {
      T bean = main.getCamelContext().getRegistry().lookupByNameAndType(name, type);
      if (bean == null) {
        throw new IllegalStateException("beans.camel.yaml declares no bean '" + name + "'.");
      }
      return bean;
    }

    private static String property(BaseMainSupport main, String name) {
      return main.getCamelContext().resolvePropertyPlaceholders("{{" + name + "}}");
    }
  }
}

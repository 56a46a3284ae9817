package dev.bactrian.kit;

import dev.bactrian.Bactrian;
import dev.bactrian.door.Drain;
import dev.bactrian.edition.Editions;
import dev.bactrian.house.RouteCoverage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;

/** A whole gateway in this process, with a data folder of its own. */
public final class Gateway implements AutoCloseable {
  /** The client's key. */
  public static final String KEY = "sk-test-client";

  private final Bactrian bactrian;
  private final Path data;
  private final ApiClient management;
  private boolean closed;

  private Gateway(Bactrian bactrian, Path data) {
    this.bactrian = bactrian;
    this.management = new ApiClient(bactrian.managementPort(), null);
    this.data = data;
  }

  /** Settings of a gateway that has no provider but the demo yet. */
  public static Settings with() {
    return new Settings();
  }

  /** What a gateway is started with. */
  public static final class Settings {
    private final Map<String, String> values = new LinkedHashMap<>();

    private Settings() {
      set("bactrian.host", "127.0.0.1");
      set("bactrian.port", "0");
      set("camel.management.port", "0");
      set("bactrian.key", KEY);
      set("bactrian.backoff", "20");
    }

    /** One setting, as in settings.properties. */
    public Settings set(String name, String value) {
      values.put(name, value);
      return this;
    }

    /** A setting of a provider's kamelet. */
    public Settings kamelet(String provider, String property, String value) {
      return set("camel.kamelet." + provider + "-chat-action." + property, value);
    }

    /** A provider that is live and stands at that server. */
    public Settings provider(String id, ProviderServer server) {
      return kamelet(id, "baseUrl", server.baseUrl())
          .kamelet(id, "apiKey", "sk-" + id + "-0123456789abcdef");
    }

    /** Breakers that do not open, for tests of everything else. */
    public Settings withoutBreakers() {
      return set("bactrian.breaker.window", "1000").set("bactrian.breaker.minimum", "1000");
    }

    /** A configuration folder. */
    public Settings config(Path folder) {
      return set("bactrian.config", folder.toString());
    }

    /** Starts it. */
    public Gateway start() {
      try {
        Path data = Files.createTempDirectory("bactrian");
        values.putIfAbsent("bactrian.data", data.toString());
        return start(data);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Gateway start(Path data) throws IOException {
      try {
        Bactrian started = new Bactrian(values).start();
        RouteCoverage.watch(started.camel());
        RouteCoverage.watch(started.edition());
        return new Gateway(started, data);
      } catch (RuntimeException e) {
        delete(data);
        throw e;
      }
    }
  }

  /** The port for clients. */
  public int port() {
    return bactrian.port();
  }

  /** A client that knows the key. */
  public ApiClient client() {
    return new ApiClient(port(), KEY);
  }

  /** The port for health and administration. */
  public int managementPort() {
    return bactrian.managementPort();
  }

  /** What the management port answers to a GET. */
  public Reply management(String path) {
    return management.get(path);
  }

  /** How many editions of the routes are running. */
  public int editions() {
    return bean("editions", Editions.class).running().size();
  }

  /** The context of the routes in use, as something that the garbage collector may take away. */
  public WeakReference<CamelContext> edition() {
    return new WeakReference<>(bactrian.edition());
  }

  /** A raw connection of a client that knows the key. */
  public RawClient raw() {
    return RawClient.connect(port());
  }

  /** The folder for state. */
  public String data() {
    return bactrian.camel().resolvePropertyPlaceholders("{{bactrian.data}}");
  }

  /** A bean of beans.camel.yaml. */
  public <T> T bean(String name, Class<T> type) {
    return Objects.requireNonNull(
        bactrian.edition().getRegistry().lookupByNameAndType(name, type), name);
  }

  /** What a route of the same process gets that sends a request to {@code direct:chat}. */
  public String called(String request) {
    return bactrian
        .camel()
        .createProducerTemplate()
        .requestBody("direct:chat", request, String.class);
  }

  /** How many calls are running. */
  public int inside() {
    return bean("drain", Drain.class).inside();
  }

  /** The ids of all routes. */
  public List<String> routeIds() {
    return Stream.of(bactrian.camel(), bactrian.edition())
        .flatMap(context -> context.getRoutes().stream())
        .map(route -> route.getRouteId())
        .toList();
  }

  /** The ids of the routes that no call has reached, in any gateway so far. */
  public Set<String> routesNotExercised() {
    Set<String> missing = RouteCoverage.missing(bactrian.camel());
    missing.addAll(RouteCoverage.missing(bactrian.edition()));
    return missing;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    bactrian.close();
    try {
      delete(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

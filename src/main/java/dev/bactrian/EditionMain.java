package dev.bactrian;

import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.edition.Edition;
import dev.bactrian.limit.Dollars;
import dev.bactrian.plan.AutoTask;
import dev.bactrian.plan.Planner;
import dev.bactrian.pool.EditionPools;
import dev.bactrian.provider.Providers;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.spi.ReactiveExecutor;
import org.apache.camel.support.DefaultRegistry;
import org.jspecify.annotations.Nullable;

/**
 * A second Camel Main beside the door's, for one edition: it is configured as the door's is, so
 * that {@code camel.component.*} settings of the user's own components hold in it, and finds the
 * door's beans beside its own.
 */
final class EditionMain extends Main {
  private final CamelContext door;
  private final @Nullable ClassLoader libraries;
  private final RouteFiles files;

  /**
   * A context that is not started.
   *
   * @param libraries has the classes of the operator's jars, null where there are none
   */
  EditionMain(CamelContext door, @Nullable ClassLoader libraries, RouteFiles files) {
    super(Bactrian.class);
    this.door = door;
    this.libraries = libraries;
    this.files = files;
    // The usual one stays in the JVM's shutdown hooks, and all of the edition with it; the door
    // stops editions.
    setShutdownStrategy(new SimpleMainShutdownStrategy());
    addInitialProperty("camel.component.kamelet.location", files.kamelets());
    addOverrideProperty("camel.server.enabled", "false");
    addOverrideProperty("camel.management.enabled", "false");
  }

  @Override
  protected CamelContext createCamelContext() {
    CamelContext context = super.createCamelContext();
    if (libraries != null) {
      context.setApplicationContextClassLoader(libraries);
    }
    context.getCamelContextExtension().setRegistry(new DefaultRegistry(door.getRegistry()));
    context
        .getCamelContextExtension()
        .setReactiveExecutor(
            new DoorExecutor(door.getCamelContextExtension().getReactiveExecutor()));
    return context;
  }

  /**
   * The door's executor, which an edition that stops does not stop. One of an edition's own would
   * stay behind in every thread that ever ran a call of it, for as long as that thread lives.
   */
  private record DoorExecutor(ReactiveExecutor door) implements ReactiveExecutor {
    @Override
    public void schedule(Runnable task) {
      door.schedule(task);
    }

    @Override
    public void scheduleMain(Runnable task) {
      door.scheduleMain(task);
    }

    @Override
    public void scheduleSync(Runnable task) {
      door.scheduleSync(task);
    }

    @Override
    public void scheduleQueue(Runnable task) {
      door.scheduleQueue(task);
    }

    @Override
    public boolean executeFromQueue() {
      return door.executeFromQueue();
    }

    @Override
    public void setStatisticsEnabled(boolean enabled) {
      door.setStatisticsEnabled(enabled);
    }

    @Override
    public boolean isStatisticsEnabled() {
      return door.isStatisticsEnabled();
    }
  }

  /**
   * Loads and starts all of it, the kamelets of live providers included.
   *
   * @throws RuntimeException with file and line, when any of it is wrong; nothing of it runs then
   */
  Edition load() {
    try {
      Edition.with(libraries, this::start);
      CamelContext context = getCamelContext();
      Providers providers = bean("providers", Providers.class);
      EditionPools pools = bean("keyPools", EditionPools.class);
      for (String provider : providers.ids()) {
        if (providers.isLive(provider)) {
          new RoutePlaces(context, files).checkRoute(context, provider);
          for (String kamelet : providers.kamelets(provider)) {
            context.getEndpoint("kamelet:" + kamelet);
          }
        }
      }
      // The last one that a file declares: the planner was made with the first.
      bean("planner", Planner.class).setAutoTask(bean("autoTask", AutoTask.class));
      Dollars dollars = bean("dollars", Dollars.class);
      Map<String, Double> currencies =
          bean("catalogues", Catalogues.class).current().routing().currencies();
      Runnable used =
          () -> {
            pools.use();
            dollars.use(currencies);
          };
      return new Edition(context, used, this::stop);
    } catch (RuntimeException e) {
      RuntimeException located = new RoutePlaces(getCamelContext(), files).located(e);
      stop();
      throw located;
    } catch (LinkageError e) {
      stop();
      throw new IllegalStateException("A class of a jar in lib/ cannot be used", e);
    }
  }

  private <T> T bean(String name, Class<T> type) {
    T bean = getCamelContext().getRegistry().lookupByNameAndType(name, type);
    if (bean == null) {
      throw new IllegalStateException("The route files declare no bean '" + name + "'.");
    }
    return bean;
  }
}

package dev.bactrian.gateway;

import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.edition.Edition;
import dev.bactrian.limit.Dollars;
import dev.bactrian.plan.AutoTask;
import dev.bactrian.plan.Planner;
import dev.bactrian.pool.EditionPools;
import dev.bactrian.provider.Providers;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.jsonpath.JsonPathLanguage;
import org.apache.camel.support.DefaultRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Makes a Camel context for one edition beside the host's: it has the host's properties, {@code
 * camel.component.*} of the user's own components included, and finds the host's beans beside its
 * own.
 */
final class EditionLoader {
  private static final long STOP_SECONDS = 10;

  private final CamelContext host;
  private final RouteFiles files;
  private final @Nullable ClassLoader libraries;
  private final DefaultCamelContext context;

  /**
   * A context that is not started.
   *
   * @param libraries has the classes of the operator's jars, null where there are none
   * @param properties go before all others
   */
  EditionLoader(
      CamelContext host,
      @Nullable ClassLoader libraries,
      RouteFiles files,
      Map<String, String> properties) {
    this.host = host;
    this.files = files;
    this.libraries = libraries;
    this.context = new DefaultCamelContext(false);
    configure();
    Properties first = new Properties();
    first.putAll(properties);
    context.getPropertiesComponent().setOverrideProperties(first);
    context.getPropertiesComponent().addPropertiesSource(new HostSettings(host));
  }

  private void configure() {
    context.getCamelContextExtension().setName(host.getName() + "-edition");
    context.disableJMX();
    context.setStreamCaching(false);
    context.setMessageHistory(false);
    context.setUseMDCLogging(false);
    context.setSourceLocationEnabled(true);
    context.setStartupSummaryLevel(StartupSummaryLevel.Oneline);
    context.getShutdownStrategy().setTimeout(STOP_SECONDS);
    context.setApplicationContextClassLoader(
        libraries == null ? host.getApplicationContextClassLoader() : libraries);
    context
        .getCamelContextExtension()
        .setRegistry(new DefaultRegistry(new HostBeans(host.getRegistry())));
    context
        .getCamelContextExtension()
        .setReactiveExecutor(
            new DoorExecutor(host.getCamelContextExtension().getReactiveExecutor()));
  }

  /**
   * Loads and starts all of it, the kamelets of live providers included.
   *
   * @throws RuntimeException with file and line, when any of it is wrong; nothing of it runs then
   */
  Edition load() throws Exception {
    try {
      Edition.with(libraries, this::start);
      RoutePlaces places = new RoutePlaces(context, files);
      places.checkRoads();
      Providers providers = bean("providers", Providers.class);
      EditionPools pools = bean("keyPools", EditionPools.class);
      for (String provider : providers.ids()) {
        if (providers.isLive(provider)) {
          places.checkRoute(provider);
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
      return new Edition(context, used, context::stop);
    } catch (RuntimeException e) {
      RuntimeException located = new RoutePlaces(context, files).located(e);
      context.stop();
      throw located;
    } catch (LinkageError e) {
      context.stop();
      throw new IllegalStateException("A class of a jar in lib/ cannot be used", e);
    } catch (Exception e) {
      context.stop();
      throw e;
    }
  }

  private void start() throws Exception {
    context.build();
    // A request without the member that a jsonpath names is no failure: it is just not there.
    ((JsonPathLanguage) context.resolveLanguage("jsonpath")).setSuppressExceptions(true);
    new ComponentSettings(context, System.getenv()).bind();
    KameletComponent kamelets = context.getComponent("kamelet", KameletComponent.class);
    kamelets.setLocation(files.kamelets());
    kamelets.setNoErrorHandler(true);
    files.load(context, files.edition());
    context.start();
  }

  private <T> T bean(String name, Class<T> type) {
    T bean = context.getRegistry().lookupByNameAndType(name, type);
    if (bean == null) {
      throw new IllegalStateException("The route files declare no bean '" + name + "'.");
    }
    return bean;
  }
}

package dev.bactrian;

import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.edition.Edition;
import dev.bactrian.limit.Dollars;
import dev.bactrian.provider.Providers;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.main.Main;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.DefaultRegistry;

/**
 * A second Camel Main beside the door's, for one edition: it is configured as the door's is, so
 * that {@code camel.component.*} settings of the user's own components hold in it, and finds the
 * door's beans beside its own.
 */
final class EditionMain extends Main {
  private final Registry shared;

  EditionMain(Registry shared) {
    super(Bactrian.class);
    this.shared = shared;
    addOverrideProperty("camel.server.enabled", "false");
    addOverrideProperty("camel.management.enabled", "false");
  }

  @Override
  protected CamelContext createCamelContext() {
    CamelContext context = super.createCamelContext();
    context.getCamelContextExtension().setRegistry(new DefaultRegistry(shared));
    return context;
  }

  /**
   * Loads and starts all of it, the kamelets of live providers included.
   *
   * @throws RuntimeException with file and line, when any of it is wrong; nothing of it runs then
   */
  Edition load() {
    try {
      start();
      CamelContext context = getCamelContext();
      Providers providers = bean("providers", Providers.class);
      for (String provider : providers.ids()) {
        if (providers.isLive(provider)) {
          context.getEndpoint("kamelet:" + Providers.kamelet(provider));
        }
      }
      bean("dollars", Dollars.class)
          .use(bean("catalogues", Catalogues.class).current().routing().currencies());
      return new Edition(context, this::stop);
    } catch (FailedToCreateRouteException e) {
      String place = place(e.getRouteId());
      stop();
      throw new IllegalStateException(place, e);
    } catch (RuntimeException e) {
      stop();
      throw e;
    }
  }

  private <T> T bean(String name, Class<T> type) {
    T bean = getCamelContext().getRegistry().lookupByNameAndType(name, type);
    if (bean == null) {
      throw new IllegalStateException("The route files declare no bean '" + name + "'.");
    }
    return bean;
  }

  /** File and line of a route. */
  private String place(String routeId) {
    Model model = getCamelContext().getCamelContextExtension().getContextPlugin(Model.class);
    RouteDefinition route = model.getRouteDefinition(routeId);
    return route == null ? routeId : route.getLocation() + ":" + route.getLineNumber();
  }
}

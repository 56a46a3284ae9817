package dev.bactrian.house;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeCreatedEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Which routes were exercised, by their ids, in all contexts that were watched since the JVM began:
 * those that took in an exchange, and those to whose endpoint one was sent.
 */
public final class RouteCoverage extends EventNotifierSupport {
  private static final Set<String> EXERCISED = new ConcurrentSkipListSet<>();

  private final CamelContext context;

  private RouteCoverage(CamelContext context) {
    this.context = context;
  }

  /** Watches a context, started or not. */
  public static void watch(CamelContext context) {
    RouteCoverage coverage = new RouteCoverage(context);
    ServiceHelper.startService(coverage);
    context.getManagementStrategy().addEventNotifier(coverage);
  }

  /** The ids of the routes that were exercised so far. */
  public static Set<String> exercised() {
    return new TreeSet<>(EXERCISED);
  }

  /** The ids of a context's routes that were not exercised yet, routes inside kamelets apart. */
  public static Set<String> missing(CamelContext context) {
    Set<String> missing = new TreeSet<>();
    for (Route route : context.getRoutes()) {
      if (!route.isCreatedByKamelet()) {
        missing.add(route.getRouteId());
      }
    }
    missing.removeAll(EXERCISED);
    return missing;
  }

  @Override
  public boolean isEnabled(CamelEvent event) {
    return event instanceof ExchangeCreatedEvent || event instanceof ExchangeSendingEvent;
  }

  @Override
  public void notify(CamelEvent event) {
    if (event instanceof ExchangeCreatedEvent created) {
      String id = created.getExchange().getFromRouteId();
      Endpoint from = created.getExchange().getFromEndpoint();
      if (id != null) {
        EXERCISED.add(id);
      } else if (from != null) {
        sentTo(from); // some consumers, platform-http's for one, do not say their route
      }
    } else if (event instanceof ExchangeSendingEvent sending) {
      sentTo(sending.getEndpoint());
    }
  }

  private void sentTo(Endpoint endpoint) {
    for (Route route : context.getRoutes()) {
      if (route.getEndpoint().getEndpointKey().equals(endpoint.getEndpointKey())) {
        EXERCISED.add(route.getRouteId());
      }
    }
  }
}

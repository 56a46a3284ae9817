package dev.bactrian.gateway;

import dev.bactrian.provider.Providers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.util.StringHelper;
import org.jspecify.annotations.Nullable;

/**
 * Finds the file and line of what Camel could not make: what it throws names a route and a step, a
 * kamelet or a template, and at times no file.
 */
final class RoutePlaces {
  private static final Pattern STEP = Pattern.compile(">>> (.*?) <<<", Pattern.DOTALL);
  private static final Pattern KAMELET =
      Pattern.compile("creating route from template: ([\\w.-]+)|kamelet://([\\w.-]+)");
  private static final Pattern BREAKER = Pattern.compile("for: breaker-(\\S+)");
  private static final Pattern TEMPLATE = Pattern.compile("RouteTemplate with id (\\S+)");

  private final CamelContext context;
  private final Model model;
  private final RouteFiles files;

  RoutePlaces(CamelContext context, RouteFiles files) {
    this.context = context;
    this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
    this.files = files;
  }

  /** What was thrown, with its place where one is found. */
  RuntimeException located(RuntimeException thrown) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      causes.add(0, t);
    }
    for (Throwable cause : causes) {
      String message = String.valueOf(cause.getMessage());
      Matcher kamelet = KAMELET.matcher(message);
      Matcher template = TEMPLATE.matcher(message);
      Matcher breaker = BREAKER.matcher(message);
      if (cause instanceof FailedToCreateRouteException failed) {
        String place = route(failed);
        return breaker.find()
            ? new IllegalStateException(place + ": " + noProvider(breaker.group(1)))
            : at(place, thrown);
      }
      if (kamelet.find()) {
        return kamelet(kamelet.group(1) == null ? kamelet.group(2) : kamelet.group(1), thrown);
      }
      if (template.find()) {
        return at(files.mention(template.group(1)), thrown);
      }
    }
    return thrown;
  }

  private static String noProvider(String id) {
    return "The provider '" + id + "' has no kamelet, or no model in the catalogue.";
  }

  /** Refuses a provider that calls would find no way to. */
  void checkRoute(String provider) {
    if (!isRoad("direct://provider-" + provider)) {
      Path kamelet = files.ownKamelet(Providers.kamelet(provider));
      throw new IllegalStateException(
          (kamelet == null ? "" : kamelet + ":1: ")
              + "The provider '"
              + provider
              + "' is live and has no route: add a templatedRoute for it.");
    }
  }

  /** Refuses a step that sends to a {@code direct:} of no route, where calls would wait for one. */
  void checkRoads() {
    for (RouteDefinition route : model.getRouteDefinitions()) {
      for (ProcessorDefinition<?> step : steps(route)) {
        if (step instanceof ToDefinition to
            && context.hasEndpoint(to.getEndpointUri()) instanceof DirectEndpoint road
            && road.isFailIfNoConsumers()
            && !isRoad(withoutOptions(road))) {
          throw new IllegalStateException(
              "%s: There is no route from '%s'.".formatted(place(step), to.getEndpointUri()));
        }
      }
    }
    if (!isRoad("direct://errors")) {
      throw new IllegalStateException(
          "There is no route from 'direct:errors', which answers what fails.");
    }
  }

  private boolean isRoad(String uri) {
    return context.getRoutes().stream()
        .anyMatch(route -> withoutOptions(route.getEndpoint()).equals(uri));
  }

  private static String withoutOptions(Endpoint endpoint) {
    String uri = endpoint.getEndpointUri();
    return StringHelper.before(uri, "?", uri);
  }

  private static RuntimeException at(@Nullable String place, RuntimeException thrown) {
    return place == null ? thrown : new IllegalStateException(place, thrown);
  }

  private RuntimeException kamelet(String name, RuntimeException thrown) {
    String caller = caller(name);
    Path own = files.ownKamelet(name);
    if (own == null
        && RoutePlaces.class.getResource("/kamelets/" + name + ".kamelet.yaml") == null) {
      // Without the cause, which names the file that is not there.
      return new IllegalStateException(caller + ": There is no kamelet '" + name + "'.");
    }
    return at(caller == null && own != null ? own + ":1" : caller, thrown);
  }

  private @Nullable String route(FailedToCreateRouteException failed) {
    RouteDefinition route = model.getRouteDefinition(failed.getRouteId());
    if (route == null) {
      return null;
    }
    String place = place(route);
    Matcher named = STEP.matcher(String.valueOf(failed.getMessage()));
    if (named.find()) {
      for (ProcessorDefinition<?> step : steps(route)) {
        if (step.toString().equals(named.group(1))) {
          place = place(step);
        }
      }
    }
    // What an operator made from a built-in template stands where the template is named.
    String maker = place.startsWith("file:") ? null : files.mention(failed.getRouteId());
    return maker == null ? place : maker;
  }

  /** The step that names a kamelet. */
  private @Nullable String caller(String kamelet) {
    Pattern uri = Pattern.compile("kamelet:(//)?" + Pattern.quote(kamelet) + "([/?].*)?");
    for (RouteDefinition route : model.getRouteDefinitions()) {
      for (ProcessorDefinition<?> step : steps(route)) {
        if (step instanceof EndpointRequiredDefinition to
            && uri.matcher(String.valueOf(to.getEndpointUri())).matches()) {
          return place(step);
        }
      }
    }
    return null;
  }

  /** All steps of a route, those inside others too. */
  @SuppressWarnings("rawtypes")
  private static List<ProcessorDefinition<?>> steps(RouteDefinition route) {
    Collection<ProcessorDefinition> all =
        ProcessorDefinitionHelper.filterTypeInOutputs(
            route.getOutputs(), ProcessorDefinition.class);
    List<ProcessorDefinition<?>> steps = new ArrayList<>();
    all.forEach(steps::add);
    return steps;
  }

  private static String place(ProcessorDefinition<?> step) {
    return step.getLocation() + ":" + step.getLineNumber();
  }
}

package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.catalogue.Model;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.provider.Providers;
import dev.bactrian.simulator.Simulator;
import dev.bactrian.simulator.Simulators;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every route of the built-in files is reached by a call. This test makes all the calls itself, so
 * that it does not matter what ran before; a route that a new file brings needs its call here.
 */
class RouteCoverageIT {
  private static final Pattern PROVIDER = Pattern.compile("routeId: provider-(\\S+)");

  /** As in examples/mirror-traffic: nothing that is built in calls aside. */
  private static final String ASKED =
      "- route:\n    id: asked\n    from:\n      uri: direct:asked\n      steps:\n"
          + "        - wireTap: {uri: direct:aside, executorService: asideThreads}\n";

  @Test
  void everyRouteIsReached(@TempDir Path config) throws IOException {
    Path routes = Files.createDirectories(config.resolve("routes"));
    Files.writeString(routes.resolve("asked.camel.yaml"), ASKED);
    try (Simulators simulators = Simulators.start(0);
        ProviderServer plain = ProviderServer.start();
        Gateway gateway = gateway(config, simulators, plain)) {
      ApiClient client = gateway.client();
      expectAnswer(client.get("/v1/models"));
      expectAnswer(client.get("/v1/key"));
      expectAnswer(client.get("/v1/usage"));
      String compared =
          "{\"models\":[\"demo/chat\"],\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
      expectAnswer(client.post("/v1/compare", BodyPublishers.ofString(compared)));
      String explained = question("demo/chat", false, "");
      expectAnswer(client.post("/v1/route/explain", BodyPublishers.ofString(explained)));
      expectAnswer(
          client.chat(question("demo/cut", true, ",\"resume\":true,\"models\":[\"demo/chat\"]")));
      ErrorsIT.expect(client.get("/v1/nothing"), 404, "unknown_url");
      assertThat(gateway.called(explained)).contains("assistant");
      for (String provider : providers()) {
        assertThat(gateway.bean("providers", Providers.class).isLive(provider))
            .as("%s is live: by a stand-in in Simulators, or with baseUrl and apiKey", provider)
            .isTrue();
        expectAnswer(client.ask(provider + "/" + model(gateway, provider)));
      }
      assertThat(gateway.routesNotExercised()).as("routes that no call has reached").isEmpty();
    }
  }

  /** Providers that have no stand-in of their own are taken to speak plain OpenAI. */
  private static Gateway gateway(Path config, Simulators simulators, ProviderServer plain)
      throws IOException {
    Gateway.Settings settings = Gateway.with().config(config);
    Map<String, Simulator> standIns = byProvider();
    for (String provider : providers()) {
      Simulator simulator = standIns.get(provider);
      if (simulator != null) {
        simulator
            .settings(simulators.base(simulator))
            .forEach((name, value) -> settings.kamelet(provider, name, value));
      } else if (!provider.equals("demo")) {
        settings.provider(provider, plain);
      }
    }
    return settings.start();
  }

  /** The first stand-in of each provider. */
  private static Map<String, Simulator> byProvider() {
    Map<String, Simulator> first = new LinkedHashMap<>();
    Simulators.all().forEach(simulator -> first.putIfAbsent(simulator.provider(), simulator));
    return first;
  }

  private static List<String> providers() throws IOException {
    Path routes = Path.of("src/main/resources/routes/providers.camel.yaml");
    return PROVIDER
        .matcher(Files.readString(routes))
        .results()
        .map(route -> route.group(1))
        .toList();
  }

  private static String model(Gateway gateway, String provider) {
    Simulator simulator = byProvider().get(provider);
    if (simulator != null) {
      return simulator.model();
    }
    return gateway.bean("catalogues", Catalogues.class).current().models().stream()
        .filter(model -> model.provider().equals(provider) && !model.isWildcard())
        .findFirst()
        .map(Model::bareName)
        .orElse("any");
  }

  private static void expectAnswer(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
  }
}

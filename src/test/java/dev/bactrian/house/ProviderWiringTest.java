package dev.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.catalogue.CatalogueReader;
import dev.bactrian.catalogue.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProviderWiringTest {
  private static final String ENDING = "-chat-action.kamelet.yaml";

  @Test
  void everyKameletHasARouteAndEveryRouteAKamelet() {
    assertThat(routes()).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(kamelets());
  }

  @Test
  void everyKameletHasAModel() {
    Set<String> providers =
        new CatalogueReader("")
            .read().models().stream().map(Model::provider).collect(Collectors.toSet());

    assertThat(providers).containsAll(kamelets());
  }

  @Test
  void everyRouteIsNamedAfterItsProvider() {
    for (JsonNode route : templatedRoutes()) {
      assertThat(route.path("routeId").asText()).isEqualTo("provider-" + provider(route));
      assertThat(route.path("routeTemplateRef").asText()).isEqualTo("provider");
    }
  }

  private static List<String> kamelets() {
    return Sources.files(Sources.KAMELETS, ENDING).stream()
        .map(Sources::name)
        .map(name -> name.substring(0, name.length() - ENDING.length()))
        .toList();
  }

  private static List<String> routes() {
    return templatedRoutes().stream().map(ProviderWiringTest::provider).toList();
  }

  private static String provider(JsonNode route) {
    return route.at("/parameters/0/value").asText();
  }

  private static List<JsonNode> templatedRoutes() {
    List<JsonNode> routes = new ArrayList<>();
    for (JsonNode entry :
        Sources.yaml(Sources.text(Sources.ROUTES.resolve("providers.camel.yaml")))) {
      if (entry.has("templatedRoute")) {
        routes.add(entry.get("templatedRoute"));
      }
    }
    return routes;
  }
}

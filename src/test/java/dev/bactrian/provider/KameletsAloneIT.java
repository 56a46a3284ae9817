package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.catalogue.CatalogueReader;
import dev.bactrian.catalogue.Model;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.kit.LogCapture;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import dev.bactrian.simulator.Secret;
import dev.bactrian.simulator.Simulator;
import dev.bactrian.simulator.Simulators;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kamelets in a plain route of anybody's, without the gateway around them. */
class KameletsAloneIT {
  private static final Map<String, String> UPSTREAM_IDS =
      new CatalogueReader("")
          .read().models().stream().collect(Collectors.toMap(Model::id, Model::upstream));
  private static final LogCapture LOG = new LogCapture();

  private static Simulators simulators = Simulators.start(0);
  private static CamelContext camel = new DefaultCamelContext();

  static List<Simulator> all() {
    return Simulators.all();
  }

  /** A route for each stand-in, whose credentials are properties of that one use of the kamelet. */
  @BeforeAll
  static void start() throws Exception {
    for (Simulator simulator : all()) {
      simulator
          .settings(simulators.base(simulator))
          .forEach(
              (name, value) ->
                  camel
                      .getPropertiesComponent()
                      .addOverrideProperty(
                          "camel.kamelet." + kamelet(simulator).replace('/', '.') + "." + name,
                          value));
      camel.addRoutes(route("direct:" + simulator.name(), "kamelet:" + kamelet(simulator)));
    }
    camel.start();
  }

  @AfterAll
  static void stop() {
    camel.stop();
    simulators.close();
    LOG.close();
  }

  private static String kamelet(Simulator simulator) {
    return simulator.provider() + "-chat-action/" + simulator.name();
  }

  private static RouteBuilder route(String from, String to) {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from(from).to(to);
      }
    };
  }

  private static String ask(CamelContext context, String endpoint, String model) {
    String request =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"
            .formatted(model);
    return context.createProducerTemplate().requestBody(endpoint, request, String.class);
  }

  @ParameterizedTest
  @MethodSource("all")
  void aSecretOfAnyCharactersReachesTheProvider(Simulator simulator) {
    String model = simulator.provider() + "/" + simulator.model();
    String answer =
        ask(
            camel,
            "direct:" + simulator.name(),
            UPSTREAM_IDS.getOrDefault(model, simulator.model()));

    assertThat(Reply.json(answer).at("/choices/0/message/content").asText())
        .endsWith("You say: Hello 🐫");
  }

  @Test
  void noSecretIsInAnAddressARouteOrTheLog() {
    String seen = camel.getEndpoints() + " " + camel.getRoutes() + camel.getRegistry() + LOG.text();

    assertThat(seen).contains("upstream://openai").doesNotContain(Secret.of(""));
  }

  @Test
  void theSameKameletIsUsedTwiceWithOtherCredentials() throws Exception {
    try (ProviderServer server = ProviderServer.start().always(Script.completion("Hi"));
        CamelContext own = new DefaultCamelContext()) {
      String to = "kamelet:deepseek-chat-action?baseUrl=" + server.baseUrl() + "&apiKey=";
      own.addRoutes(route("direct:a", to + "RAW(first$+1)"));
      own.addRoutes(route("direct:b", to + "second"));
      own.start();

      for (String from : List.of("direct:a", "direct:b")) {
        ask(own, from, "m");
      }
      assertThat(server.calls())
          .extracting(call -> call.header("authorization"))
          .containsExactly("Bearer first$+1", "Bearer second");
    }
  }

  @Test
  void aKeyThatIsAPlaceholderIsLookedUp() throws Exception {
    try (ProviderServer server = ProviderServer.start().always(Script.completion("Hi"));
        CamelContext own = new DefaultCamelContext()) {
      own.getPropertiesComponent().addOverrideProperty("my.key", "{{sys:my.secret}}");
      own.getPropertiesComponent()
          .addOverrideProperty("camel.kamelet.groq-chat-action.apiKey", "{{my.key}}");
      System.setProperty("my.secret", "a{{b}}c");
      own.addRoutes(route("direct:a", "kamelet:groq-chat-action?baseUrl=" + server.baseUrl()));
      own.start();
      ask(own, "direct:a", "m");

      assertThat(server.last().header("authorization")).isEqualTo("Bearer a{{b}}c");
    } finally {
      System.clearProperty("my.secret");
    }
  }

  @Test
  void aKeyThatNoHeaderCanCarryFailsTheCallAlone() throws Exception {
    try (CamelContext own = new DefaultCamelContext()) {
      own.getPropertiesComponent()
          .addOverrideProperty("camel.kamelet.groq-chat-action.apiKey", "one\ntwo");
      own.addRoutes(route("direct:a", "kamelet:groq-chat-action"));
      own.start();

      Assertions.assertThatThrownBy(() -> ask(own, "direct:a", "m"))
          .isInstanceOf(CamelExecutionException.class)
          .cause()
          .isInstanceOf(UpstreamException.class)
          .hasMessageNotContaining("two");
    }
  }
}

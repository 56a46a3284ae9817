package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bactrian.gateway.BactrianGateway;
import dev.bactrian.kit.Reply;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway in a context of somebody who serves no HTTP. */
class AnyContextIT {
  private final Path data;

  AnyContextIT(@TempDir Path data) {
    this.data = data;
  }

  private CamelContext context(Map<String, String> settings) throws Exception {
    CamelContext context = new DefaultCamelContext();
    // As Quarkus has all components: the editions must not take the host's.
    context.getRegistry().bind("direct", new DirectComponent());
    settings.forEach(context.getPropertiesComponent()::addInitialProperty);
    context.getPropertiesComponent().addInitialProperty("bactrian.data", data.toString());
    try {
      BactrianGateway.addTo(context);
      context.start();
      return context;
    } catch (Exception e) {
      context.stop();
      throw e;
    }
  }

  @Test
  void aRouteOfTheHostAsksTheGateway() throws Exception {
    try (CamelContext context = context(Map.of("bactrian.leave-out", "api"));
        ProducerTemplate routes = context.createProducerTemplate()) {
      String question = question("demo/chat", false, "");
      String answer = routes.requestBody("direct:chat", question, String.class);
      assertThat(Reply.json(answer).at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    }
  }

  @Test
  void whatCannotBeLeftOutIsNamedAtTheStart() {
    assertThatExceptionOfType(Exception.class)
        .isThrownBy(() -> context(Map.of("bactrian.leave-out", "api, errors")).close())
        .withStackTraceContaining("direct:errors");
    assertThatExceptionOfType(Exception.class)
        .isThrownBy(() -> context(Map.of("bactrian.leave-out", "api, resume")).close())
        .withStackTraceContaining("There is no route from 'direct:resume'")
        .withStackTraceContaining("chat.camel.yaml:");
  }
}

package dev.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Examples;
import dev.bactrian.kit.GatewayProcess;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application on Camel Main with routes of its own: examples/camel-main. */
class CamelMainContractIT extends HostContract {
  CamelMainContractIT(@TempDir Path folder) throws Exception {
    super(folder);
  }

  @Override
  GatewayProcess start(int port, Map<String, String> environment) {
    Map<String, String> settings = new HashMap<>(environment);
    settings.put("PORT", Integer.toString(port));
    settings.put("SUMMARY_MODEL", "openai/gpt-4.1-mini");
    return GatewayProcess.host(port, settings, "-jar", Examples.jar("camel-main"));
  }

  @Test
  void aRouteOfTheApplicationCallsTheGateway() {
    provider().always(Script.completion("In short"));
    Reply reply = post("/summary");
    assertThat(reply.body()).isEqualTo("In short");
    assertThat(reply.header("content-type")).startsWith("text/plain");
    assertThat(provider().last().json().at("/messages/0/content").asText())
        .isEqualTo("Summarize: A \"long\" story");
  }

  @Test
  void anErrorOfTheGatewayIsAnErrorOfTheRoute() {
    provider().always(Script.status(500, "{}"));
    assertThat(post("/summary").status()).isEqualTo(500);
  }

  @Test
  void aRouteOfTheApplicationCallsAKamelet() {
    provider().always(Script.completion("A story"));
    assertThat(post("/title").body()).isEqualTo("A story");
    assertThat(provider().last().member("model")).isEqualTo("gpt-4.1-nano");
    assertThat(provider().last().header("authorization"))
        .isEqualTo("Bearer sk-openai-0123456789abcdef");
  }

  @Test
  void routesOfTheApplicationShowTheGatewaysState() {
    showsItsState();
  }

  private Reply post(String path) {
    return new ApiClient(port(), null)
        .post(path, BodyPublishers.ofString("A \"long\" story"), "content-type", "text/plain");
  }
}

package dev.bactrian.telemetry;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.Background;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A provider's trouble and the gateway's are two things. */
class HealthIT {
  private static final String MODEL = "openai/gpt-4.1-mini";

  @Test
  void aProvidersTroubleIsSeenAndTakesNoGatewayOutOfService() {
    try (ProviderServer provider = ProviderServer.start();
        Gateway gateway = Gateway.with().provider("openai", provider).start()) {
      Reply well = gateway.management("/observe/health");
      assertThat(well.json().path("status").asText()).isEqualTo("UP");
      assertThat(well.json().path("state").asText()).isEqualTo("serving");
      assertThat(well.json().at("/providers/openai/status").asText()).isEqualTo("UP");
      assertThat(well.json().path("providers").has("anthropic")).isFalse();

      provider.always(Script.error(500, "server_error", "oops"));
      for (int i = 0; i < 10; i++) {
        gateway.client().ask(MODEL);
      }

      Reply ill = gateway.management("/observe/health");
      assertThat(ill.status()).isEqualTo(200);
      assertThat(ill.json().path("status").asText()).isEqualTo("UP");
      assertThat(ill.json().at("/providers/openai/status").asText()).isEqualTo("DOWN");
      assertThat(ill.json().at("/providers/openai/breaker").asText()).isEqualTo("open");
      assertThat(ill.json().at("/providers/demo/status").asText()).isEqualTo("UP");
      assertThat(gateway.management("/observe/health/ready").status()).isEqualTo(200);
      assertThat(gateway.management("/observe/health/live").status()).isEqualTo(200);
    }
  }

  @Test
  void aGatewayThatEndsIsNotReadyButAlive() throws Exception {
    try (ProviderServer provider = ProviderServer.start().always(Script.HOLD);
        Gateway gateway = Gateway.with().provider("openai", provider).start()) {
      var running = gateway.client().chatting(question(MODEL, false, ""));
      ProviderCall call = provider.await();
      var closing = Background.run(gateway::close);
      Awaitility.await().until(() -> gateway.management("/observe/health/ready").status() == 503);
      assertThat(gateway.management("/observe/health/ready").json().path("status").asText())
          .isEqualTo("DOWN");
      assertThat(gateway.management("/observe/health").json().path("state").asText())
          .isEqualTo("draining");
      assertThat(gateway.management("/observe/health/live").status()).isEqualTo(200);
      Script.completion("bye").answer(call);
      assertThat(running.join().text()).isEqualTo("bye");
      closing.join();
    }
  }

  @Test
  void aGatewayThatCanAccountForNoCallIsNotReady() {
    try (Gateway gateway = Gateway.with().set("bactrian.ledger-limit", "-1").start()) {
      assertThat(gateway.client().ask("demo/chat").status()).isEqualTo(503);
      assertThat(gateway.management("/observe/health/ready").status()).isEqualTo(503);
      Reply health = gateway.management("/observe/health");
      assertThat(health.json().path("state").asText()).isEqualTo("refusing");
      assertThat(health.json().at("/ledger/status").asText()).isEqualTo("DOWN");
      assertThat(health.json().at("/providers/demo/status").asText()).isEqualTo("UP");
      assertThat(gateway.management("/observe/health/live").status()).isEqualTo(200);
    }
  }
}

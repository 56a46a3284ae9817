package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import dev.bactrian.simulator.EntraTokens;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sets Azure OpenAI apart, over sockets; the rest is in the contract of all providers. */
class AzureIT {
  private static final String ODD = "ab${sys:user.home}#{z}RAW(y)%25'\"/+=";

  private final ProviderServer provider = ProviderServer.start();
  private final EntraTokens tokens = new EntraTokens();
  private final String base = "http://127.0.0.1:" + provider.port();

  @AfterEach
  void stop() {
    provider.close();
  }

  private Gateway.Settings settings() {
    return Gateway.with().withoutBreakers().set("bactrian.attempts", "1");
  }

  private Gateway.Settings byApplication() {
    return settings()
        .kamelet("azure", "baseUrl", base + "/openai/v1")
        .kamelet("azure", "tenantId", EntraTokens.TENANT)
        .kamelet("azure", "clientId", EntraTokens.CLIENT)
        .kamelet("azure", "clientSecret", EntraTokens.SECRET)
        .kamelet("azure", "tokenUrl", base + "/{tenant}/oauth2/v2.0/token");
  }

  private void answer(ProviderCall call) throws Exception {
    if (call.target().endsWith("/token")) {
      tokens.answer(call);
    } else if (tokens.isValid(
        String.valueOf(call.header("authorization")).replace("Bearer ", ""))) {
      Script.completion("Hello").answer(call);
    } else {
      call.json(401, "{\"error\":{\"code\":\"401\",\"message\":\"token expired\"}}");
    }
  }

  private List<String> targets() {
    return provider.calls().stream().map(ProviderCall::target).toList();
  }

  @Test
  void anExpiredTokenIsRenewedUnseen() {
    provider.always(this::answer);
    try (Gateway gateway = byApplication().start()) {
      assertThat(gateway.client().ask("azure/gpt-4o").status()).isEqualTo(200);
      tokens.expire();
      Reply reply = gateway.client().ask("azure/gpt-4o");

      assertThat(reply.status()).as(reply.body()).isEqualTo(200);
      String token = "/" + EntraTokens.TENANT + "/oauth2/v2.0/token";
      String chat = "/openai/v1/chat/completions";
      assertThat(targets()).containsExactly(token, chat, chat, token, chat);
    }
  }

  @Test
  void aWrongSecretIsNoFaultOfTheClients() {
    provider.always(this::answer);
    try (Gateway gateway = byApplication().kamelet("azure", "clientSecret", "wrong").start()) {
      Reply reply = gateway.client().ask("azure/gpt-4o");

      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.error().path("code").asText()).isEqualTo("upstream_auth");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-4o", "my-deployment", "a b"})
  void aDeploymentIsNamedInThePath(String model) {
    try (Gateway gateway =
        settings()
            .kamelet("azure", "baseUrl", base)
            .kamelet("azure", "apiKey", ODD)
            .kamelet("azure", "apiVersion", "2025-04-01-preview")
            .kamelet("azure", "deployments", "gpt-4o=mine, x=y")
            .start()) {
      Reply reply = gateway.client().chat(question("azure/" + model, false, ""));

      assertThat(reply.status()).as(reply.body()).isEqualTo(200);
      String deployment = model.equals("gpt-4o") ? "mine" : model.replace(" ", "%20");
      assertThat(provider.last().target())
          .isEqualTo(
              "/openai/deployments/"
                  + deployment
                  + "/chat/completions?api-version=2025-04-01-preview");
      assertThat(provider.last().header("api-key")).isEqualTo(ODD);
      assertThat(provider.last().header("authorization")).isNull();
    }
  }

  @Test
  void theGatewayInFrontTellsWhenToComeBack() {
    provider.always(
        Script.status(
            429, "{\"statusCode\":429,\"message\":\"Try later.\"}", "retry-after-ms", "2500"));
    try (Gateway gateway =
        settings().kamelet("azure", "baseUrl", base).kamelet("azure", "apiKey", "k").start()) {
      Reply reply = gateway.client().ask("azure/gpt-4o");

      assertThat(reply.status()).isEqualTo(429);
      assertThat(reply.header("retry-after-ms")).isEqualTo("2500");
      assertThat(reply.error().path("message").asText()).isEqualTo("Try later.");
    }
  }

  @Test
  void whatTheFilterSaysOfAnAnswerStays() {
    String filtered =
        Chunks.completion("m", "Hi")
            .replace("\"finish_reason\"", "\"content_filter_results\":{},\"finish_reason\"");
    provider.always(Script.status(200, filtered));
    try (Gateway gateway =
        settings().kamelet("azure", "baseUrl", base).kamelet("azure", "apiKey", "k").start()) {
      assertThat(gateway.client().ask("azure/gpt-4o").body()).contains("content_filter_results");
    }
  }
}

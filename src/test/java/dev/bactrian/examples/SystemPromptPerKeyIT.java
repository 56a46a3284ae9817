package dev.bactrian.examples;

import static dev.bactrian.examples.Example.MODEL;
import static dev.bactrian.examples.Example.prompt;
import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Instructions by the client's key. */
class SystemPromptPerKeyIT {
  private final ProviderServer provider = ProviderServer.start();
  private final Gateway gateway;

  SystemPromptPerKeyIT() {
    gateway = Example.with("system-prompt-per-key", provider).provider("qwen", provider).start();
  }

  @AfterEach
  void stop() {
    gateway.close();
    provider.close();
  }

  private JsonNode sent(String key, String body) {
    Reply reply = Example.client(gateway, key).chat(body);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return provider.last().json().path("messages");
  }

  @Test
  void eachKeyHasItsOwnInstructions() {
    JsonNode support = sent("support", prompt("Hi", false));
    assertThat(support).hasSize(2);
    assertThat(support.at("/0/role").asText()).isEqualTo("system");
    assertThat(support.at("/0/content").asText()).contains("support desk of Acme");
    assertThat(support.at("/1/content").asText()).isEqualTo("Hi");
    assertThat(sent("sales", prompt("Hi", false)).at("/0/content").asText())
        .contains("Today is 20")
        .endsWith("You talk to sales.");
    assertThat(sent("o'brien", prompt("Hi", false)).at("/0/content").asText())
        .endsWith("You talk to o'brien.");
  }

  @Test
  void theBodyCanDecideToo() {
    JsonNode coder = sent("sales", question("qwen/qwen3-coder-plus", false, ""));
    assertThat(coder.at("/0/content").asText()).startsWith("Answer with code first");
  }

  @Test
  void instructionsOfTheClientComeAfterTheOperators() {
    String body =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"%s\",\"content\":%s},"
            + "{\"role\":\"user\",\"content\":\"Hi\"}],\"seed\":7}";
    JsonNode joined = sent("support", body.formatted(MODEL, "developer", "\"Be kind.\""));
    assertThat(joined).hasSize(2);
    assertThat(joined.at("/0/role").asText()).isEqualTo("developer");
    assertThat(joined.at("/0/content").asText()).contains("Acme").endsWith("\n\nBe kind.");
    JsonNode parts =
        sent(
            "support",
            body.formatted(MODEL, "system", "[{\"type\":\"text\",\"text\":\"Be kind.\"}]"));
    assertThat(parts).hasSize(3);
    assertThat(parts.at("/0/content").asText()).contains("Acme");
    assertThat(parts.at("/1/content/0/text").asText()).isEqualTo("Be kind.");
    assertThat(provider.last().json().path("seed").asInt()).isEqualTo(7);
  }

  @Test
  void aPromptIsNoExpression() {
    JsonNode sent = sent("sales", prompt("${sys.user.home} {{bactrian.key}} ', 'x", false));
    assertThat(sent.at("/1/content").asText()).isEqualTo("${sys.user.home} {{bactrian.key}} ', 'x");
  }

  @Test
  void whatIsWrongWithARequestIsStillTold() {
    Reply reply =
        Example.client(gateway, "support").chat("{\"model\":\"" + MODEL + "\",\"messages\":3}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(provider.count()).isZero();
  }
}

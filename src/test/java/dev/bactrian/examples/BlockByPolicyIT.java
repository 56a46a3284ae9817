package dev.bactrian.examples;

import static dev.bactrian.examples.Example.prompt;
import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that a policy refuses. */
class BlockByPolicyIT {
  private final ProviderServer provider = ProviderServer.start();
  private final Gateway gateway;
  private final ApiClient interns;

  BlockByPolicyIT() {
    gateway = Example.with("block-by-policy", provider).start();
    interns = Example.client(gateway, "interns");
  }

  @AfterEach
  void stop() {
    gateway.close();
    provider.close();
  }

  @Test
  void aKeyIsHeldToItsModels() {
    Reply reply = interns.chat(question("openai/gpt-5.1", false, ""));
    expect(reply, 403);
    assertThat(reply.error().path("message").asText())
        .isEqualTo("The key interns may not use openai/gpt-5.1.");
    assertThat(reply.error().path("type").asText()).isEqualTo("permission_error");
    assertThat(interns.stream("openai/gpt-5.1").status()).isEqualTo(403);
    assertThat(provider.count()).isZero();
    assertThat(interns.ask("openai/gpt-4.1-mini").status()).isEqualTo(200);
    assertThat(Example.client(gateway, "staff").ask("openai/gpt-5.1").status()).isEqualTo(200);
    await().untilAsserted(() -> assertThat(gateway.inside()).isZero());
  }

  @Test
  void aModelForLaterIsNoWayAround() {
    String later = ",\"models\":[\"openai/gpt-5.1\"]";
    expect(interns.chat(question("demo/unreliable", false, later)), 403);
    expect(interns.chat(question("demo/chat openai/gpt-5.1", false, "")), 403);
    assertThat(provider.count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a', 'b", "${sys.user.home}", "a)", "{{bactrian.key}}", "a' + b", "\\\""})
  void aNameOfAModelIsNoExpression(String model) {
    Reply reply = interns.ask(model);
    expect(reply, 403);
    assertThat(reply.error().path("message").asText())
        .isEqualTo("The key interns may not use %s.", model.replace("\\\"", "\""));
  }

  @Test
  void aComparisonIsNoWayAround() {
    String body =
        "{\"models\":[\"openai/gpt-4.1-mini\",\"openai/gpt-5.1\"],"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    Reply reply = interns.post("/v1/compare", BodyPublishers.ofString(body));
    assertThat(reply.json().at("/results/0/error").isNull()).as(reply.body()).isTrue();
    assertThat(reply.json().at("/results/1/error/code").asText()).isEqualTo("policy_violation");
    assertThat(provider.count()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN RSA PRIVATE KEY-----\\nMII",
        "What is Project\\u0020FALCON?",
        "one\\ntwo\\nproject falcon\\nfour"
      })
  void aPromptWithASecretIsRefused(String text) {
    Reply reply = Example.client(gateway, "staff").chat(prompt(text, false));
    expect(reply, 400);
    assertThat(reply.error().path("message").asText()).contains("must not leave the house");
    assertThat(provider.count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"What is a falcon?", "projects falconry", "${exception}', 'x"})
  void otherPromptsPass(String text) {
    assertThat(Example.client(gateway, "staff").chat(prompt(text, false)).status()).isEqualTo(200);
  }

  private static void expect(Reply reply, int status) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.error().path("code").asText()).isEqualTo("policy_violation");
  }
}

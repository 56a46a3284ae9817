package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import dev.bactrian.plan.AutoTask;
import dev.bactrian.plan.Needs;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client leaves the choice to the gateway, and sees which one was made. */
class RoutingIT {
  private static ProviderServer openai;
  private static ProviderServer qwen;
  private static Gateway gateway;
  private static ApiClient client;

  @BeforeAll
  static void start() {
    openai = ProviderServer.start();
    qwen = ProviderServer.start();
    gateway =
        Gateway.with()
            .withoutBreakers()
            .set("bactrian.exploration", "0")
            .provider("openai", openai)
            .provider("qwen", qwen)
            .start();
    client = gateway.client();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    openai.close();
    qwen.close();
  }

  @BeforeEach
  void forget() {
    openai.always(Script.completion("from openai"));
    qwen.always(Script.completion("from qwen"));
  }

  @Test
  void theCheapestAnswersAndTheAnswerSaysWhichAndWhy() {
    Reply reply = client.chat(question("openrouter/auto", false, ",\"route\":\"cheapest\""));
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("x-bactrian-route"))
        .startsWith("cheapest: 0.0")
        .endsWith("USD expected");
    String model = reply.header("x-bactrian-model");
    assertThat(model.substring(model.indexOf('/') + 1))
        .isEqualTo(reply.json().path("model").asText());
    ProviderServer chosen = model.startsWith("openai/") ? openai : qwen;
    assertThat(chosen.last().json().has("route")).isFalse();
  }

  @Test
  void aTaskGoesToTheFirstThatIsLiveAndThenToTheNext() {
    qwen.always(Script.error(500, "server_error", "server_error"));
    Reply reply = client.chat(question("task:translation", false, ""));
    assertThat(reply.text()).isEqualTo("from openai");
    assertThat(reply.header("x-bactrian-attempts")).isEqualTo("3");
    assertThat(reply.header("x-bactrian-route")).isEqualTo("listed for task:translation");
    assertThat(qwen.count()).isEqualTo(2);
  }

  @Test
  void aNamedModelHasNoRoute() {
    assertThat(client.ask("openai/gpt-4.1-mini").header("x-bactrian-route")).isEmpty();
  }

  @Test
  void whatWouldHappenIsExplainedAndNobodyIsCalled() {
    Reply reply = explain(question("auto:best", false, ",\"max_tokens\":100"));
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    JsonNode plan = reply.json();
    assertThat(plan.path("object").asText()).isEqualTo("route.plan");
    assertThat(plan.at("/needs/completion_tokens").asInt()).isEqualTo(100);
    assertThat(plan.at("/targets/0/model").asText()).isEqualTo("openai/gpt-5.1");
    assertThat(plan.at("/targets/0/reason").asText()).startsWith("best: rank");
    assertThat(plan.path("targets").size()).isGreaterThan(5);
    JsonNode named = explain(question("openai/gpt-4.1-mini", false, "")).json();
    assertThat(named.at("/targets/0/reason").asText()).isEqualTo("named in the request");
    assertThat(openai.count() + qwen.count()).isZero();
  }

  @Test
  void anExplanationNeedsAKeyAndAGoodRequestToo() {
    String body = question("auto", false, "");
    assertThat(
            client.withKey(null).post("/v1/route/explain", BodyPublishers.ofString(body)).status())
        .isEqualTo(401);
    ErrorsIT.expect(explain("{"), 400, "invalid_json");
    ErrorsIT.expect(explain(question("nope", false, "")), 404, "model_not_found");
    ErrorsIT.expect(client.get("/v1/route/explain"), 405, "method_not_allowed");
  }

  @Test
  void whatNoModelCanDoIsRefused() {
    String tools = ",\"provider\":{\"only\":[\"nobody\"]}";
    ErrorsIT.expect(client.chat(question("task:code", false, tools)), 400, "no_model_fits");
  }

  /** What a user's own class may look like. */
  public static final class AlwaysCreative implements AutoTask {
    @Override
    public String of(Needs needs) {
      return "creative";
    }
  }

  @Test
  void aBeanOfOnesOwnDecidesWhatAutoMeans(@TempDir Path config) throws IOException {
    assertThat(explain(question("auto", false, "")).json().path("task").asText())
        .isEqualTo("fast_chat");
    Path routes = Files.createDirectories(config.resolve("routes"));
    Files.writeString(
        routes.resolve("auto.camel.yaml"),
        "- beans:\n    - {name: autoTask, type: \"" + AlwaysCreative.class.getName() + "\"}\n");
    try (Gateway own = Gateway.with().config(config).provider("openai", openai).start()) {
      Reply reply = own.client().ask("auto");
      assertThat(reply.header("x-bactrian-model")).isEqualTo("openai/gpt-4o");
      assertThat(reply.header("x-bactrian-route")).isEqualTo("listed for task:creative");
    }
  }

  private static Reply explain(String body) {
    return client.post("/v1/route/explain", BodyPublishers.ofString(body));
  }
}

package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What reaches the provider is what the client sent, but for what the provider cannot take. */
class PassThroughIT {
  private static ProviderServer provider;
  private static Gateway gateway;
  private static ApiClient client;

  @BeforeAll
  static void start() {
    provider = ProviderServer.start();
    gateway =
        Gateway.with()
            .provider("openai", provider)
            .provider("deepseek", provider)
            .provider("qwen", provider)
            .start();
    client = gateway.client();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
  }

  @BeforeEach
  void forget() {
    provider.always(Script.completion("Hello"));
  }

  @Test
  void unknownMembersArriveByteForByte() {
    String odd =
        """
         "x_new" : { "deep":[1.50, 1e3,-0.0, null,"\\u00e9\\ud83d\\ude00 \u00e9"], "a":{} },
        \t"temperature":0.70 , "seed":12345678901234567890123, "tools":[ ], "ünï":true""";
    String body =
        "{ \"model\" : \"openai/gpt-4.1-mini\","
            + odd
            + ",\"messages\":[ {\"role\":\"user\" ,\"content\":\"Hi\\n\",\"x\":1} ] }";
    Reply reply = client.chat(body);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(provider.last().body())
        .isEqualTo(body.replace("\"openai/gpt-4.1-mini\"", "\"gpt-4.1-mini\""));
  }

  @Test
  void theModelsOfTheClientStayHere() {
    Reply reply =
        client.chat(
            """
            {"models":["openai/gpt-4.1","qwen/qwen3-max"],"model":"gpt-4.1-mini",\
            "messages":[{"role":"user","content":"Hi"}]}""");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(provider.last().body())
        .isEqualTo(
            "{\"model\":\"gpt-4.1-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
  }

  @Test
  void modelsAloneNameTheModel() {
    Reply reply =
        client.chat(
            "{\"models\":[\"openai/gpt-4.1\"],\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("x-bactrian-model")).isEqualTo("openai/gpt-4.1");
    assertThat(provider.last().member("model")).isEqualTo("gpt-4.1");
    assertThat(provider.last().json().has("models")).isFalse();
  }

  @Test
  void aWholeAnswerArrivesByteForByte() {
    String answer = Chunks.completion("gpt-4.1-mini-2025", "Hi").replace("}]", ",\"x\": 1.50 }]");
    provider.always(Script.status(200, answer));
    Reply reply = client.ask("gpt-4.1-mini");
    assertThat(reply.body()).isEqualTo(answer);
    assertThat(reply.json().path("model").asText()).isEqualTo("gpt-4.1-mini-2025");
    assertThat(reply.header("content-type")).isEqualTo("application/json");
    assertThat(reply.header("x-bactrian-provider")).isEqualTo("openai");
    assertThat(reply.header("x-bactrian-model")).isEqualTo("openai/gpt-4.1-mini");
    assertThat(reply.header("x-bactrian-attempts")).isEqualTo("1");
    assertThat(reply.header("openai-processing-ms")).matches("\\d+");
  }

  @Test
  void emptyLinesBeforeAWholeAnswerAreKeepAlive() {
    provider.always(call -> call.json(200, "\n\n\n" + Chunks.completion("m", "Hi")));
    assertThat(client.ask("gpt-4.1-mini").text()).isEqualTo("Hi");
  }

  @Test
  void usageIsAskedForAndKeptFromAClientThatDidNot() {
    provider.always(Script.words(2));
    Reply reply = client.stream("gpt-4.1-mini");
    assertThat(provider.last().json().at("/stream_options/include_usage").asBoolean()).isTrue();
    assertThat(reply.body()).doesNotContain("\"usage\"").doesNotContain("\"choices\":[]");
    assertThat(reply.events()).endsWith(Chunks.DONE).hasSize(5);
  }

  @Test
  void usageReachesAClientThatAsked() {
    provider.always(Script.words(2));
    Reply reply =
        client.chat(question("gpt-4.1-mini", true, ",\"stream_options\":{\"include_usage\":true}"));
    assertThat(reply.events()).hasSize(6).endsWith(Chunks.DONE);
    JsonNode usage = Reply.json(reply.events().get(4));
    assertThat(usage.path("choices")).isEmpty();
    assertThat(usage.at("/usage/total_tokens").asInt()).isEqualTo(5);
  }

  @Test
  void otherStreamOptionsSurvive() {
    provider.always(Script.words(1));
    client.chat(
        question("gpt-4.1-mini", true, ",\"stream_options\":{\"include_obfuscation\":false}"));
    JsonNode options = provider.last().json().path("stream_options");
    assertThat(options.path("include_usage").asBoolean()).isTrue();
    assertThat(options.path("include_obfuscation").isBoolean()).isTrue();
  }

  @Test
  void deepSeekGetsWhatItKnows() {
    Reply reply =
        client.chat(
            """
            {"model":"deepseek/deepseek-v4-pro","max_completion_tokens":7,"temperature":3,\
            "top_p":0,"n":1,"seed":4,"parallel_tool_calls":true,"stop":null,"user_id":"u",\
            "messages":[{"role":"developer","content":"be \\"developer\\""},\
            {"role":"user","content":"Hi"}]}""");
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    JsonNode sent = provider.last().json();
    assertThat(sent.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "model", "max_tokens", "temperature", "top_p", "user_id", "messages");
    assertThat(sent.path("model").asText()).isEqualTo("deepseek-v4-pro");
    assertThat(sent.path("max_tokens").asInt()).isEqualTo(7);
    assertThat(sent.path("temperature").asDouble()).isEqualTo(2);
    assertThat(sent.path("top_p").asDouble()).isEqualTo(0.01);
    assertThat(sent.at("/messages/0/role").asText()).isEqualTo("system");
    assertThat(sent.at("/messages/0/content").asText()).isEqualTo("be \"developer\"");
    assertThat(reply.header("x-bactrian-changes").split(";"))
        .contains("n=dropped", "seed=dropped", "temperature=2", "top_p=0.01");
  }

  @Test
  void qwenGetsWhatItKnows() {
    Reply reply =
        client.chat(
            """
            {"model":"qwen/qwen3-max","max_tokens":5,"temperature":2,"seed":4,"n":2,\
            "frequency_penalty":1,"logit_bias":{},"enable_thinking":false,\
            "messages":[{"role":"developer","content":"x"},{"role":"user","content":"Hi"}]}""");
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    JsonNode sent = provider.last().json();
    assertThat(sent.path("temperature").asDouble()).isEqualTo(1.99);
    assertThat(sent.path("max_tokens").asInt()).isEqualTo(5);
    assertThat(sent.path("seed").asInt()).isEqualTo(4);
    assertThat(sent.path("n").asInt()).isEqualTo(2);
    assertThat(sent.has("frequency_penalty")).isFalse();
    assertThat(sent.has("logit_bias")).isFalse();
    assertThat(sent.path("enable_thinking").isBoolean()).isTrue();
    assertThat(sent.at("/messages/0/role").asText()).isEqualTo("system");
    assertThat(reply.header("x-bactrian-changes"))
        .contains("frequency_penalty=dropped", "logit_bias=dropped", "temperature=1.99");
  }

  @Test
  void anUnchangedRequestHasNoChangesHeader() {
    assertThat(client.ask("qwen/qwen3-max").headers().map())
        .doesNotContainKey("x-bactrian-changes");
  }

  @Test
  void aRequestOfAMegabyteArrivesWhole() {
    String text = "é".repeat(500_000);
    client.chat(question("gpt-4.1-mini", false, ",\"x\":\"" + text + "\""));
    assertThat(provider.last().member("x")).isEqualTo(text);
  }
}

package dev.bactrian.dialect;

import static dev.bactrian.dialect.AnthropicFixture.json;
import static dev.bactrian.dialect.AnthropicFixture.request;
import static dev.bactrian.dialect.AnthropicFixture.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.dialect.AnthropicFixture.Sent;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnthropicRequestTest {
  private static final String TOOLS =
      ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},"
          + "{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]";
  private static final String SCHEMA =
      ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"strict\":true,"
          + "\"schema\":{\"type\":\"object\",\"x\":1.50}}}";

  @Test
  void aPlainRequestIsAsSmallAsCanBe() {
    Sent sent = sent("");
    assertThat(sent.body())
        .isEqualTo(
            json(
                "{\"model\":\"claude-sonnet-4-6\",\"max_tokens\":16384,"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"));
    assertThat(sent.changes()).isEmpty();
    assertThat(sent.headers()).isEmpty();
  }

  @Test
  void nullsAreNotSent() {
    Sent sent =
        sent(
            ",\"stop\":null,\"temperature\":null,\"tools\":null,\"seed\":null,\"thinking\":null,"
                + "\"response_format\":null,\"user\":null,\"service_tier\":null,\"n\":null");
    assertThat(sent.body()).isEqualTo(sent("").body());
    assertThat(sent.changes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "max_tokens, 7, 7",
    "max_completion_tokens, 7, 7",
    "max_tokens, 64000, 64000",
    "max_tokens, 64001, 64000"
  })
  void theLengthIsWithinTheModels(String name, int asked, int limit) {
    Sent sent = sent(",\"" + name + "\":" + asked);
    assertThat(sent.body().path("max_tokens").asInt()).isEqualTo(limit);
    assertThat(sent.changes())
        .isEqualTo(asked == limit ? List.of() : List.of("max_tokens=" + limit));
  }

  @Test
  void theDefaultLengthIsTheKameletsWithinTheModels() {
    assertThat(sent(request("m", ""), "maxTokens", "5").body().path("max_tokens").asInt())
        .isEqualTo(5);
    assertThat(sent(request("m", ""), "maxTokens", "99999").body().path("max_tokens").asInt())
        .isEqualTo(64_000);
    Sent both = sent(request("m", ",\"max_tokens\":9,\"max_completion_tokens\":8"));
    assertThat(both.body().path("max_tokens").asInt()).isEqualTo(8);
  }

  @Test
  void whatOnlyOpenAiKnowsIsDroppedAndTold() {
    Sent sent =
        sent(
            ",\"n\":2,\"seed\":1,\"logit_bias\":{},\"logprobs\":true,\"presence_penalty\":1,"
                + "\"store\":true,\"verbosity\":\"low\",\"enable_search\":true,"
                + "\"service_tier\":\"flex\",\"metadata\":{\"a\":\"b\"}");
    assertThat(sent.body()).isEqualTo(sent("").body());
    assertThat(sent.changes())
        .containsExactlyInAnyOrder(
            "n=dropped",
            "seed=dropped",
            "logit_bias=dropped",
            "logprobs=dropped",
            "presence_penalty=dropped",
            "store=dropped",
            "verbosity=dropped",
            "enable_search=dropped",
            "service_tier=dropped",
            "metadata=dropped");
  }

  @Test
  void whatTheGatewayHasReadIsNotTold() {
    Sent sent =
        sent(
            ",\"models\":[\"y\"],\"route\":\"best\",\"provider\":{\"order\":[\"anthropic\"]},"
                + "\"stream\":true,\"stream_options\":{\"include_usage\":true}");
    assertThat(sent.changes()).isEmpty();
    assertThat(sent.body().path("stream").asBoolean()).isTrue();
    assertThat(sent.body()).hasSize(4);
  }

  @Test
  void whatIsAnthropicsOwnPasses() {
    String own =
        "{\"thinking\":{\"type\":\"adaptive\",\"display\":\"omitted\"},\"container\":\"c\","
            + "\"mcp_servers\":[{\"url\":\"u\"}],\"context_management\":{\"edits\":[]},"
            + "\"output_config\":{\"effort\":\"max\"},\"service_tier\":\"auto\","
            + "\"metadata\":{\"user_id\":\"u\"}}";
    Sent sent = sent("," + own.substring(1, own.length() - 1));
    json(own)
        .properties()
        .forEach(
            member -> assertThat(sent.body().get(member.getKey())).isEqualTo(member.getValue()));
    assertThat(sent.changes()).isEmpty();
    assertThat(sent(request("m", ",\"top_k\":5,\"new\":{}"), "pass", "new").changes())
        .containsExactly("top_k=dropped");
  }

  @Test
  void betasOfKameletAndRequestGoTogether() {
    Sent sent =
        sent(request("m", ",\"betas\":[\"b-2026\",\"a-2025\",\"x\\r\\ny: z\"]"), "beta", "a-2025");
    assertThat(sent.headers()).containsEntry("anthropic-beta", "a-2025,b-2026").hasSize(1);
    assertThat(sent.changes()).containsExactly("betas=dropped");
    assertThat(sent.body().has("betas")).isFalse();
  }

  @Test
  void aCloudMayWantTheVersionInTheBody() {
    Sent sent =
        sent(
            request("claude-sonnet-4-6@default", ",\"betas\":[\"b\"]"),
            "bodyVersion",
            "vertex-2023-10-16");
    assertThat(sent.body().path("anthropic_version").asText()).isEqualTo("vertex-2023-10-16");
    assertThat(sent.body().at("/anthropic_beta/0").asText()).isEqualTo("b");
    assertThat(sent.body().has("model")).isFalse();
    assertThat(sent.headers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "user, u",
    "safety_identifier, u",
  })
  void theUserIsTold(String name, String user) {
    assertThat(sent(",\"" + name + "\":\"" + user + "\"").body().at("/metadata/user_id").asText())
        .isEqualTo(user);
  }

  @Test
  void stopsAreAList() {
    assertThat(sent(",\"stop\":\"a\"").body().path("stop_sequences")).isEqualTo(json("[\"a\"]"));
    Sent sent = sent(",\"stop\":[\"a\",\"\\n\",\"b\"]");
    assertThat(sent.body().path("stop_sequences")).isEqualTo(json("[\"a\",\"b\"]"));
    assertThat(sent.changes()).containsExactly("stop=2 of 3");
    assertThat(sent(",\"stop\":\" \"").body().has("stop_sequences")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "claude-sonnet-4 | \"temperature\":0.5,\"top_p\":0.9,\"top_k\":3 | 0.5 | 0.9 | ",
        "claude-sonnet-4 | \"temperature\":2 | 1.0 | | temperature=1",
        "claude-sonnet-4 | \"temperature\":-1,\"top_p\":1.5 | 0.0 | 1.0 | temperature=0;top_p=1",
        "claude-sonnet-4-5 | \"temperature\":0.5,\"top_p\":0.9 | 0.5 | | top_p=dropped",
        "claude-sonnet-4-5 | \"temperature\":2,\"top_p\":2 | 1 | | temperature=1;top_p=dropped",
        "claude-sonnet-4-5 | \"top_p\":0.9 | | 0.9 |",
        "claude-opus-4-8 | \"temperature\":0.5 | | | temperature=dropped",
        "claude-fable-5 | \"top_p\":0.5,\"top_k\":3 | | | top_p=dropped;top_k=dropped"
      })
  void samplingIsWhatTheModelTakes(
      String model, String members, Double temperature, Double topP, String changes) {
    Sent sent = sent(request(model, "," + members));
    assertThat(sent.body().path("temperature").asDouble(-1))
        .isEqualTo(temperature == null ? -1 : temperature);
    assertThat(sent.body().path("top_p").asDouble(-1)).isEqualTo(topP == null ? -1 : topP);
    assertThat(sent.changes())
        .containsExactlyElementsOf(changes == null ? List.of() : List.of(changes.split(";")));
  }

  @Test
  void aSchemaIsHeldToByModelsThatCan() {
    Sent sent = sent(SCHEMA);
    assertThat(sent.body().path("output_config"))
        .isEqualTo(
            json(
                "{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\",\"x\":1.5}}}"));
    assertThat(sent.changes()).isEmpty();
    Sent both = sent(SCHEMA + ",\"output_config\":{\"effort\":\"low\"}");
    assertThat(both.body().path("output_config")).hasSize(2);
  }

  @Test
  void jsonIsAskedForInWordsWhereTheModelCannotBeHeldToIt() {
    Sent old = sent(request("claude-opus-4-1", SCHEMA));
    assertThat(old.body().path("system").asText()).contains("JSON").contains("\"x\":1.5");
    assertThat(old.body().has("output_config")).isFalse();
    assertThat(old.changes()).containsExactly("response_format=instruction");
    Sent object = sent(",\"response_format\":{\"type\":\"json_object\"}");
    assertThat(object.body().path("system").asText()).contains("JSON");
    assertThat(sent(",\"response_format\":{\"type\":\"text\"}").changes()).isEmpty();
  }

  @Test
  void toolsHaveASchema() {
    Sent sent =
        sent(
            ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\","
                + "\"strict\":true,\"parameters\":{\"properties\":{}}},"
                + "\"cache_control\":{\"type\":\"ephemeral\"}},"
                + "{\"type\":\"function\",\"function\":{\"name\":\"g\"}},"
                + "{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":2},"
                + "{\"type\":\"custom\",\"custom\":{\"name\":\"c\"}}]");
    assertThat(sent.body().path("tools"))
        .isEqualTo(
            json(
                "[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"properties\":{},"
                    + "\"type\":\"object\"},\"cache_control\":{\"type\":\"ephemeral\"}},"
                    + "{\"name\":\"g\",\"input_schema\":{\"type\":\"object\"}},"
                    + "{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":2}]"));
    assertThat(sent.changes())
        .containsExactlyInAnyOrder("tools.strict=dropped", "tools.custom=dropped");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"auto\" | {\"type\":\"auto\"}",
        "\"required\" | {\"type\":\"any\"}",
        "\"none\" | {\"type\":\"none\"}",
        "{\"type\":\"function\",\"function\":{\"name\":\"f\"}} | {\"type\":\"tool\",\"name\":\"f\"}",
        "{\"type\":\"any\",\"disable_parallel_tool_use\":true} | {\"type\":\"any\",\"disable_parallel_tool_use\":true}",
      })
  void theChoiceOfAToolIsTranslated(String openai, String own) {
    Sent sent = sent(TOOLS + ",\"tool_choice\":" + openai);
    assertThat(sent.body().path("tool_choice")).isEqualTo(json(own));
    assertThat(sent.changes()).isEmpty();
  }

  @Test
  void allowedToolsAreTheOnlyOnes() {
    Sent sent =
        sent(
            TOOLS
                + ",\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":"
                + "\"required\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]}}");
    assertThat(sent.body().at("/tools/0/name").asText()).isEqualTo("g");
    assertThat(sent.body().path("tools")).hasSize(1);
    assertThat(sent.body().path("tool_choice")).isEqualTo(json("{\"type\":\"any\"}"));
  }

  @Test
  void aModelThatCannotBeForcedIsLeftToChoose() {
    for (String choice :
        List.of("\"required\"", "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}")) {
      Sent sent = sent(request("claude-sonnet-5-5", TOOLS + ",\"tool_choice\":" + choice));
      assertThat(sent.body().path("tool_choice")).isEqualTo(json("{\"type\":\"auto\"}"));
      assertThat(sent.changes()).containsExactly("tool_choice=auto");
    }
  }

  @Test
  void aChoiceWithoutToolsIsDropped() {
    Sent sent = sent(",\"tool_choice\":\"auto\",\"parallel_tool_calls\":false");
    assertThat(sent.body()).isEqualTo(sent("").body());
    assertThat(sent.changes())
        .containsExactly("tool_choice=dropped", "parallel_tool_calls=dropped");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"parallel_tool_calls\":false | {\"type\":\"auto\",\"disable_parallel_tool_use\":true}",
        "\"parallel_tool_calls\":false,\"tool_choice\":\"required\" | {\"type\":\"any\",\"disable_parallel_tool_use\":true}",
        "\"parallel_tool_calls\":false,\"tool_choice\":\"none\" | {\"type\":\"none\"}",
      })
  void callsCanBeKeptOneAtATime(String members, String choice) {
    assertThat(sent(TOOLS + "," + members).body().path("tool_choice")).isEqualTo(json(choice));
    assertThat(sent(TOOLS + ",\"parallel_tool_calls\":true").body().has("tool_choice")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {",\"functions\":[{\"name\":\"f\"}]", ",\"function_call\":{\"name\":\"f\"}"})
  void theFormerWayToCallFunctionsIsRefused(String members) {
    assertThatThrownBy(() -> sent(members))
        .isInstanceOfSatisfying(
            UpstreamException.class,
            refused -> {
              assertThat(refused.errorClass()).isEqualTo(ErrorClass.BAD_REQUEST);
              assertThat(refused.param()).startsWith("function");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude-*", "claude-*: budget quick", "x: "})
  void aTableOfModelsWithASlipOfThePenIsRefused(String table) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sent(request("m", ""), "models", table))
        .withMessageContaining("models");
  }

  @Test
  void anUnknownModelHasNoTraits() {
    assertThat(AnthropicModels.parse(null).of("claude-opus-4-6")).isEmpty();
    assertThat(AnthropicModels.parse(AnthropicFixture.quirks().get("models")).of("claude-3-5-x"))
        .isEmpty();
  }
}

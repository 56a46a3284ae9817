package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.kit.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** See https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html. */
class BedrockRequestTest {
  private static final String HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final String SONNET = "anthropic.claude-sonnet-4-6";
  private static final String NOVA = "amazon.nova-pro-v1:0";
  private static final String USER = "{\"role\":\"user\",\"content\":\"Hi\"}";
  private static final String CALL =
      "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"t1\",\"type\":"
          + "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]}";
  private static final String RESULT =
      "{\"role\":\"tool\",\"tool_call_id\":\"t1\",\"content\":\"42\"}";
  private static final String TOOLS =
      ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\","
          + "\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]";

  /** What is sent for a request. */
  private record Sent(JsonNode body, List<String> changes) {
    String at(String pointer) {
      return body.at(pointer).toString();
    }
  }

  private static Dialect dialect(String region) {
    return Dialect.named(
        "bedrock",
        Map.of(
            "region",
            region,
            "models",
            AnthropicFixture.kamelet("bedrock", "models"),
            "profileModels",
            AnthropicFixture.kamelet("bedrock", "profileModels"),
            "efforts",
            AnthropicFixture.kamelet("bedrock", "efforts")));
  }

  private static Sent sent(ChatRequest request) {
    Dialect.Outgoing out = dialect("us-east-1").request(request);
    return new Sent(Reply.json(new String(out.body(), StandardCharsets.UTF_8)), out.changes());
  }

  private static Sent sent(String model, String members) {
    return sent(AnthropicFixture.request(model, members));
  }

  private static Sent messages(String messages, String members) {
    return sent(AnthropicFixture.messages(HAIKU, messages, members));
  }

  @Test
  void aRequestIsTranslated() {
    Sent sent =
        messages(
            "{\"role\":\"developer\",\"content\":\"Be brief\"}," + USER,
            ",\"max_tokens\":100,\"temperature\":0.5,\"stop\":\"x\",\"stream\":true,"
                + "\"stream_options\":{\"include_usage\":true},\"n\":1,\"seed\":null");

    assertThat(sent.body().toString())
        .isEqualTo(
            "{\"system\":[{\"text\":\"Be brief\"}],"
                + "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}],"
                + "\"inferenceConfig\":{\"maxTokens\":100,\"temperature\":0.5,"
                + "\"stopSequences\":[\"x\"]}}");
    assertThat(sent.changes()).isEmpty();
  }

  @Test
  void aPlainRequestSaysNothingOfInference() {
    assertThat(sent(NOVA, "").body().toString())
        .isEqualTo("{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}");
  }

  @Test
  void rolesAlternateAndBlankTextsGo() {
    Sent sent =
        messages(
            "{\"role\":\"assistant\",\"content\":\"a\"},"
                + USER
                + ",{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\" \"},"
                + "{\"type\":\"text\",\"text\":\"b\"}]}",
            "");

    assertThat(sent.at("/messages"))
        .isEqualTo(
            "[{\"role\":\"user\",\"content\":[{\"text\":\"Begin.\"}]},"
                + "{\"role\":\"assistant\",\"content\":[{\"text\":\"a\"}]},"
                + "{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"},{\"text\":\"b\"}]}]");
    assertThat(sent.changes()).containsExactly("messages=begun");
  }

  @Test
  void numbersAreBroughtIntoRange() {
    Sent sent = sent(NOVA, ",\"temperature\":1.9,\"top_p\":0.5,\"max_tokens\":1");

    assertThat(sent.at("/inferenceConfig"))
        .isEqualTo("{\"maxTokens\":1,\"temperature\":1.0,\"topP\":0.5}");
    assertThat(sent.changes()).containsExactly("temperature=1");
    assertThat(sent(NOVA, ",\"max_completion_tokens\":90000").changes())
        .containsExactly("max_tokens=64000");
  }

  @Test
  void whatIsNotTakenIsDroppedAndTheClientTold() {
    assertThat(
            sent(
                    SONNET,
                    ",\"n\":2,\"seed\":1,\"user\":\"u\",\"presence_penalty\":1,\"logprobs\":true,"
                        + "\"temperature\":0.5,\"top_p\":0.5,\"service_tier\":\"scale\","
                        + "\"parallel_tool_calls\":false")
                .changes())
        .containsExactlyInAnyOrder(
            "n=dropped",
            "seed=dropped",
            "user=dropped",
            "presence_penalty=dropped",
            "logprobs=dropped",
            "top_p=dropped",
            "service_tier=dropped",
            "parallel_tool_calls=dropped");
  }

  @Test
  void picturesAndDocumentsAreBytes() {
    Sent sent =
        messages(
            "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":"
                + "\"data:image/jpg;base64,AAAA\"}},{\"type\":\"file\",\"file\":{\"filename\":"
                + "\"my  report_1.pdf\",\"file_data\":\"data:application/pdf;base64,BBBB\"}},"
                + "{\"type\":\"file\",\"file\":{\"filename\":\"a.csv\",\"file_data\":"
                + "\"data:text/csv;base64,YSxi\"}},{\"type\":\"file\",\"file\":{\"file_data\":"
                + "\"data:text/plain;base64,YQ==\"}}]}",
            "");

    assertThat(sent.at("/messages/0/content"))
        .isEqualTo(
            "[{\"image\":{\"format\":\"jpeg\",\"source\":{\"bytes\":\"AAAA\"}}},"
                + "{\"document\":{\"format\":\"pdf\",\"name\":\"my report-1\","
                + "\"source\":{\"bytes\":\"BBBB\"}}},"
                + "{\"document\":{\"format\":\"csv\",\"name\":\"a\","
                + "\"source\":{\"bytes\":\"YSxi\"}}},"
                + "{\"document\":{\"format\":\"txt\",\"name\":\"document 3\","
                + "\"source\":{\"bytes\":\"YQ==\"}}}]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a.example/b.png\"}}",
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/tiff;base64,AAAA\"}}",
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"nonsense\"}}",
        "{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}",
        "{\"type\":\"file\",\"file\":{\"file_data\":\"data:application/zip;base64,AAAA\"}}",
        "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AAAA\"}}",
        "{\"type\":\"search_result\"}"
      })
  void whatConverseCannotTakeIsRefused(String part) {
    assertThatThrownBy(() -> messages("{\"role\":\"user\",\"content\":[" + part + "]}", ""))
        .isInstanceOfSatisfying(
            UpstreamException.class,
            e -> {
              assertThat(e.errorClass()).isEqualTo(ErrorClass.BAD_REQUEST);
              assertThat(e.status()).isEqualTo(400);
            });
  }

  @Test
  void toolsAreTranslated() {
    Sent sent = messages(USER + "," + CALL + "," + RESULT, TOOLS + ",\"tool_choice\":\"auto\"");

    assertThat(sent.at("/messages/1/content"))
        .isEqualTo("[{\"toolUse\":{\"toolUseId\":\"t1\",\"name\":\"f\",\"input\":{\"a\":1}}}]");
    assertThat(sent.at("/messages/2"))
        .isEqualTo(
            "{\"role\":\"user\",\"content\":[{\"toolResult\":{\"toolUseId\":\"t1\","
                + "\"content\":[{\"text\":\"42\"}],\"status\":\"success\"}}]}");
    assertThat(sent.at("/toolConfig"))
        .isEqualTo(
            "{\"tools\":[{\"toolSpec\":{\"name\":\"f\",\"description\":\"d\",\"inputSchema\":"
                + "{\"json\":{\"type\":\"object\",\"properties\":{}}}}}],"
                + "\"toolChoice\":{\"auto\":{}}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"required\" | {\"any\":{}}",
        "{\"type\":\"function\",\"function\":{\"name\":\"f\"}} | {\"tool\":{\"name\":\"f\"}}"
      })
  void aToolCanBeForced(String choice, String expected) {
    Sent sent = sent(HAIKU, TOOLS + ",\"tool_choice\":" + choice);

    assertThat(sent.at("/toolConfig/toolChoice")).isEqualTo(expected);
  }

  @Test
  void toolsThatMayNotBeCalledAreLeftOut() {
    Sent sent = sent(HAIKU, TOOLS + ",\"tool_choice\":\"none\"");

    assertThat(sent.body().has("toolConfig")).isFalse();
    assertThat(sent.changes()).containsExactly("tools=dropped");
  }

  @Test
  void toolsOfTheHistoryStayThoughTheyMayNotBeCalled() {
    Sent sent = messages(USER + "," + CALL + "," + RESULT, TOOLS + ",\"tool_choice\":\"none\"");

    assertThat(sent.body().at("/toolConfig/tools")).hasSize(1);
    assertThat(sent.body().at("/toolConfig").has("toolChoice")).isFalse();
    assertThat(sent.at("/system/0/text")).contains("Do not call any tool");
    assertThat(sent.changes()).containsExactly("tool_choice=instruction");
  }

  @Test
  void toolsOfTheHistoryAreDeclaredThoughTheClientDoesNot() {
    Sent sent = messages(USER + "," + CALL + "," + RESULT, "");

    assertThat(sent.at("/toolConfig/tools"))
        .isEqualTo(
            "[{\"toolSpec\":{\"name\":\"f\",\"inputSchema\":{\"json\":{\"type\":\"object\"}}}}]");
    assertThat(sent.changes()).containsExactly("tools=added");
  }

  @Test
  void aLongIdIsTheSameInCallAndResult() {
    String id = "x".repeat(100);
    Sent sent =
        messages((USER + "," + CALL + "," + RESULT).replace("\"t1\"", '"' + id + '"'), TOOLS);

    String use = sent.body().at("/messages/1/content/0/toolUse/toolUseId").asText();
    assertThat(use).hasSize(36);
    assertThat(sent.body().at("/messages/2/content/0/toolResult/toolUseId").asText())
        .isEqualTo(use);
  }

  @Test
  void aMarkOfTheCacheFollowsWhatItMarks() {
    String mark = "\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}";
    Sent sent =
        messages(
            "{\"role\":\"system\",\"content\":\"S\"," + mark + "}," + USER,
            TOOLS.replace("\"name\":\"f\"", mark + ",\"name\":\"f\""));

    String point = "{\"cachePoint\":{\"type\":\"default\",\"ttl\":\"1h\"}}";
    assertThat(sent.at("/system")).isEqualTo("[{\"text\":\"S\"}," + point + "]");
    assertThat(sent.at("/toolConfig/tools/1")).isEqualTo(point);
  }

  @Test
  void thoughtsGoBackWithTheirSignatures() {
    String thoughts =
        "\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"s\"},"
            + "{\"type\":\"redacted_thinking\",\"data\":\"EmwK\"}],\"reasoning_content\":\"Hm\",";
    Sent sent =
        messages(USER + "," + CALL.replace("\"content\":null,", thoughts) + "," + RESULT, TOOLS);

    assertThat(sent.at("/messages/1/content/0"))
        .isEqualTo(
            "{\"reasoningContent\":{\"reasoningText\":{\"text\":\"Hm\",\"signature\":\"s\"}}}");
    assertThat(sent.at("/messages/1/content/1"))
        .isEqualTo("{\"reasoningContent\":{\"redactedContent\":\"EmwK\"}}");
    assertThat(sent.changes()).isEmpty();
  }

  @Test
  void aBudgetIsThoughtOfWithinTheAnswersLength() {
    Sent sent = sent(HAIKU, ",\"reasoning_effort\":\"high\",\"temperature\":0.3");

    JsonNode thinking = sent.body().at("/additionalModelRequestFields/thinking");
    assertThat(thinking.path("type").asText()).isEqualTo("enabled");
    assertThat(thinking.path("budget_tokens").asLong())
        .isBetween(1024L, sent.body().at("/inferenceConfig/maxTokens").asLong() - 1);
    assertThat(sent.body().path("inferenceConfig").has("temperature")).isFalse();
    assertThat(sent.changes()).containsExactly("temperature=1");
  }

  @Test
  void aNewerModelDecidesForItself() {
    Sent sent = sent(SONNET, ",\"reasoning_effort\":\"low\"");

    assertThat(sent.at("/additionalModelRequestFields/thinking"))
        .isEqualTo("{\"type\":\"adaptive\"}");
    assertThat(sent.at("/additionalModelRequestFields/output_config"))
        .isEqualTo("{\"effort\":\"low\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "openai.gpt-oss-120b-1:0 | low | {\"reasoning_effort\":\"low\"} | ``",
        "us.openai.gpt-oss-20b-1:0 | minimal | {\"reasoning_effort\":\"low\"} | low",
        "openai.gpt-oss-120b-1:0 | xhigh | {\"reasoning_effort\":\"high\"} | high",
        "openai.gpt-oss-120b-1:0 | none | `` | dropped",
        "openai.gpt-5.6-luna | xhigh | {\"reasoning\":{\"effort\":\"xhigh\"}} | ``",
        "eu.openai.gpt-5.6-luna | none | {\"reasoning\":{\"effort\":\"none\"}} | ``",
        "openai.gpt-6-sol | minimal | {\"reasoning\":{\"effort\":\"low\"}} | low",
        "amazon.nova-2-lite-v1:0 | none | `` | ``",
        "us.amazon.nova-2-lite-v1:0 | medium | {\"reasoningConfig\":{\"maxReasoningEffort\":\"medium\",\"type\":\"enabled\"}} | ``",
        "amazon.nova-2-lite-v1:0 | max | {\"reasoningConfig\":{\"maxReasoningEffort\":\"high\",\"type\":\"enabled\"}} | high"
      })
  void theEffortOfOtherMakersIsPutWhereTheyHaveIt(
      String model, String effort, String fields, String told) {
    Sent sent = sent(model, ",\"reasoning_effort\":\"" + effort + "\"");

    assertThat(sent.at("/additionalModelRequestFields")).isEqualTo(fields);
    assertThat(sent.changes())
        .isEqualTo(told.isEmpty() ? List.of() : List.of("reasoning_effort=" + told));
  }

  @Test
  void muchThoughtOfNovaTakesNoLimits() {
    String high = ",\"reasoning_effort\":\"high\",\"temperature\":0.2,\"top_p\":0.5";
    String nova = "amazon.nova-2-lite-v1:0";

    assertThat(sent(nova, high).at("/inferenceConfig")).isEmpty();
    assertThat(sent(nova, high).changes()).containsExactly("temperature=dropped", "top_p=dropped");
    Sent limited = sent(nova, high + ",\"max_tokens\":100");
    assertThat(limited.changes()).containsExactly("reasoning_effort=medium");
    assertThat(limited.at("/inferenceConfig"))
        .isEqualTo("{\"maxTokens\":100,\"temperature\":0.2,\"topP\":0.5}");
  }

  @Test
  void aModelsOwnMemberForItsEffortStays() {
    Sent sent =
        sent(
            "amazon.nova-2-lite-v1:0",
            ",\"reasoning_effort\":\"low\",\"additionalModelRequestFields\":"
                + "{\"reasoningConfig\":{\"type\":\"disabled\"}}");

    assertThat(sent.at("/additionalModelRequestFields"))
        .isEqualTo("{\"reasoningConfig\":{\"type\":\"disabled\"}}");
    assertThat(sent.changes()).containsExactly("reasoning_effort=dropped");
  }

  @Test
  void otherModelsDoNotThink() {
    assertThat(sent(NOVA, ",\"reasoning_effort\":\"low\"").changes())
        .containsExactly("reasoning_effort=dropped");
  }

  @Test
  void jsonIsAskedForByMemberOrInWords() {
    String schema =
        ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\","
            + "\"schema\":{\"type\":\"object\"}}}";
    Sent byMember = sent(HAIKU, schema);
    assertThat(byMember.at("/outputConfig/textFormat"))
        .isEqualTo(
            "{\"type\":\"json_schema\",\"structure\":{\"jsonSchema\":{\"schema\":"
                + "\"{\\\"type\\\":\\\"object\\\"}\",\"name\":\"n\"}}}");
    assertThat(byMember.changes()).isEmpty();

    Sent inWords = sent(NOVA, schema);
    assertThat(inWords.at("/system/0/text")).contains("JSON");
    assertThat(inWords.changes()).containsExactly("response_format=instruction");
    assertThat(sent(HAIKU, ",\"response_format\":{\"type\":\"json_object\"}").changes())
        .containsExactly("response_format=instruction");
  }

  @Test
  void bedrocksOwnMembersPass() {
    String own =
        "\"guardrailConfig\":{\"guardrailIdentifier\":\"g\"},"
            + "\"performanceConfig\":{\"latency\":\"optimized\"},"
            + "\"serviceTier\":{\"type\":\"flex\"},\"requestMetadata\":{\"a\":\"b\"},"
            + "\"promptVariables\":{\"v\":{\"text\":\"x\"}}";
    Sent sent =
        sent(NOVA, "," + own + ",\"additionalModelRequestFields\":{\"inferenceConfig\":{}}");

    assertThat(sent.body().toString())
        .contains(own.split(",\"performance")[0], "\"latency\":\"optimized\"", "\"v\":{\"text\"")
        .contains("\"additionalModelRequestFields\":{\"inferenceConfig\":{}}");
    assertThat(sent.changes()).isEmpty();
  }

  @Test
  void labelsAreRequestMetadataWhereTheyFit() {
    assertThat(sent(NOVA, ",\"metadata\":{\"team\":\"a b\"}").at("/requestMetadata"))
        .isEqualTo("{\"team\":\"a b\"}");
    assertThat(sent(NOVA, ",\"metadata\":{\"team\":\"ä\"}").changes())
        .containsExactly("metadata=dropped");
  }

  @Test
  void oddMembersOfBedrocksOwnDoNoHarm() {
    Sent sent =
        sent(
            HAIKU,
            ",\"additionalModelRequestFields\":{\"output_config\":\"x\",\"thinking\":7},"
                + "\"serviceTier\":\"x\",\"service_tier\":\"flex\","
                + "\"reasoning_effort\":\"low\"");

    assertThat(sent.at("/serviceTier")).isEqualTo("\"x\"");
  }

  @ParameterizedTest
  @CsvSource({
    "us-west-2,anthropic.claude-sonnet-4-6,us.anthropic.claude-sonnet-4-6",
    "us-gov-west-1,anthropic.claude-sonnet-4-6,us-gov.anthropic.claude-sonnet-4-6",
    "eu-central-1,anthropic.claude-sonnet-4-6,eu.anthropic.claude-sonnet-4-6",
    "ap-northeast-1,anthropic.claude-sonnet-4-6,jp.anthropic.claude-sonnet-4-6",
    "ap-southeast-2,anthropic.claude-sonnet-4-6,au.anthropic.claude-sonnet-4-6",
    "ap-south-1,anthropic.claude-sonnet-4-6,apac.anthropic.claude-sonnet-4-6",
    "sa-east-1,anthropic.claude-sonnet-4-6,global.anthropic.claude-sonnet-4-6",
    "eu-central-1,us.anthropic.claude-sonnet-4-6,us.anthropic.claude-sonnet-4-6",
    "eu-central-1,anthropic.claude-3-haiku-20240307-v1:0,anthropic.claude-3-haiku-20240307-v1:0",
    "eu-central-1,amazon.nova-pro-v1:0,amazon.nova-pro-v1:0",
    "eu-central-1,arn:aws:bedrock:eu-central-1:1:inference-profile/x,"
        + "arn:aws:bedrock:eu-central-1:1:inference-profile/x"
  })
  void newerModelsAreCalledByTheRegionsProfile(String region, String model, String called) {
    assertThat(dialect(region).pathModel(model)).isEqualTo(called);
  }

  @Test
  void profilesCanBeChosenOrLeftOut() {
    Map<String, String> quirks = Map.of("profileModels", "m*", "inferenceProfile", "global");
    assertThat(Dialect.named("bedrock", quirks).pathModel("m")).isEqualTo("global.m");
    assertThat(
            Dialect.named("bedrock", Map.of("profileModels", "m*", "inferenceProfile", "none"))
                .pathModel("m"))
        .isEqualTo("m");
  }
}

package dev.bactrian.dialect;

import static dev.bactrian.dialect.GeminiFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiReplyTest {
  private static ChatReply.Complete read(String body) {
    return new GeminiReply("asked").read(body.getBytes(StandardCharsets.UTF_8), List.of());
  }

  private static JsonNode choice(String candidate) {
    ChatReply.Complete reply = read("{\"candidates\":[" + candidate + "]}");
    return json(new String(reply.json(), StandardCharsets.UTF_8)).at("/choices/0");
  }

  private static UpstreamException failure(String body) {
    return catchThrowableOfType(UpstreamException.class, () -> read(body));
  }

  private static String parts(String parts, String reason) {
    return "{\"content\":{\"parts\":[%s]},\"finishReason\":\"%s\"}".formatted(parts, reason);
  }

  @Test
  void aWholeAnswer() {
    ChatReply.Complete reply =
        read(
            "{\"candidates\":[{\"index\":1,\"content\":{\"parts\":[{\"text\":\"b\"}]},"
                + "\"finishReason\":\"MAX_TOKENS\"},{\"content\":{\"parts\":["
                + "{\"text\":\"hm\",\"thought\":true},{\"text\":\"Hi\"},{\"text\":\" you\"}]},"
                + "\"finishReason\":\"STOP\"}],"
                + "\"usageMetadata\":{\"promptTokenCount\":9,\"toolUsePromptTokenCount\":3,"
                + "\"candidatesTokenCount\":2,\"thoughtsTokenCount\":5,\"cachedContentTokenCount\":4},"
                + "\"modelVersion\":\"gemini-x\",\"responseId\":\"r\"}");
    assertThat(reply.usage()).isEqualTo(new Usage(12, 4, 0, 7, 5));
    JsonNode completion = json(new String(reply.json(), StandardCharsets.UTF_8));
    assertThat(completion.path("id").asText()).isEqualTo("r");
    assertThat(completion.path("model").asText()).isEqualTo("gemini-x");
    assertThat(completion.at("/choices/0/message/content").asText()).isEqualTo("Hi you");
    assertThat(completion.at("/choices/0/message/reasoning_content").asText()).isEqualTo("hm");
    assertThat(completion.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(completion.at("/choices/1/message/content").asText()).isEqualTo("b");
    assertThat(completion.at("/choices/1/finish_reason").asText()).isEqualTo("length");
    assertThat(completion.at("/usage/total_tokens").asLong()).isEqualTo(19);
  }

  @Test
  void calls() {
    JsonNode choice =
        choice(
            parts(
                "{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}},\"thoughtSignature\":\"s\"},"
                    + "{\"functionCall\":{\"name\":\"g\",\"id\":\"own\"}}",
                "STOP"));
    assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
    assertThat(choice.at("/message/content").isNull()).isTrue();
    JsonNode calls = choice.at("/message/tool_calls");
    assertThat(calls.at("/0/id").asText()).startsWith("call_");
    assertThat(calls.at("/0/function/arguments").asText()).isEqualTo("{\"a\":1}");
    assertThat(calls.at("/0/extra_content/google/thought_signature").asText()).isEqualTo("s");
    assertThat(calls.at("/1/id").asText()).isEqualTo("own");
    assertThat(calls.at("/1/function/arguments").asText()).isEqualTo("{}");
    assertThat(calls.get(1).has("extra_content")).isFalse();
  }

  @Test
  void whatOnlyGeminiHasIsCarriedBeside() {
    JsonNode choice =
        choice(
            "{\"content\":{\"parts\":[{\"text\":\"x\",\"thoughtSignature\":\"s\"},"
                + "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AA==\"}}]},"
                + "\"groundingMetadata\":{\"q\":1},\"finishReason\":\"STOP\","
                + "\"logprobsResult\":{\"chosenCandidates\":[{\"token\":\"x\",\"logProbability\":-0.5}],"
                + "\"topCandidates\":[{\"candidates\":[{\"token\":\"é\",\"logProbability\":-1}]}]}}");
    assertThat(choice.at("/message/extra_content/google"))
        .isEqualTo(json("{\"thought_signature\":\"s\",\"grounding_metadata\":{\"q\":1}}"));
    assertThat(choice.at("/message/images/0/image_url/url").asText())
        .isEqualTo("data:image/png;base64,AA==");
    assertThat(choice.path("logprobs"))
        .isEqualTo(
            json(
                "{\"content\":[{\"token\":\"x\",\"logprob\":-0.5,\"bytes\":[120],\"top_logprobs\":["
                    + "{\"token\":\"é\",\"logprob\":-1.0,\"bytes\":[195,169]}]}]}"));
  }

  @Test
  void codeThatTheModelRanIsPartOfTheText() {
    JsonNode choice =
        choice(
            parts(
                "{\"text\":\"Let me see.\"},{\"executableCode\":{\"language\":\"PYTHON\",\"code\":"
                    + "\"print(1)\\n\"}},{\"codeExecutionResult\":{\"outcome\":\"OUTCOME_OK\","
                    + "\"output\":\"1\"}},{\"text\":\"One.\"}",
                "STOP"));
    assertThat(choice.at("/message/content").asText())
        .isEqualTo("Let me see.\n```python\nprint(1)\n```\n\n```output\n1\n```\nOne.");
  }

  @Test
  void aFenceIsLongerThanThoseInTheCode() {
    JsonNode choice =
        choice(
            parts(
                "{\"executableCode\":{\"language\":\"LANGUAGE_UNSPECIFIED\",\"code\":\"x='```'\"}}",
                "STOP"));
    assertThat(choice.at("/message/content").asText()).isEqualTo("\n````\nx='```'\n````\n");
  }

  @Test
  void partsThatOpenAiHasNoPlaceForAreCarriedBeside() {
    JsonNode choice =
        choice(
            "{\"content\":{\"parts\":[{\"fileData\":{\"fileUri\":\"gs://x\"}}]},\"finishReason\":"
                + "\"OTHER\",\"citationMetadata\":{\"c\":1},\"urlContextMetadata\":{\"u\":1}}");
    assertThat(choice.at("/message/extra_content/google"))
        .isEqualTo(
            json(
                "{\"parts\":[{\"fileData\":{\"fileUri\":\"gs://x\"}}],"
                    + "\"citation_metadata\":{\"c\":1},\"url_context_metadata\":{\"u\":1}}"));
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
  }

  @ParameterizedTest
  @CsvSource({
    "STOP,stop,",
    "MAX_TOKENS,length,",
    "SAFETY,content_filter,",
    "RECITATION,content_filter,",
    "BLOCKLIST,content_filter,",
    "PROHIBITED_CONTENT,content_filter,",
    "SPII,content_filter,",
    "LANGUAGE,content_filter,",
    "IMAGE_SAFETY,content_filter,",
    "OTHER,stop,OTHER",
    "MALFORMED_FUNCTION_CALL,stop,MALFORMED_FUNCTION_CALL",
    "SOMETHING_NEW,stop,SOMETHING_NEW"
  })
  void finishReasons(String reason, String expected, String own) {
    JsonNode choice = choice(parts("{\"text\":\"x\"}", reason));
    assertThat(choice.path("finish_reason").asText()).isEqualTo(expected);
    assertThat(choice.path("native_finish_reason").asText()).isEqualTo(own == null ? "" : own);
  }

  @Test
  void anAnswerWithoutPartsIsEmptyWhereItsReasonIsOrdinary() {
    JsonNode choice = choice("{\"content\":{\"role\":\"model\"},\"finishReason\":\"MAX_TOKENS\"}");
    assertThat(choice.at("/message/content").asText("?")).isEmpty();
    assertThat(choice.path("finish_reason").asText()).isEqualTo("length");
    UpstreamException failure =
        failure("{\"candidates\":[{\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}]}");
    assertThat(failure.errorClass()).isEqualTo(ErrorClass.SERVER);
    assertThat(failure.reason()).contains("MALFORMED_FUNCTION_CALL");
  }

  @Test
  void aBlockedPromptIsTheClientsMatter() {
    UpstreamException failure =
        failure(
            "{\"promptFeedback\":{\"blockReason\":\"SAFETY\",\"blockReasonMessage\":\"No.\"},"
                + "\"usageMetadata\":{\"promptTokenCount\":3}}");
    assertThat(failure.errorClass()).isEqualTo(ErrorClass.CONTENT);
    assertThat(failure.reason()).isEqualTo("The prompt was blocked (SAFETY). No.");
  }

  @Test
  void thePiecesOfAStreamWithoutEventsAreOneAnswer() {
    ChatReply.Complete reply =
        read(
            "[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]},"
                + "{\"candidates\":["
                + parts("{\"text\":\"b\"}", "STOP")
                + "],\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":2}}]");
    assertThat(
            json(new String(reply.json(), StandardCharsets.UTF_8))
                .at("/choices/0/message/content")
                .asText())
        .isEqualTo("ab");
    assertThat(failure("[{\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\"}}]").errorClass())
        .isEqualTo(ErrorClass.OVERLOAD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "1", "{}", "[]", "[1]", "{\"candidates\":[]}", "{\"candidates\":7}"})
  void whatIsNoAnswerIsAFailure(String body) {
    assertThat(failure(body).errorClass()).isEqualTo(ErrorClass.SERVER);
  }
}

package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.kit.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole answers and errors. */
class BedrockAnswersTest {
  private final Dialect dialect = Dialect.named("bedrock", Map.of());

  private ChatReply.Complete reply(String body) {
    return dialect.reply(
        AnthropicFixture.request("m", ""), body.getBytes(StandardCharsets.UTF_8), List.of());
  }

  private static String answer(String content, String reason) {
    return "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":["
        + content
        + "]}},\"stopReason\":\""
        + reason
        + "\",\"usage\":{\"inputTokens\":1,\"outputTokens\":2,\"totalTokens\":15,"
        + "\"cacheReadInputTokens\":5,\"cacheWriteInputTokens\":7},\"metrics\":{\"latencyMs\":1}}";
  }

  @Test
  void anAnswerIsTranslated() {
    ChatReply.Complete reply =
        reply(
            answer(
                "{\"reasoningContent\":{\"reasoningText\":{\"text\":\"Hm\",\"signature\":\"s\"}}},"
                    + "{\"reasoningContent\":{\"redactedContent\":\"EmwK\"}},{\"text\":\"Hi\"},"
                    + "{\"toolUse\":{\"toolUseId\":\"t\",\"name\":\"f\",\"input\":{\"a\":1}}},"
                    + "{\"something\":{\"new\":1}}",
                "tool_use"));

    JsonNode choice = Reply.json(new String(reply.json(), StandardCharsets.UTF_8)).at("/choices/0");
    assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
    JsonNode message = choice.path("message");
    assertThat(message.path("content").asText()).isEqualTo("Hi");
    assertThat(message.path("reasoning_content").asText()).isEqualTo("Hm");
    assertThat(message.path("thinking_blocks").toString())
        .isEqualTo(
            "[{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"s\"},"
                + "{\"type\":\"redacted_thinking\",\"data\":\"EmwK\"}]");
    assertThat(message.at("/tool_calls/0/function").toString())
        .isEqualTo("{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}");
    assertThat(reply.usage()).isEqualTo(new Usage(13, 5, 7, 2, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "end_turn,stop",
    "stop_sequence,stop",
    "max_tokens,length",
    "model_context_window_exceeded,length",
    "tool_use,tool_calls",
    "content_filtered,content_filter",
    "guardrail_intervened,content_filter",
    "something_new,stop"
  })
  void reasonsAreOpenAis(String reason, String expected) {
    assertThat(BedrockReply.finishReason(reason)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "{}",
        "{\"message\":\"x\"}",
        "{\"output\":{\"message\":{\"content\":\"x\"}}}",
        "{\"output\":{\"message\":{\"content\":[]}},\"stopReason\":\"malformed_tool_use\"}",
        "{\"output\":{\"message\":{\"content\":[]}},\"stopReason\":\"malformed_model_output\"}"
      })
  void whatIsNoAnswerIsTheProvidersFailure(String body) {
    assertThatThrownBy(() -> reply(body))
        .isInstanceOfSatisfying(
            UpstreamException.class, e -> assertThat(e.errorClass()).isEqualTo(ErrorClass.SERVER));
  }

  private UpstreamException error(int status, @Nullable String type, String body) {
    return dialect.error(
        new Dialect.ErrorAnswer(
            status,
            -1,
            name -> name.equalsIgnoreCase("x-amzn-ErrorType") ? type : null,
            body.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ValidationException | 400 | Malformed input request | BAD_REQUEST",
        "ValidationException | 400 | Input is too long for requested model. | CONTEXT",
        "ValidationException | 400 | The provided model identifier is invalid. | NOT_FOUND",
        "ValidationException | 400 | Invocation of model ID x with on-demand throughput isn't"
            + " supported. | NOT_FOUND",
        "ValidationException | 400 | This was blocked by our content filters. | CONTENT",
        "AccessDeniedException | 403 | x | AUTH",
        "UnrecognizedClientException | 403 | x | AUTH",
        "ExpiredTokenException | 403 | x | AUTH",
        "InvalidSignatureException | 403 | x | AUTH",
        "ResourceNotFoundException | 404 | x | NOT_FOUND",
        "ModelTimeoutException | 408 | x | TIMEOUT",
        "ModelErrorException | 424 | x | SERVER",
        "ModelStreamErrorException | 424 | x | SERVER",
        "ThrottlingException | 429 | Too many tokens, please wait | RATE",
        "ModelNotReadyException | 429 | x | OVERLOAD",
        "ServiceQuotaExceededException | 400 | x | BILLING",
        "InternalServerException | 500 | x | SERVER",
        "ServiceUnavailableException | 503 | x | OVERLOAD",
        "SomethingNewException | 418 | x | BAD_REQUEST",
        "SomethingNewException | 424 | x | SERVER",
        "SomethingNewException | 429 | x | RATE"
      })
  void errorsAreClassified(String type, int status, String message, ErrorClass expected) {
    String body = "{\"message\":\"" + message + "\"}";
    assertThat(error(status, type + ":http://internal.amazon.com/", body).errorClass())
        .isEqualTo(expected);
    assertThat(error(status, type, body).reason()).isEqualTo(message);
    assertThat(
            error(status, null, "{\"__type\":\"com.amazon#" + type + "\",\"message\":\"x\"}")
                .errorClass())
        .isEqualTo(type.equals("ValidationException") ? ErrorClass.BAD_REQUEST : expected);
  }

  @Test
  void theLayerInFrontSpellsOtherwise() {
    UpstreamException error = error(403, null, "{\"Message\":\"User is not authorized\"}");

    assertThat(error.errorClass()).isEqualTo(ErrorClass.AUTH);
    assertThat(error.reason()).isEqualTo("User is not authorized");
    assertThat(error(502, null, "<html>").errorClass()).isEqualTo(ErrorClass.SERVER);
    assertThat(error(503, null, "").reason()).contains("503");
  }
}

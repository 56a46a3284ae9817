package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicErrorsTest {
  private static UpstreamException classify(int status, Map<String, String> headers, String body) {
    return AnthropicErrors.classify(
        new Dialect.ErrorAnswer(status, -1, headers::get, body.getBytes(StandardCharsets.UTF_8)));
  }

  private static String body(String type, String message) {
    return "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"%s\"},\"request_id\":\"req_1\"}"
        .formatted(type, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | invalid_request_error | messages: text content blocks must be non-empty | BAD_REQUEST",
        "400 | invalid_request_error | prompt is too long: 210000 tokens > 200000 maximum | CONTEXT",
        "400 | invalid_request_error | input length and `max_tokens` exceed context limit | CONTEXT",
        "400 | invalid_request_error | Your credit balance is too low to access the API | BILLING",
        "400 | invalid_request_error | You have reached your specified API usage limits | BILLING",
        "400 | invalid_request_error | Output blocked by content filtering policy | CONTENT",
        "401 | authentication_error | invalid x-api-key | AUTH",
        "402 | billing_error | Your account has a billing problem | BILLING",
        "403 | permission_error | Your API key does not have permission | AUTH",
        "404 | not_found_error | model: claude-9 | NOT_FOUND",
        "413 | request_too_large | Request exceeds the maximum size | BAD_REQUEST",
        "429 | rate_limit_error | would exceed your rate limit | RATE",
        "429 | rate_limit_error | You have hit your monthly spend limit | BILLING",
        "500 | api_error | Internal server error | SERVER",
        "504 | timeout_error | timed out | TIMEOUT",
        "529 | overloaded_error | Overloaded | OVERLOAD",
        "529 | api_error | Overloaded | OVERLOAD",
        "503 | new_error | what | OVERLOAD",
        "418 | new_error | what | BAD_REQUEST"
      })
  void everyErrorHasItsClass(int status, String type, String message, ErrorClass kind) {
    UpstreamException failure = classify(status, Map.of(), body(type, message));
    assertThat(failure.errorClass()).isEqualTo(kind);
    assertThat(failure.status()).isEqualTo(status);
    assertThat(failure.reason()).isEqualTo(message);
    assertThat(failure.code()).isEqualTo(type.equals("invalid_request_error") ? null : type);
  }

  @ParameterizedTest
  @CsvSource({
    "invalid_request_error, BAD_REQUEST",
    "authentication_error, AUTH",
    "rate_limit_error, RATE",
    "api_error, SERVER",
    "overloaded_error, OVERLOAD",
    "timeout_error, TIMEOUT",
    "strange_error, SERVER"
  })
  void insideAStreamTheTypeIsAllThereIs(String type, ErrorClass kind) {
    UpstreamException failure =
        AnthropicErrors.inBand(AnthropicFixture.json(body(type, "It failed.")));
    assertThat(failure.errorClass()).isEqualTo(kind);
    assertThat(failure.reason()).isEqualTo("It failed.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "502 | <html>Bad Gateway</html> | SERVER",
        "529 | | OVERLOAD",
        "404 | Not here | NOT_FOUND",
        "400 | {} | BAD_REQUEST",
        "400 | {\"error\":null} | BAD_REQUEST",
        "500 | {\"error\":\"x\"} | SERVER",
        "401 | [1] | AUTH"
      })
  void anotherFormIsJudgedByItsStatus(int status, String body, ErrorClass kind) {
    UpstreamException failure = classify(status, Map.of(), body == null ? "" : body);
    assertThat(failure.errorClass()).isEqualTo(kind);
    assertThat(failure.reason()).isNotBlank().doesNotContain("<html>");
  }

  @Test
  void theMemberThatIsWrongIsNamed() {
    UpstreamException failure =
        classify(
            400, Map.of(), body("invalid_request_error", "messages.0.content.1.text: must not be"));
    assertThat(failure.param()).isEqualTo("messages.0.content.1.text");
    assertThat(classify(400, Map.of(), body("invalid_request_error", "No: it is")).param())
        .isNull();
  }

  @Test
  void keysAreNotShown() {
    UpstreamException failure =
        classify(401, Map.of(), body("authentication_error", "bad key sk-ant-api03-abcDEF123"));
    assertThat(failure.reason()).isEqualTo("bad key sk-***");
  }

  @Test
  void theLimitThatIsUsedUpSaysHowLongToWait() {
    Instant reset = Instant.now().plus(40, ChronoUnit.SECONDS);
    Map<String, String> headers =
        Map.of(
            "anthropic-ratelimit-requests-remaining",
            "3",
            "anthropic-ratelimit-requests-reset",
            reset.plusSeconds(1000).toString(),
            "anthropic-ratelimit-tokens-remaining",
            "0",
            "anthropic-ratelimit-tokens-reset",
            reset.toString(),
            "anthropic-ratelimit-input-tokens-remaining",
            "0",
            "anthropic-ratelimit-input-tokens-reset",
            "soon");
    assertThat(classify(429, headers, body("rate_limit_error", "r")).retryAfterMillis())
        .isBetween(20_000L, 40_000L);
  }

  @Test
  void aLimitThatIsNotToBeTriedAgainIsDebt() {
    Map<String, String> headers = Map.of("x-should-retry", "false");
    assertThat(classify(429, headers, body("rate_limit_error", "r")).errorClass())
        .isEqualTo(ErrorClass.BILLING);
  }
}

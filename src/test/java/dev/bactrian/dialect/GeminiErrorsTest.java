package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiErrorsTest {
  private static final String QUOTA =
      ",\"details\":[{\"violations\":[{\"quotaId\":\"Requests%sPerProjectPerModel\"}]},"
          + "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"%s\"}]";

  private static UpstreamException of(int status, String body) {
    return GeminiErrors.classify(
        new Dialect.ErrorAnswer(status, -1, name -> null, body.getBytes(StandardCharsets.UTF_8)));
  }

  private static String error(int code, String status, String message, String more) {
    return "{\"error\":{\"code\":%d,\"message\":\"%s\",\"status\":\"%s\"%s}}"
        .formatted(code, message, status, more);
  }

  /** See https://ai.google.dev/gemini-api/docs/troubleshooting. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | INVALID_ARGUMENT | Request contains an invalid argument. | BAD_REQUEST",
        "400 | INVALID_ARGUMENT | API key not valid. Please pass a valid API key. | AUTH",
        "400 | INVALID_ARGUMENT | API key expired. Please renew the API key. | AUTH",
        "400 | INVALID_ARGUMENT | The input token count (9) exceeds the maximum number of tokens"
            + " allowed (8). | CONTEXT",
        "400 | FAILED_PRECONDITION | User location is not supported for the API use. | BAD_REQUEST",
        "400 | FAILED_PRECONDITION | Please enable billing on the project. | BILLING",
        "401 | UNAUTHENTICATED | x | AUTH",
        "403 | PERMISSION_DENIED | x | AUTH",
        "404 | NOT_FOUND | x | NOT_FOUND",
        "429 | RESOURCE_EXHAUSTED | x | RATE",
        "499 | CANCELLED | x | ABORT",
        "500 | INTERNAL | x | SERVER",
        "503 | UNAVAILABLE | x | OVERLOAD",
        "504 | DEADLINE_EXCEEDED | x | TIMEOUT",
        "401 | '' | x | AUTH",
        "404 | '' | x | NOT_FOUND",
        "408 | '' | x | TIMEOUT",
        "429 | '' | x | RATE",
        "499 | '' | x | ABORT",
        "503 | '' | x | OVERLOAD",
        "504 | '' | x | TIMEOUT",
        "502 | '' | x | SERVER",
        "200 | '' | x | SERVER"
      })
  void classes(int code, String status, String message, ErrorClass expected) {
    String body = error(code, status, message, "");
    assertThat(of(code, body).errorClass()).isEqualTo(expected);
    assertThat(of(code, "[" + body + "]").errorClass()).as("in an array").isEqualTo(expected);
  }

  @Test
  void aWrongKeyIsToldByItsReason() {
    String reason = ",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]";
    assertThat(of(400, error(400, "INVALID_ARGUMENT", "x", reason)).errorClass())
        .isEqualTo(ErrorClass.AUTH);
  }

  @Test
  void whatIsUsedUpForTheDayIsNoMatterOfWaiting() {
    UpstreamException day =
        of(429, error(429, "RESOURCE_EXHAUSTED", "x", QUOTA.formatted("PerDay", "34s")));
    assertThat(day.errorClass()).isEqualTo(ErrorClass.BILLING);
    UpstreamException minute =
        of(429, error(429, "RESOURCE_EXHAUSTED", "x", QUOTA.formatted("PerMinute", "34.5s")));
    assertThat(minute.errorClass()).isEqualTo(ErrorClass.RATE);
    assertThat(minute.retryAfterMillis()).isEqualTo(34_500);
    assertThat(minute.code()).isEqualTo("RESOURCE_EXHAUSTED");
  }

  @ParameterizedTest
  @CsvSource({"soon", "''", "-1s", "1e9s", "99999999999999999999s"})
  void aDelayThatCannotBeReadIsNone(String delay) {
    UpstreamException failure =
        of(429, error(429, "RESOURCE_EXHAUSTED", "x", QUOTA.formatted("PerMinute", delay)));
    assertThat(failure.retryAfterMillis()).isEqualTo(-1);
  }

  @Test
  void keysAndTokensAreNotRepeated() {
    String message =
        "bad key AIzaSyA-0123456789abcdef and ya29.c.b0Aaek and Bearer abcdef0123456789";
    assertThat(of(400, error(400, "INVALID_ARGUMENT", message, "")).reason())
        .isEqualTo("bad key *** and *** and Bearer-***");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"<html> | 502", "[] | 502", "[1] | 502", "{} | 502", "'' | 502"})
  void whatIsNotGooglesGoesByTheStatus(String body, int status) {
    assertThat(of(status, body).errorClass()).isEqualTo(ErrorClass.SERVER);
    assertThat(of(status, body).reason()).isNotBlank();
  }
}

package dev.bactrian.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ApiExceptionTest {
  @ParameterizedTest
  @CsvSource({
    "AUTH, 502, server_error, upstream_auth",
    "BILLING, 502, server_error, upstream_quota",
    "RATE, 429, rate_limit_error, rate_limit_exceeded",
    "OVERLOAD, 503, service_unavailable_error, server_is_overloaded",
    "TIMEOUT, 504, server_error, upstream_timeout",
    "SILENCE, 504, server_error, upstream_timeout",
    "SERVER, 502, server_error, upstream_error",
    "UNAVAILABLE, 503, service_unavailable_error, provider_unavailable",
    "BAD_REQUEST, 400, invalid_request_error, the_providers_code",
    "CONTEXT, 400, invalid_request_error, context_length_exceeded",
    "CONTENT, 400, invalid_request_error, content_filter",
    "NOT_FOUND, 404, invalid_request_error, model_not_found",
    "ABORT, 499, server_error, client_closed_request"
  })
  void everyClassHasItsStatusTypeAndCode(
      ErrorClass errorClass, int status, String type, String code) {
    ApiException error = ApiException.of(failure(errorClass, 401, "the_providers_code", -1));

    assertThat(error.status()).isEqualTo(status);
    assertThat(error.type()).isEqualTo(type);
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.param()).isEqualTo("n");
    assertThat(error.reason()).endsWith("No.");
  }

  @Test
  void aRefusedKeyIsSaidToBeTheGateways() {
    assertThat(ApiException.of(failure(ErrorClass.AUTH, 401, null, -1)).reason())
        .isEqualTo("The provider refused the gateway's key: No.");
    assertThat(ApiException.of(failure(ErrorClass.AUTH, 0, null, -1)).reason()).isEqualTo("No.");
    assertThat(ApiException.of(failure(ErrorClass.RATE, 429, null, -1)).reason()).isEqualTo("No.");
  }

  @ParameterizedTest
  @EnumSource(ErrorClass.class)
  void noClassShowsTheClientA401ThatIsNotItsOwn(ErrorClass errorClass) {
    assertThat(ApiException.of(failure(errorClass, 401, null, -1)).status()).isNotIn(401, 402, 403);
  }

  @ParameterizedTest
  @CsvSource({
    "400, 400",
    "409, 409",
    "413, 413",
    "415, 415",
    "422, 422",
    "418, 400",
    "200, 400",
    "0, 400"
  })
  void aRefusedRequestKeepsTheProvidersStatusWhereClientsKnowIt(int provider, int client) {
    assertThat(ApiException.of(failure(ErrorClass.BAD_REQUEST, provider, "x", -1)).status())
        .isEqualTo(client);
  }

  @Test
  void aRefusedRequestWithoutACodeGetsOne() {
    assertThat(ApiException.of(failure(ErrorClass.BAD_REQUEST, 400, null, -1)).code())
        .isEqualTo("invalid_request");
  }

  @ParameterizedTest
  @CsvSource({"1500, 2, 1500", "1000, 1, 1000", "0, 1, 1", "1, 1, 1", "120001, 121, 120001"})
  void theClientIsToldWhenToComeBack(long millis, String seconds, String exactly) {
    assertThat(ApiException.of(failure(ErrorClass.RATE, 429, null, millis)).headers())
        .containsEntry("retry-after", seconds)
        .containsEntry("retry-after-ms", exactly)
        .doesNotContainKey("x-should-retry");
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorClass.class,
      names = {
        "RATE",
        "OVERLOAD",
        "TIMEOUT",
        "SILENCE",
        "SERVER",
        "AUTH",
        "BILLING",
        "UNAVAILABLE"
      })
  void theClientIsToldNotToRetryWhatWasRetriedAlready(ErrorClass errorClass) {
    assertThat(ApiException.of(failure(errorClass, 500, null, -1)).headers())
        .containsEntry("x-should-retry", "false");
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorClass.class,
      names = {"BAD_REQUEST", "CONTEXT", "CONTENT", "NOT_FOUND"})
  void whatNoClientRetriesNeedsNoHeader(ErrorClass errorClass) {
    assertThat(ApiException.of(failure(errorClass, 400, null, -1)).headers()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(ErrorClass.class)
  void whatIsRetriedMayAlsoGoElsewhere(ErrorClass errorClass) {
    if (errorClass.retriedOnSameTarget() || errorClass.chargedToBreaker()) {
      assertThat(errorClass.triedElsewhere()).isTrue();
    }
  }

  @Test
  void theBodyIsOpenAisErrorObject() {
    assertThat(body("a \"b\"\n", "n", "x"))
        .isEqualTo(
            "{\"error\":{\"message\":\"a \\\"b\\\"\\n\",\"type\":\"t\",\"param\":\"n\",\"code\":\"x\"}}");
    assertThat(body("üß", null, null))
        .isEqualTo("{\"error\":{\"message\":\"üß\",\"type\":\"t\",\"param\":null,\"code\":null}}");
  }

  @Test
  void anExpectedFailureCostsNoStackTrace() {
    assertThat(failure(ErrorClass.SERVER, 500, null, -1).getStackTrace()).isEmpty();
    assertThat(ApiException.badRequest(null, null, "x").getStackTrace()).isEmpty();
  }

  private static String body(String message, @Nullable String param, @Nullable String code) {
    ApiException error = new ApiException(400, "t", code, param, message);
    return new String(ErrorBody.of(error), StandardCharsets.UTF_8);
  }

  private static UpstreamException failure(
      ErrorClass errorClass, int status, @Nullable String code, long retryAfter) {
    return new UpstreamException(errorClass, status, "No.", code, "n", retryAfter);
  }
}

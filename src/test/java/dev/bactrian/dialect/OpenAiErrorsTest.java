package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiErrorsTest {
  /** See https://api-docs.deepseek.com/quick_start/error_codes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | Invalid request body format | BAD_REQUEST",
        "400 | This model's maximum context length is 131072 tokens. However, .. | CONTEXT",
        "401 | Authentication Fails (governor) | AUTH",
        "402 | Insufficient Balance | BILLING",
        "422 | Invalid parameters | BAD_REQUEST",
        "429 | Rate limit reached | RATE",
        "500 | Server error | SERVER",
        "503 | The server is overloaded | OVERLOAD"
      })
  void deepSeek(int status, String message, ErrorClass expected) {
    assertThat(of(status, "invalid_request_error", message).errorClass()).isEqualTo(expected);
  }

  /** See https://help.aliyun.com/zh/model-studio/error-code. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | InvalidParameter | x | BAD_REQUEST",
        "400 | invalid_parameter_error | x | BAD_REQUEST",
        "400 | invalid_parameter_error | Range of input length should be [1, 129024] | CONTEXT",
        "400 | DataInspectionFailed | Input data may contain inappropriate content. | CONTENT",
        "400 | data_inspection_failed | Output data may contain .. | CONTENT",
        "400 | Arrearage | Access denied, please make sure your account is in good standing. |"
            + " BILLING",
        "401 | InvalidApiKey | x | AUTH",
        "401 | invalid_api_key | x | AUTH",
        "403 | AccessDenied | x | AUTH",
        "403 | Model.AccessDenied | x | AUTH",
        "403 | AllocationQuota.FreeTierOnly | The free tier of the model has been exhausted. |"
            + " BILLING",
        "404 | ModelNotFound | x | NOT_FOUND",
        "404 | model_not_found | x | NOT_FOUND",
        "429 | Throttling | x | RATE",
        "429 | Throttling.RateQuota | x | RATE",
        "429 | Throttling.BurstRate | x | RATE",
        "429 | limit_requests | x | RATE",
        "429 | Throttling.AllocationQuota | Allocated quota exceeded, please increase it. | RATE",
        "429 | insufficient_quota | Allocated quota exceeded, please increase it. | RATE",
        "429 | insufficient_quota | Free allocated quota exceeded. | BILLING",
        "429 | Throttling.AllocationQuota | Free allocated quota exceeded. | BILLING",
        "500 | InternalError | x | SERVER",
        "500 | SystemError | x | SERVER",
        "500 | ModelServiceFailed | x | SERVER",
        "503 | ModelUnavailable | x | OVERLOAD",
        "504 | RequestTimeOut | x | TIMEOUT"
      })
  void qwen(int status, String code, String message, ErrorClass expected) {
    assertThat(of(status, code, message).errorClass()).isEqualTo(expected);
    String flat =
        "{\"code\":\"" + code + "\",\"message\":\"" + message + "\",\"request_id\":\"r\"}";
    UpstreamException failure = classify(status, flat);
    assertThat(failure.errorClass()).as("flat").isEqualTo(expected);
    assertThat(failure.reason()).isEqualTo(message);
    assertThat(failure.code()).isEqualTo(code);
  }

  /** See https://platform.openai.com/docs/guides/error-codes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | context_length_exceeded | CONTEXT",
        "400 | content_policy_violation | CONTENT",
        "400 | unsupported_parameter | BAD_REQUEST",
        "404 | model_not_found | NOT_FOUND",
        "429 | insufficient_quota | BILLING",
        "429 | credit_balance_exhausted | BILLING",
        "429 | organization_spend_limit_exceeded | BILLING",
        "429 | project_spend_limit_exceeded | BILLING",
        "429 | organization_usage_limit_exceeded | BILLING",
        "429 | slow_down | RATE",
        "429 | rate_limit_exceeded | RATE",
        "503 | server_is_overloaded | OVERLOAD",
        "500 | internal_error | SERVER",
        "502 | bad_gateway | SERVER",
        "408 | timeout | TIMEOUT",
        "524 | timeout | TIMEOUT"
      })
  void openAi(int status, String code, ErrorClass expected) {
    assertThat(of(status, code, "x").errorClass()).isEqualTo(expected);
  }

  @Test
  void aTypeAloneTellsOfAnEmptyAccount() {
    String body =
        "{\"error\":{\"message\":\"You exceeded your current quota, please check your plan.\","
            + "\"type\":\"insufficient_quota\",\"param\":null,\"code\":null}}";

    assertThat(classify(429, body).errorClass()).isEqualTo(ErrorClass.BILLING);
  }

  @Test
  void aCodeThatIsANumberBecomesText() {
    UpstreamException failure =
        classify(
            400,
            "{\"object\":\"error\",\"message\":\"This model's maximum context length is 8 tokens\","
                + "\"type\":\"BadRequestError\",\"param\":null,\"code\":400}");

    assertThat(failure.code()).isEqualTo("400");
    assertThat(failure.param()).isNull();
    assertThat(failure.errorClass()).isEqualTo(ErrorClass.CONTEXT);
  }

  @Test
  void theMemberThatTheProviderNamesIsKept() {
    UpstreamException failure =
        classify(400, "{\"error\":{\"message\":\"No\",\"param\":\"n\",\"code\":\"bad\"}}");

    assertThat(failure.param()).isEqualTo("n");
    assertThat(failure.status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "upstream connect error | upstream connect error",
        "'  overloaded, try later \n' | overloaded, try later",
        "<html><body>502 Bad Gateway</body></html> | The provider answered with HTTP status 502.",
        "'' | The provider answered with HTTP status 502.",
        "{\"error\":\"model is loading\"} | model is loading",
        "{\"detail\":\"Not Found\"} | Not Found",
        "{\"error\":{}} | The provider answered with HTTP status 502.",
        "{\"error\":[1]} | The provider answered with HTTP status 502.",
        "{\"error\":{\"message\":{\"x\":1}}} | The provider answered with HTTP status 502.",
        "{\"error\":null,\"message\":\"gone\"} | gone",
        "[1] | [1]",
        "{\"error\":{\"message\":\"cut | {\"error\":{\"message\":\"cut"
      })
  void aBodyOfAnyFormGivesAMessage(String body, String message) {
    UpstreamException failure = classify(502, body);

    assertThat(failure.reason()).isEqualTo(message);
    assertThat(failure.errorClass()).isEqualTo(ErrorClass.SERVER);
  }

  @Test
  void aLongTextIsNotShown() {
    assertThat(classify(500, "x".repeat(5000)).reason()).hasSizeLessThan(100);
    assertThat(classify(500, "{\"error\":{\"message\":\"" + "x".repeat(5000) + "\"}}").reason())
        .hasSizeLessThanOrEqualTo(2000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Incorrect API key provided: sk-proj-abcdef123456.",
        "key sk-abcdef123456 is not valid",
        "Authorization: Bearer abcdef123456 refused",
        "ak-abcdef123456",
        "bce-v3/ALTAK-abcdef123456/x",
        "api_key=abcdef123456"
      })
  void secretsAreMasked(String message) {
    assertThat(of(401, "invalid_api_key", message).reason()).doesNotContain("abcdef123456");
    assertThat(classify(401, message).reason()).as("as text").doesNotContain("abcdef123456");
  }

  @Test
  void aMessageWithoutEndIsMaskedInNoTime() {
    String message = "key-".repeat(1_000_000);

    assertTimeout(Duration.ofSeconds(5), () -> of(401, "x", message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Incorrect API key provided.",
        "The key supplied is not valid for this region",
        "Bearer authentication is needed: a bearer token was not found"
      })
  void wordsThatAreNoSecretsStay(String message) {
    assertThat(of(401, "invalid_api_key", message).reason()).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"error\":{\"message\":\"x\",\"code\":429}} | RATE",
        "{\"error\":{\"message\":\"x\",\"code\":\"503\"}} | OVERLOAD",
        "{\"error\":{\"message\":\"x\",\"code\":\"insufficient_quota\"}} | BILLING",
        "{\"error\":{\"message\":\"x\",\"code\":\"rate_limit_exceeded\"}} | RATE",
        "{\"error\":{\"message\":\"x\",\"type\":\"overloaded_error\"}} | OVERLOAD",
        "{\"error\":{\"message\":\"x\",\"type\":\"invalid_request_error\"}} | BAD_REQUEST",
        "{\"error\":{\"message\":\"x\",\"code\":\"data_inspection_failed\"}} | CONTENT",
        "{\"error\":{\"message\":\"maximum context length\"}} | CONTEXT",
        "{\"error\":{\"message\":\"x\",\"code\":1}} | SERVER",
        "{\"error\":\"x\"} | SERVER",
        "{\"error\":true} | SERVER"
      })
  void anErrorInBandIsClassifiedByWhatItSays(String body, ErrorClass expected) {
    assertThat(OpenAiErrors.inBand(ErrorCodes.NONE, utf8(body)).errorClass()).isEqualTo(expected);
  }

  @Test
  void whatTheProviderAsksToWaitIsKept() {
    assertThat(OpenAiErrors.classify(429, 1500, utf8("{}")).retryAfterMillis()).isEqualTo(1500);
  }

  private static UpstreamException of(int status, String code, String message) {
    return classify(
        status,
        "{\"error\":{\"message\":\""
            + message
            + "\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\""
            + code
            + "\"}}");
  }

  private static UpstreamException classify(int status, String body) {
    return OpenAiErrors.classify(status, -1, utf8(body));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

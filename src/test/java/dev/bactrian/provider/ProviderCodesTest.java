package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bactrian.chat.ChatRequest;
import dev.bactrian.dialect.Dialect;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.kit.KameletDialect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the error codes of DeepSeek, Zhipu, Qwen, Moonshot, MiniMax and StepFun mean, row by row of
 * what they document.
 */
class ProviderCodesTest {
  /** See https://docs.bigmodel.cn. */
  @ParameterizedTest
  @CsvSource({
    "500,500,SERVER",
    "500,1200,SERVER",
    "500,1230,SERVER",
    "500,1234,SERVER",
    "401,1000,AUTH",
    "401,1001,AUTH",
    "401,1002,AUTH",
    "401,1003,AUTH",
    "401,1004,AUTH",
    "429,1110,AUTH",
    "429,1111,AUTH",
    "401,1112,AUTH",
    "401,1121,AUTH",
    "429,1113,BILLING",
    "400,1210,BAD_REQUEST",
    "400,1213,BAD_REQUEST",
    "400,1214,BAD_REQUEST",
    "400,1215,BAD_REQUEST",
    "400,1211,NOT_FOUND",
    "404,1212,NOT_FOUND",
    "403,1220,AUTH",
    "403,1221,AUTH",
    "400,1222,AUTH",
    "400,1231,RATE",
    "400,1261,CONTEXT",
    "400,1300,CONTENT",
    "400,1301,CONTENT",
    "429,1302,RATE",
    "429,1303,RATE",
    "429,1305,RATE",
    "429,1312,RATE",
    "429,1313,RATE",
    "429,1304,BILLING",
    "429,1308,BILLING",
    "429,1310,BILLING",
    "429,1309,BILLING",
    "429,1311,BILLING",
    "503,9999,OVERLOAD"
  })
  void zhipu(int status, String code, ErrorClass expected) {
    String body = "{\"error\":{\"code\":\"" + code + "\",\"message\":\"x\"}}";

    UpstreamException failure = classify("zhipu", status, body);

    assertThat(failure.errorClass()).isEqualTo(expected);
    assertThat(failure.code()).isEqualTo(code);
    String number = "{\"error\":{\"code\":" + code + ",\"message\":\"x\"}}";
    assertThat(classify("zhipu", status, number).errorClass()).as("a number").isEqualTo(expected);
  }

  /** See https://platform.kimi.ai/docs/api/errors. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | content_filter | The request is considered high risk | CONTENT",
        "400 | invalid_request_error | Invalid request | BAD_REQUEST",
        "400 | invalid_request_error | Input token length too long | CONTEXT",
        "400 | invalid_request_error | Your request exceeded model token limit: 8192 | CONTEXT",
        "401 | invalid_authentication_error | x | AUTH",
        "401 | incorrect_api_key_error | x | AUTH",
        "403 | permission_denied_error | x | AUTH",
        "403 | exceeded_current_quota_error | x | BILLING",
        "404 | resource_not_found_error | x | NOT_FOUND",
        "429 | engine_overloaded_error | x | OVERLOAD",
        "429 | exceeded_current_quota_error | x | BILLING",
        "429 | rate_limit_reached_error | x | RATE",
        "500 | server_error | x | SERVER",
        "500 | unexpected_output | x | SERVER"
      })
  void moonshot(int status, String type, String message, ErrorClass expected) {
    String body = "{\"error\":{\"type\":\"" + type + "\",\"message\":\"" + message + "\"}}";

    assertThat(classify("moonshot", status, body).errorClass()).isEqualTo(expected);
  }

  /** See https://platform.minimax.io/docs/api-reference/errorcode. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1000 | unknown error | SERVER",
        "1013 | internal service error | SERVER",
        "1024 | internal error | SERVER",
        "1033 | downstream error | SERVER",
        "1001 | timeout | TIMEOUT",
        "1002 | rate limit | RATE",
        "1039 | token limit | RATE",
        "1041 | conn limit | RATE",
        "2045 | rate growth limit | RATE",
        "1004 | not authorized | AUTH",
        "2049 | invalid api key | AUTH",
        "1008 | insufficient balance | BILLING",
        "1028 | plan quota exhausted | BILLING",
        "1030 | usage limit | BILLING",
        "2056 | usage limit exceeded | BILLING",
        "2061 | the plan does not have this model | BILLING",
        "1026 | input new_sensitive | CONTENT",
        "1027 | output new_sensitive | CONTENT",
        "1042 | invisible character ratio limit | BAD_REQUEST",
        "2013 | invalid params | BAD_REQUEST",
        "2013 | invalid params, context window exceeds limit | CONTEXT",
        "9999 | not documented | SERVER"
      })
  void miniMax(int code, String message, ErrorClass expected) {
    String body =
        "{\"choices\":null,\"base_resp\":{\"status_code\":"
            + code
            + ",\"status_msg\":\""
            + message
            + "\"}}";
    Dialect dialect = KameletDialect.of("minimax");
    ChatRequest request =
        ChatRequest.read(utf8("{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}"));

    UpstreamException failure =
        catchThrowableOfType(
            UpstreamException.class, () -> dialect.reply(request, utf8(body), List.of()));
    assertThat(failure.errorClass()).isEqualTo(expected);
    assertThat(failure.reason()).isEqualTo(message);
    assertThat(failure.code()).isEqualTo(String.valueOf(code));
    if (code != 9999) {
      String other =
          "{\"type\":\"error\",\"error\":{\"type\":\"x\",\"message\":\"%s (%d)\",\"http_code\":\"400\"}}";
      assertThat(classify("minimax", 400, other.formatted(message, code)).errorClass())
          .as("the other form")
          .isEqualTo(expected);
    }
  }

  /** See https://platform.stepfun.com. */
  @ParameterizedTest
  @CsvSource({
    "400,BAD_REQUEST",
    "401,AUTH",
    "402,BILLING",
    "404,NOT_FOUND",
    "429,RATE",
    "451,CONTENT",
    "500,SERVER",
    "503,OVERLOAD",
    "504,TIMEOUT"
  })
  void stepFun(int status, ErrorClass expected) {
    String body = "{\"error\":{\"message\":\"x\",\"type\":\"y\"}}";

    assertThat(classify("stepfun", status, body).errorClass()).isEqualTo(expected);
    UpstreamException bare = classify("stepfun", status, "slow down");
    assertThat(bare.errorClass()).as("text/plain").isEqualTo(expected);
    assertThat(bare.reason()).isEqualTo("slow down");
  }

  /** See https://api-docs.deepseek.com/quick_start/error_codes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | Failed to deserialize the JSON body | BAD_REQUEST",
        "400 | The reasoning_content in the thinking mode must be passed back | BAD_REQUEST",
        "400 | This model's maximum context length is 131072 tokens. | CONTEXT",
        "400 | Content Exists Risk | CONTENT",
        "400 | Model Not Exist | NOT_FOUND",
        "401 | Authentication Fails | AUTH",
        "402 | Insufficient Balance | BILLING",
        "422 | Invalid parameters | BAD_REQUEST",
        "429 | Rate limit reached | RATE",
        "500 | Server error | SERVER",
        "503 | Overloaded | OVERLOAD"
      })
  void deepSeek(int status, String message, ErrorClass expected) {
    String body =
        "{\"error\":{\"message\":\"%s\",\"type\":\"invalid_request_error\",\"param\":null,"
            + "\"code\":\"invalid_request_error\"}}";

    assertThat(classify("deepseek", status, body.formatted(message)).errorClass())
        .isEqualTo(expected);
  }

  /** See https://help.aliyun.com/zh/model-studio/error-code; the spelling changes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | InvalidParameter | invalid_parameter_error | x | BAD_REQUEST",
        "400 | InvalidParameter | invalid_parameter_error |"
            + " Range of input length should be [1, 129024] | CONTEXT",
        "400 | DataInspectionFailed | data_inspection_failed | x | CONTENT",
        "400 | Arrearage | arrearage | x | BILLING",
        "401 | InvalidApiKey | invalid_api_key | x | AUTH",
        "403 | AccessDenied | access_denied | x | AUTH",
        "403 | Model.AccessDenied | model_access_denied | x | AUTH",
        "403 | AllocationQuota.FreeTierOnly | allocation_quota.free_tier_only | x | BILLING",
        "404 | ModelNotFound | model_not_found | x | NOT_FOUND",
        "429 | Throttling | throttling | x | RATE",
        "429 | Throttling.RateQuota | throttling_rate_quota | x | RATE",
        "429 | Throttling.BurstRate | throttling_burst_rate | x | RATE",
        "429 | limit_requests | LimitRequests | x | RATE",
        "429 | Throttling.AllocationQuota | insufficient_quota | Allocated quota exceeded | RATE",
        "429 | Throttling.AllocationQuota | insufficient_quota | Free allocated quota exceeded |"
            + " BILLING",
        "500 | InternalError | internal_error | x | SERVER",
        "500 | SystemError | system_error | x | SERVER",
        "500 | ModelServiceFailed | model_service_failed | x | SERVER",
        "503 | ModelUnavailable | model_unavailable | x | OVERLOAD",
        "504 | RequestTimeOut | request_timeout | x | TIMEOUT"
      })
  void qwen(int status, String code, String other, String message, ErrorClass expected) {
    for (String spelling : List.of(code, other)) {
      String flat = "{\"code\":\"" + spelling + "\",\"message\":\"" + message + "\"}";
      assertThat(classify("qwen", status, flat).errorClass()).as(flat).isEqualTo(expected);
      String nested = "{\"error\":" + flat + ",\"request_id\":\"r\"}";
      assertThat(classify("qwen", status, nested).errorClass()).as(nested).isEqualTo(expected);
    }
  }

  private static UpstreamException classify(String provider, int status, String body) {
    return KameletDialect.of(provider)
        .error(new Dialect.ErrorAnswer(status, -1, none -> null, utf8(body)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

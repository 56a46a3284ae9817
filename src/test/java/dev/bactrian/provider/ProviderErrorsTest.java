package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bactrian.chat.ChatRequest;
import dev.bactrian.dialect.ChunkStream;
import dev.bactrian.dialect.Dialect;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.kit.KameletDialect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of the providers' tables of errors, with the quirks of their kamelets. */
class ProviderErrorsTest {
  private static final String STREAMING =
      "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

  private static UpstreamException error(Dialect dialect, int status, String body) {
    byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return dialect.error(new Dialect.ErrorAnswer(status, -1, name -> null, bytes));
  }

  private static ChatRequest request() {
    return ChatRequest.read(STREAMING.getBytes(StandardCharsets.UTF_8));
  }

  private static UpstreamException inAnswer(Dialect dialect, String body) {
    byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return catchThrowableOfType(
        UpstreamException.class, () -> dialect.reply(request(), bytes, List.of()));
  }

  private static UpstreamException inStream(Dialect dialect, String event) {
    byte[] bytes = event.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ChunkStream stream = dialect.stream(request());
    stream.event(null, bytes, 0, bytes.length);
    return Objects.requireNonNull(stream.failure());
  }

  /** See https://www.volcengine.com/docs/82379/1299023. */
  @ParameterizedTest
  @CsvSource({
    "400,MissingParameter,x,BAD_REQUEST",
    "400,InvalidParameter,x,BAD_REQUEST",
    "400,InvalidParameter,Total tokens exceed max message tokens,CONTEXT",
    "400,InvalidEndpoint.ClosedEndpoint,x,NOT_FOUND",
    "400,SensitiveContentDetected,x,CONTENT",
    "400,SensitiveContentDetected.SevereViolation,x,CONTENT",
    "400,SensitiveContentDetected.Violence,x,CONTENT",
    "400,InputTextSensitiveContentDetected,x,CONTENT",
    "400,InputTextRiskDetection,x,CONTENT",
    "400,InputImageRiskDetection,x,CONTENT",
    "400,OutputTextRiskDetection,x,CONTENT",
    "400,OutputTextSensitiveContentDetected,x,CONTENT",
    "401,AuthenticationError,x,AUTH",
    "401,InvalidAccountStatus,x,AUTH",
    "403,AccountOverdueError,x,BILLING",
    "403,AccessDenied,x,AUTH",
    "403,OperationDenied.ServiceNotOpen,x,AUTH",
    "404,InvalidEndpointOrModel.NotFound,x,NOT_FOUND",
    "404,ModelNotOpen,x,NOT_FOUND",
    "404,InvalidEndpointOrModel.ModelIDAccessDisabled,x,NOT_FOUND",
    "429,RateLimitExceeded.EndpointRPMExceeded,x,RATE",
    "429,RateLimitExceeded.EndpointTPMExceeded,x,RATE",
    "429,ModelAccountRpmRateLimitExceeded,x,RATE",
    "429,ModelAccountTpmRateLimitExceeded,x,RATE",
    "429,AccountRateLimitExceeded,x,RATE",
    "429,RequestBurstTooFast,x,RATE",
    "429,ServerOverloaded,x,OVERLOAD",
    "429,QuotaExceeded,x,BILLING",
    "429,SetLimitExceeded,x,BILLING",
    "429,InflightBatchsizeExceeded,x,RATE",
    "500,InternalServiceError,x,SERVER"
  })
  void doubao(int status, String code, String message, ErrorClass expected) {
    String body =
        "{'error':{'code':'" + code + "','message':'" + message + "','param':'','type':'x'}}";
    UpstreamException failure = error(KameletDialect.of("bytedance"), status, body);

    assertThat(failure.errorClass()).isEqualTo(expected);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.reason()).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource({
    "400,invalid_request_error,x,BAD_REQUEST",
    "400,invalid_request_error,maximum context length is 16384,CONTEXT",
    "401,authentication_error,x,AUTH",
    "404,not_found,x,NOT_FOUND",
    "429,rate_limit,x,RATE",
    "500,server_error,x,SERVER",
    "529,overloaded,x,OVERLOAD"
  })
  void yi(int status, String type, String message, ErrorClass expected) {
    String body = "{'error':{'message':'" + message + "','type':'" + type + "','code':null}}";

    assertThat(error(KameletDialect.of("yi"), status, body).errorClass()).isEqualTo(expected);
  }

  /** See https://cloud.baidu.com/doc/qianfan-api. */
  @ParameterizedTest
  @CsvSource({
    "400,invalid_request_error,malformed_json,BAD_REQUEST",
    "400,invalid_request_error,invalid_messages,BAD_REQUEST",
    "400,invalid_request_error,invalid_argument,BAD_REQUEST",
    "400,invalid_request_error,invalid_image_url,BAD_REQUEST",
    "400,invalid_request_error,characters_too_long,CONTEXT",
    "400,invalid_request_error,tokens_too_long,CONTEXT",
    "400,unsafe_request,image_url_unsafe,CONTENT",
    "400,unsafe_request,something,CONTENT",
    "401,invalid_request_error,invalid_iam_token,AUTH",
    "401,invalid_request_error,invalid_appid,AUTH",
    "401,invalid_request_error,invalid_model,NOT_FOUND",
    "401,access_denied,no_parameter_permission,AUTH",
    "403,access_denied,account_overdue,BILLING",
    "429,rate_limit_exceeded,rpm_rate_limit_exceeded,RATE",
    "429,rate_limit_exceeded,tpm_rate_limit_exceeded,RATE",
    "429,rate_limit_exceeded,preemptible_rpm_rate_limit_exceeded,RATE",
    "429,rate_limit_exceeded,cluster_rpm_rate_limit_exceeded,RATE",
    "500,internal_error,internal_error,SERVER",
    "500,internal_error,dispatch_internal_error,SERVER"
  })
  void baidu(int status, String type, String code, ErrorClass expected) {
    Dialect second = KameletDialect.all("baidu").get(1);
    String body =
        "{'error':{'code':'" + code + "','message':'x','type':'" + type + "'},'id':'as-1'}";

    assertThat(error(second, status, body).errorClass()).isEqualTo(expected);
  }

  @Test
  void baiduTellsOfALimitWithStatus200() {
    Dialect second = KameletDialect.all("baidu").get(1);
    String body = "{'code':7,'msg':'Rate limit reached for RPM'}";

    assertThat(inAnswer(second, body).errorClass()).isEqualTo(ErrorClass.RATE);
    assertThat(inStream(second, body).errorClass()).isEqualTo(ErrorClass.RATE);
  }

  /** See https://openrouter.ai/docs/api-reference/errors. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | x | null | BAD_REQUEST",
        "400 | This endpoint's maximum context length is 8192 tokens | null | CONTEXT",
        "401 | x | null | AUTH",
        "402 | x | null | BILLING",
        "402 | x | {'limit_source':'openrouter_in_flight_budget'} | RATE",
        "403 | x | null | AUTH",
        "403 | x | {'reasons':['violence'],'flagged_input':'..','provider_name':'P'} | CONTENT",
        "404 | x | null | NOT_FOUND",
        "408 | x | null | TIMEOUT",
        "413 | x | null | BAD_REQUEST",
        "429 | x | {'provider_name':'P','raw':'..'} | RATE",
        "502 | x | null | SERVER",
        "503 | x | null | OVERLOAD"
      })
  void openRouter(int code, String message, String metadata, ErrorClass expected) {
    Dialect dialect = KameletDialect.of("openrouter");
    String body =
        "{\"error\":{\"code\":"
            + code
            + ",\"message\":\""
            + message
            + "\",\"metadata\":"
            + metadata
            + "}}";
    String json = body.replace("This endpoint's", "This endpoint\u2019s");

    assertThat(error(dialect, code, json).errorClass()).isEqualTo(expected);
    assertThat(inAnswer(dialect, json).errorClass()).as("with status 200").isEqualTo(expected);
    assertThat(inStream(dialect, json).errorClass()).as("in a stream").isEqualTo(expected);
  }

  @Test
  void openRouterBreaksAChoiceOff() {
    String event =
        "{'id':'gen-1','object':'chat.completion.chunk','created':1,'model':'m','provider':'P',"
            + "'error':{'code':502,'message':'Provider disconnected'},'choices':[{'index':0,"
            + "'delta':{'content':''},'finish_reason':'error'}]}";

    assertThat(inStream(KameletDialect.of("openrouter"), event).reason())
        .isEqualTo("Provider disconnected");
  }

  /** See https://docs.zenmux.ai. */
  @ParameterizedTest
  @CsvSource({
    "400,invalid_params,BAD_REQUEST",
    "402,insufficient_credit,BILLING",
    "402,reject_no_credit,BILLING",
    "402,quote_exceeded,BILLING",
    "403,access_denied,AUTH",
    "403,safety_check_failed,CONTENT",
    "404,model_not_available,NOT_FOUND",
    "404,invalid_model,NOT_FOUND",
    "404,model_not_supported,NOT_FOUND",
    "413,invalid_params,CONTEXT",
    "422,provider_unprocessable_entity_error,BAD_REQUEST",
    "429,rate_limit,RATE",
    "500,internal_server_error,SERVER",
    "500,provider_api_error,SERVER",
    "500,provider_error,SERVER",
    "502,no_provider_available,OVERLOAD",
    "520,provider_internal_server_error,SERVER",
    "524,provider_internal_server_error,TIMEOUT"
  })
  void zenMux(int status, String type, ErrorClass expected) {
    String body = "{'error':{'code':'" + status + "','type':'" + type + "','message':'x'}}";
    UpstreamException failure = error(KameletDialect.of("zenmux"), status, body);

    assertThat(failure.errorClass()).isEqualTo(expected);
    assertThat(failure.code()).isEqualTo(String.valueOf(status));
  }

  @Test
  void mistralNamesTheMemberThatItRefuses() {
    UpstreamException failure =
        error(
            KameletDialect.of("mistral"),
            422,
            "{'detail':[{'type':'extra_forbidden','loc':['body','messages',0,'x'],'msg':'No.'}]}");

    assertThat(failure.errorClass()).isEqualTo(ErrorClass.BAD_REQUEST);
    assertThat(failure.param()).isEqualTo("messages.0.x");
    assertThat(failure.reason()).isEqualTo("No.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | {'detail':'Unauthorized'} | AUTH",
        "404 | {'object':'error','message':'x','type':'invalid_model','code':'1500'} | NOT_FOUND",
        "400 | {'object':'error','message':'x','type':'invalid_model','code':'1500'} | NOT_FOUND",
        "400 | {'message':'too large for model with 9 maximum context length'} | CONTEXT",
        "429 | {'message':'Requests rate limit exceeded'} | RATE",
        "503 | no healthy upstream | OVERLOAD"
      })
  void mistral(int status, String body, ErrorClass expected) {
    assertThat(error(KameletDialect.of("mistral"), status, body).errorClass()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "400,x,invalid_request_error,BAD_REQUEST",
    "401,invalid_api_key,invalid_request_error,AUTH",
    "404,model_not_found,invalid_request_error,NOT_FOUND",
    "413,rate_limit_exceeded,tokens,RATE",
    "413,request_too_large,invalid_request_error,BAD_REQUEST",
    "429,rate_limit_exceeded,requests,RATE",
    "498,x,capacity,OVERLOAD",
    "500,x,internal_server_error,SERVER",
    "503,x,service_unavailable,OVERLOAD"
  })
  void groq(int status, String code, String type, ErrorClass expected) {
    String body = "{'error':{'message':'x','type':'" + type + "','code':'" + code + "'}}";

    assertThat(error(KameletDialect.of("groq"), status, body).errorClass()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'over capacity'", "{'message':'over capacity'}"})
  void groqTellsOfErrorsInAMemberOfItsOwn(String error) {
    UpstreamException failure =
        inStream(
            KameletDialect.of("groq"),
            "{'id':'x','choices':[],'x_groq':{'id':'req_1','error':" + error + "}}");

    assertThat(failure.reason()).isEqualTo("over capacity");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | Incorrect API key provided: xa***9. | AUTH",
        "400 | This model's maximum prompt length is 131072 but .. | CONTEXT",
        "400 | Argument not supported on this model: stop | BAD_REQUEST",
        "401 | x | AUTH",
        "403 | Content violates usage guidelines. | CONTENT",
        "404 | x | NOT_FOUND",
        "429 | x | RATE",
        "503 | x | OVERLOAD"
      })
  void xai(int status, String message, ErrorClass expected) {
    String body = "{\"code\":\"some words\",\"error\":\"" + message.replace('\'', '\u2019') + "\"}";
    UpstreamException failure = error(KameletDialect.of("xai"), status, body);

    assertThat(failure.errorClass()).isEqualTo(expected);
    assertThat(failure.code()).isEqualTo("some words");
  }

  @ParameterizedTest
  @CsvSource({
    "400,invalid_request_error,3,BAD_REQUEST",
    "401,authentication_error,16,AUTH",
    "404,not_found_error,5,NOT_FOUND",
    "429,rate_limit_error,8,RATE",
    "500,server_error,13,SERVER"
  })
  void sensenovaTokenPlan(int status, String type, String code, ErrorClass expected) {
    Dialect third = KameletDialect.all("sensenova").get(2);
    String body = "{'error':{'message':'x','type':'" + type + "','code':'" + code + "'}}";

    assertThat(error(third, status, body).errorClass()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 | {'error':{'message':'x','type':'NotFoundError','param':null,'code':404}} | NOT_FOUND",
        "400 | {'object':'error','message':'x','type':'BadRequestError','code':400} | BAD_REQUEST",
        "400 | {'object':'error','message':'maximum context length is 8','code':400} | CONTEXT",
        "401 | {'error':'Unauthorized'} | AUTH"
      })
  void vllm(int status, String body, ErrorClass expected) {
    assertThat(error(KameletDialect.of("vllm"), status, body).errorClass()).isEqualTo(expected);
  }
}

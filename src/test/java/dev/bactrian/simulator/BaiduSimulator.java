package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Version 2 of Baidu's ERNIE API. See https://cloud.baidu.com/doc/qianfan-api. */
public final class BaiduSimulator extends OpenAiSimulator {
  private static final String BEARER = Secret.of("bce-v3/ALTAK-simulated/0123456789abcdef");
  private static final Set<String> MEMBERS =
      Set.of(
          "model",
          "messages",
          "stream",
          "stream_options",
          "temperature",
          "top_p",
          "penalty_score",
          "max_tokens",
          "max_completion_tokens",
          "seed",
          "stop",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "response_format",
          "web_search",
          "enable_thinking",
          "thinking",
          "thinking_budget",
          "user",
          "metadata");

  private final boolean byAccessKey;
  private final BaiduIam iam = new BaiduIam();

  /** One that takes a permanent bearer key. */
  public BaiduSimulator() {
    this(false);
  }

  private BaiduSimulator(boolean byAccessKey) {
    this.byAccessKey = byAccessKey;
  }

  /** One that takes bearer keys for which an access key was exchanged. */
  public static BaiduSimulator byAccessKey() {
    return new BaiduSimulator(true);
  }

  @Override
  public String name() {
    return byAccessKey ? "baidu-iam" : "baidu";
  }

  @Override
  public String provider() {
    return "baidu";
  }

  /** Takes back all keys that were exchanged. */
  public void revoke() {
    iam.revoke();
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    if (path(call).equals("/v1/BCE-BEARER/token")) {
      iam.answer(call);
    } else {
      super.answer(call);
    }
  }

  @Override
  public String model() {
    return "ernie-5.0";
  }

  @Override
  public Map<String, String> settings(String base) {
    return byAccessKey
        ? Map.of(
            "baseUrl",
            base + "/v2",
            "iamUrl",
            base,
            "accessKeyId",
            BaiduIam.ID,
            "secretAccessKey",
            BaiduIam.SECRET)
        : Map.of("baseUrl", base + "/v2", "apiKey", BEARER, "appId", "app-simulated");
  }

  @Override
  protected String chatPath() {
    return "/v2/chat/completions";
  }

  @Override
  protected boolean isAuthorised(ProviderCall call) {
    String bearer = String.valueOf(call.header("authorization"));
    return byAccessKey
        ? bearer.startsWith("Bearer ") && iam.isValid(bearer.substring("Bearer ".length()))
        : bearer.equals("Bearer " + BEARER) && "app-simulated".equals(call.header("appid"));
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    String unknown = unknown(request, MEMBERS);
    if (unknown != null) {
      return unknown;
    }
    if (hasRoleBeside(request, Set.of("system", "user", "assistant", "tool"))
        || request.path("stop").size() > 4) {
      return "role or stop";
    }
    return outside(request, "temperature", Double.MIN_VALUE, 1)
            || outside(request, "top_p", 0, 1)
            || outside(request, "max_tokens", 2, 65_536)
            || outside(request, "max_completion_tokens", 2, 65_536)
        ? "out of range"
        : null;
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    baidu(call, 400, "invalid_request_error", "invalid_argument", "Invalid Argument: " + wrong);
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> baidu(call, 401, "invalid_request_error", "invalid_iam_token", "Bad token");
      case BILLING -> baidu(call, 403, "access_denied", "account_overdue", "Account is overdue");
      case RATE -> call.json(200, "{\"code\":40001,\"msg\":\"Rate limit reached for RPM\"}");
      case OVERLOAD -> baidu(call, 503, "unavailable", "service_unavailable", "Busy");
      case CONTEXT ->
          baidu(call, 400, "invalid_request_error", "tokens_too_long", "The prompt is too long");
      case CONTENT -> baidu(call, 400, "unsafe_request", "unsafe_request", "The content is unsafe");
      case MODEL -> baidu(call, 401, "invalid_request_error", "invalid_model", "No permission");
      default -> baidu(call, 500, "internal_error", "dispatch_internal_error", "Internal error");
    }
  }

  private static void baidu(ProviderCall call, int status, String type, String code, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putObject("error").put("code", code).put("message", message).put("type", type);
    call.json(status, body.put("id", "as-simulated").toString());
  }

  @Override
  protected boolean thinks(JsonNode request) {
    return request.path("enable_thinking").asBoolean();
  }

  @Override
  protected ObjectNode head(JsonNode request, String object) {
    return super.head(request, object).put("id", "as-simulated");
  }

  @Override
  protected ObjectNode delta(ObjectNode chunk, @Nullable String finishReason) {
    ObjectNode delta = super.delta(chunk, finishReason);
    ((ObjectNode) chunk.at("/choices/0")).put("flag", 0);
    return delta;
  }
}

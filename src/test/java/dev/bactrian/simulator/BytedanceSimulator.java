package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Volcengine Ark with a plain key. See https://www.volcengine.com/docs/82379. */
public class BytedanceSimulator extends OpenAiSimulator {
  private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");

  @Override
  public String name() {
    return "bytedance";
  }

  @Override
  public String model() {
    return "doubao-2.0-pro";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/api/v3", "apiKey", KEY);
  }

  @Override
  protected String chatPath() {
    return "/api/v3/chat/completions";
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    if (request.has("max_tokens") && request.has("max_completion_tokens")) {
      return "max_tokens and max_completion_tokens";
    }
    if (request.path("n").asInt(1) != 1 || request.path("stop").size() > 4) {
      return "n or stop";
    }
    if (!request.path("reasoning_effort").asText("low").matches("minimal|low|medium|high")) {
      return "reasoning_effort";
    }
    return outside(request, "temperature", 0, 2)
            || outside(request, "top_p", 0, 1)
            || hasRoleBeside(request, ROLES)
        ? "temperature, top_p or role"
        : null;
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    ark(call, 400, "InvalidParameter", "The parameter is not valid: " + wrong);
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> ark(call, 401, "AuthenticationError", "The API key is incorrect.");
      case BILLING -> ark(call, 403, "AccountOverdueError", "The account is overdue.");
      case RATE -> ark(call, 429, "RateLimitExceeded.EndpointRPMExceeded", "RPM exceeded.");
      case OVERLOAD -> ark(call, 429, "ServerOverloaded", "The servers are overloaded.");
      case CONTEXT ->
          ark(
              call,
              400,
              "InvalidParameter",
              "Total tokens of image and text exceed max message tokens.");
      case CONTENT -> ark(call, 400, "InputTextSensitiveContentDetected", "It is sensitive.");
      case MODEL -> ark(call, 404, "InvalidEndpointOrModel.NotFound", "It does not exist.");
      default -> ark(call, 500, "InternalServiceError", "The service failed.");
    }
  }

  private static void ark(ProviderCall call, int status, String code, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putObject("error")
        .put("code", code)
        .put("message", message + " Request id: 0217")
        .put("param", "")
        .put("type", status == 401 ? "Unauthorized" : "BadRequest");
    call.json(status, body.toString());
  }

  @Override
  protected String streamError() {
    return "{\"error\":{\"code\":\"InternalServiceError\",\"message\":\"It broke.\"}}";
  }

  /** The role is in every delta. */
  @Override
  protected ObjectNode delta(ObjectNode chunk, @Nullable String finishReason) {
    return super.delta(chunk, finishReason).put("role", "assistant");
  }

  /** The model of an answer is the one behind the endpoint. */
  @Override
  protected ObjectNode head(JsonNode request, String object) {
    ObjectNode head = super.head(request, object).put("service_tier", "default");
    return head.put("model", "doubao-seed-2-0-pro-260215");
  }
}

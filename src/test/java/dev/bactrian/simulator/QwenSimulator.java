package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Call;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Alibaba Cloud's Qwen in DashScope's compatible mode. See help.aliyun.com/zh/model-studio. */
public final class QwenSimulator extends OpenAiSimulator {
  @Override
  public String name() {
    return "qwen";
  }

  @Override
  public String model() {
    return "qwen3.7-plus";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/compatible-mode/v1", "apiKey", KEY);
  }

  @Override
  protected String chatPath() {
    return "/compatible-mode/v1/chat/completions";
  }

  @Override
  protected boolean thinks(JsonNode request) {
    boolean byDefault = request.path("model").asText().matches("qwen3\\.[567].*");
    return request.path("enable_thinking").asBoolean(byDefault);
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    boolean json = request.at("/response_format/type").asText().startsWith("json");
    boolean hosted = request.path("model").asText().startsWith("deepseek");
    return new Complaints(request)
        .refused("frequency_penalty", "logit_bias", "max_completion_tokens")
        .when(!hosted && request.has("reasoning_effort"), "unknown parameter reasoning_effort")
        .range("temperature", 0, 1.9999)
        .range("top_p", Double.MIN_VALUE, 1)
        .range("presence_penalty", -2, 2)
        .range("n", 1, request.path("tools").isEmpty() ? 4 : 1)
        .when(
            request.has("enable_thinking") && !request.path("enable_thinking").isBoolean(),
            "enable_thinking must be a boolean")
        .when(request.path("tool_choice").asText().equals("required"), "tool_choice is not known")
        .formats("text", "json_object", "json_schema")
        .wordJson()
        .when(json && thinks(request), "Json mode response is not supported when thinking")
        .stop(16)
        .first();
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    refuse(call, 400, "invalid_parameter_error", wrong);
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> refuse(call, 401, "invalid_api_key", "Incorrect API key provided.");
      case BILLING -> refuse(call, 400, "Arrearage", "Your account is overdue.");
      case RATE -> refuse(call, 429, "insufficient_quota", "Allocated quota exceeded.");
      case OVERLOAD -> flat(call, 503, "ModelUnavailable", "Try again later.");
      case CONTEXT ->
          refuse(
              call, 400, "invalid_parameter_error", "Range of input length should be [1, 129024]");
      case CONTENT -> refuse(call, 400, "data_inspection_failed", "Inappropriate content.");
      case MODEL -> refuse(call, 404, "model_not_found", "The model does not exist.");
      default -> flat(call, 500, "InternalError", "It failed.");
    }
  }

  private static void refuse(ProviderCall call, int status, String code, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode error = body.putObject("error").put("message", message);
    error.put("type", code).putNull("param").put("code", code);
    call.json(status, body.put("request_id", "simulated").toString());
  }

  /** The native API's form, which comes now and then. */
  private static void flat(ProviderCall call, int status, String code, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode().put("code", code).put("message", message);
    call.json(status, body.put("request_id", "simulated").toString());
  }

  @Override
  protected String streamError() {
    return "{\"code\":\"InternalError\",\"message\":\"It broke.\",\"request_id\":\"simulated\"}";
  }

  /** Content is null while the model thinks, and thoughts are null afterwards. */
  @Override
  protected ObjectNode delta(ObjectNode chunk, @Nullable String finishReason) {
    ObjectNode delta = super.delta(chunk, finishReason);
    return delta.putNull("content").putNull("reasoning_content");
  }

  /** Later pieces have an empty id and no name. */
  @Override
  protected void streamCall(ProviderCall call, JsonNode request, int index, Call tool)
      throws IOException {
    int half = tool.arguments().length() / 2;
    for (String piece :
        List.of(tool.arguments().substring(0, half), tool.arguments().substring(half))) {
      ObjectNode chunk = head(request, "chat.completion.chunk");
      ObjectNode node = delta(chunk, null).putArray("tool_calls").addObject().put("index", index);
      toolCall(node, index, new Call(tool.name(), piece));
      if (!tool.arguments().startsWith(piece)) {
        node.put("id", "");
        node.withObject("/function").putNull("name");
      }
      call.event(chunk.toString());
    }
  }
}

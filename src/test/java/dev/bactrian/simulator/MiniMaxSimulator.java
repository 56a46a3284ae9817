package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * MiniMax's second version of text chat: errors come with status 200, the last event repeats the
 * whole message, and there is no end mark. See https://platform.minimax.io.
 */
public class MiniMaxSimulator extends OpenAiSimulator {
  private static final String GROUP = "1790000000001";

  @Override
  public String name() {
    return "minimax";
  }

  @Override
  public String provider() {
    return "minimax";
  }

  @Override
  public String model() {
    return "minimax-m3";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/v1", "apiKey", KEY, "groupId", GROUP);
  }

  @Override
  protected String chatPath() {
    return "/v1/text/chatcompletion_v2";
  }

  @Override
  protected boolean isAuthorised(ProviderCall call) {
    return super.isAuthorised(call) && GROUP.equals(call.query("GroupId"));
  }

  @Override
  protected boolean thinks(JsonNode request) {
    return !request.path("model").asText().equals("MiniMax-M3")
        || request.at("/thinking/type").asText().equals("adaptive");
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    return new Complaints(request)
        .refused("max_tokens", "stop", "seed", "logprobs", "top_logprobs", "logit_bias")
        .refused("presence_penalty", "frequency_penalty", "parallel_tool_calls")
        .refused("response_format", "reasoning_effort", "user")
        .range("temperature", 0.001, 1)
        .range("top_p", 0.001, 1)
        .range("n", 1, 1)
        .thinking("disabled", "adaptive")
        .when(!request.path("model").asText().startsWith("MiniMax-"), "unknown model")
        .first();
  }

  /** JSON can only be asked for in words, and the model does as it is told. */
  @Override
  protected Prompt prompt(JsonNode request) {
    Prompt prompt = super.prompt(request);
    boolean json = request.at("/messages/0/content").asText().contains("JSON object");
    return json ? prompt.json() : prompt;
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    refuse(call, 2013, "invalid params, " + wrong);
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> refuse(call, 1004, "login fail");
      case BILLING -> refuse(call, 1008, "insufficient balance");
      case RATE -> refuse(call, 1002, "rate limit");
      case OVERLOAD -> call.whole(503, "text/html", "<html>503 Service Unavailable</html>");
      case CONTEXT -> refuse(call, 2013, "invalid params, context window exceeds limit");
      case CONTENT -> refuse(call, 1026, "input new_sensitive");
      case MODEL -> call.json(404, "{\"error\":\"no such model\"}");
      default -> refuse(call, 1013, "internal error");
    }
  }

  private void refuse(ProviderCall call, int code, String message) throws IOException {
    call.json(
        200, resp(Json.MAPPER.createObjectNode().putNull("choices"), code, message).toString());
  }

  private static ObjectNode resp(ObjectNode object, int code, String message) {
    object.putObject("base_resp").put("status_code", code).put("status_msg", message);
    return object;
  }

  @Override
  protected String streamError() {
    return "{\"choices\":null,\"base_resp\":{\"status_code\":1013,\"status_msg\":\"It broke.\"}}";
  }

  @Override
  protected ObjectNode head(JsonNode request, String object) {
    ObjectNode head = super.head(request, object);
    head.put("input_sensitive", false).put("output_sensitive", false);
    return head.put("input_sensitive_type", 0).put("output_sensitive_type", 0);
  }

  @Override
  protected ObjectNode completion(JsonNode request, Answer answer) {
    ObjectNode completion = super.completion(request, answer);
    ((ObjectNode) completion.at("/choices/0/message")).put("name", "bot").put("audio_content", "");
    return resp(completion, 0, "");
  }

  @Override
  protected ObjectNode usage(Answer answer) {
    return super.usage(answer).put("total_characters", 0);
  }

  @Override
  protected void end(ProviderCall call, JsonNode request, Answer answer) throws IOException {
    call.event(completion(request, answer).toString());
    call.endStream();
  }
}

package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A vLLM server with a key: an error's code is a number, answers have members of their own. */
public final class VllmSimulator extends OpenAiSimulator {
  @Override
  public String name() {
    return "vllm";
  }

  @Override
  public String model() {
    return "Qwen/Qwen3-8B";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/v1", "apiKey", KEY);
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    return hasRoleBeside(request, Set.of("system", "user", "assistant", "tool"))
            || !request.path("model").asText().equals(model())
        ? "role or model"
        : null;
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    older(call, 400, "BadRequestError", wrong);
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> call.json(401, "{\"error\":\"Unauthorized\"}");
      case OVERLOAD -> newer(call, 503, "ServiceUnavailableError", "Overloaded");
      case CONTEXT -> older(call, 400, "BadRequestError", "maximum context length is 32768 tokens");
      case MODEL -> newer(call, 404, "NotFoundError", "The model `x` does not exist.");
      case SERVER -> newer(call, 500, "InternalServerError", "It failed");
      default -> super.refuse(call, failure);
    }
  }

  private static void newer(ProviderCall call, int status, String type, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putObject("error")
        .put("message", message)
        .put("type", type)
        .putNull("param")
        .put("code", status);
    call.json(status, body.toString());
  }

  private static void older(ProviderCall call, int status, String type, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode().put("object", "error");
    body.put("message", message).put("type", type).putNull("param").put("code", status);
    call.json(status, body.toString());
  }

  @Override
  protected boolean thinks(JsonNode request) {
    JsonNode wanted = request.at("/chat_template_kwargs/enable_thinking");
    return wanted.isMissingNode() ? super.thinks(request) : wanted.asBoolean();
  }

  @Override
  protected String reasoningMember() {
    return "reasoning";
  }

  @Override
  protected ObjectNode completion(JsonNode request, Answer answer) {
    ObjectNode completion = super.completion(request, answer);
    ((ObjectNode) completion.at("/choices/0")).putNull("stop_reason");
    if (answer.calls().isEmpty()) {
      ((ObjectNode) completion.at("/choices/0/message")).putArray("tool_calls");
    }
    return completion.putNull("prompt_logprobs");
  }
}

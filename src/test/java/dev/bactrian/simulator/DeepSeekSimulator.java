package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** DeepSeek. See https://api-docs.deepseek.com. */
public final class DeepSeekSimulator extends OpenAiSimulator {
  private static final String INVALID = "invalid_request_error";

  @Override
  public String name() {
    return "deepseek";
  }

  @Override
  public String model() {
    return "deepseek-flash";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base, "apiKey", KEY);
  }

  @Override
  protected String chatPath() {
    return "/chat/completions";
  }

  @Override
  protected boolean thinks(JsonNode request) {
    return !request.at("/thinking/type").asText().equals("disabled");
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    Complaints complaints =
        new Complaints(request)
            .refused("n", "seed", "parallel_tool_calls", "logit_bias", "max_completion_tokens")
            .refused("user")
            .range("temperature", 0, 2)
            .range("top_p", Double.MIN_VALUE, 1)
            .range("presence_penalty", -2, 2)
            .range("frequency_penalty", -2, 2)
            .range("max_tokens", 1, 384_000)
            .words("reasoning_effort", "minimal", "low", "medium", "high", "xhigh", "max", "ultra")
            .thinking("enabled", "disabled")
            .formats("text", "json_object")
            .wordJson()
            .stop(16);
    return complaints
        .when(
            thinks(request) && complaints.lacksThoughts(),
            "The reasoning_content in the thinking mode must be passed back to the API.")
        .first();
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    error(call, 400, wrong, INVALID, INVALID);
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> error(call, 401, "Authentication Fails", "authentication_error", INVALID);
      case BILLING -> error(call, 402, "Insufficient Balance", "unknown_error", INVALID);
      case RATE -> error(call, 429, "Rate limit reached", "rate_limit", INVALID);
      case OVERLOAD -> error(call, 503, "The server is overloaded", "server_error", INVALID);
      case CONTEXT ->
          error(call, 400, "This model's maximum context length is 8 tokens.", INVALID, INVALID);
      case CONTENT -> error(call, 400, "Content Exists Risk", INVALID, INVALID);
      case MODEL -> error(call, 400, "Model Not Exist", INVALID, INVALID);
      default -> error(call, 500, "Internal error", "server_error", INVALID);
    }
  }

  /** While a request is queued, empty lines come before the answer. */
  @Override
  protected void whole(ProviderCall call, ObjectNode completion) throws IOException {
    call.json(200, "\n\n\n" + completion);
  }

  /** While a request is queued, comments come before the stream, and later, too. */
  @Override
  protected void stream(
      ProviderCall call, JsonNode request, Answer answer, @Nullable Failure failure)
      throws IOException {
    call.openStream();
    call.streamed(": keep-alive\n\n");
    call.streamed(": keep-alive\n\n");
    started(call, request, answer);
    call.streamed(": keep-alive\n\n");
    pieces(call, request, answer, failure);
  }

  @Override
  protected ObjectNode usage(Answer answer) {
    ObjectNode usage = super.usage(answer);
    usage.put("prompt_cache_hit_tokens", 0);
    return usage.put("prompt_cache_miss_tokens", answer.promptTokens());
  }
}

package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** StepFun. See https://platform.stepfun.com. */
public final class StepFunSimulator extends OpenAiSimulator {
  private final boolean general;

  /** A stand-in that names thoughts as it was asked to, or one that always says reasoning. */
  public StepFunSimulator(boolean general) {
    this.general = general;
  }

  @Override
  public String name() {
    return general ? "stepfun-general" : "stepfun";
  }

  @Override
  public String provider() {
    return "stepfun";
  }

  @Override
  public String model() {
    return "step-3.7-flash";
  }

  @Override
  protected String reasoningMember() {
    return general ? "reasoning" : "reasoning_content";
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    String format = request.path("reasoning_format").asText();
    boolean thinks = request.path("model").asText().matches("step-[35].*");
    return new Complaints(request)
        .refused("seed", "logprobs", "top_logprobs", "logit_bias", "parallel_tool_calls")
        .refused("max_completion_tokens")
        .range("temperature", 0, 2)
        .range("top_p", 0, 1)
        .range("frequency_penalty", 0, 1)
        .words("reasoning_effort", "low", "medium", "high")
        .words("reasoning_format", "general", "deepseek-style")
        .when(
            thinks && !general && !format.equals("deepseek-style"),
            "reasoning_format is not as expected")
        .formats("text", "json_object", "json_schema")
        .stop(16)
        .first();
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    refuse(call, 400, "request_params_invalid", wrong);
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> refuse(call, 401, "invalid_api_key", "Incorrect API key provided");
      case BILLING -> refuse(call, 402, "insufficient_balance", "Please recharge.");
      case RATE -> call.whole(429, "text/plain", "too many requests, please slow down");
      case OVERLOAD -> refuse(call, 503, "service_unavailable", "Busy.");
      case CONTEXT ->
          refuse(call, 400, "request_params_invalid", "the prompt exceeds the context length");
      case CONTENT -> refuse(call, 451, "censorship_blocked", "The content was blocked.");
      case MODEL -> refuse(call, 404, "model_not_found", "No such model.");
      default -> refuse(call, 500, "internal_error", "It failed.");
    }
  }

  private static void refuse(ProviderCall call, int status, String type, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putObject("error").put("message", message).put("type", type);
    call.json(status, body.toString());
  }

  /** The reason for the end is an empty text while there is none. */
  @Override
  protected ObjectNode delta(ObjectNode chunk, @Nullable String finishReason) {
    return super.delta(chunk, finishReason == null ? "" : finishReason);
  }

  /** Usage comes with the last chunks, whether it was asked for or not. */
  @Override
  protected void end(ProviderCall call, JsonNode request, Answer answer) throws IOException {
    ObjectNode last = head(request, "chat.completion.chunk");
    delta(last, finishReason(answer));
    last.set("usage", usage(answer));
    call.event(last.toString());
    call.event("[DONE]");
    call.endStream();
  }
}

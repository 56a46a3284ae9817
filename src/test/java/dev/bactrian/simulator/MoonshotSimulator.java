package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Moonshot's Kimi. See https://platform.kimi.ai. */
public final class MoonshotSimulator extends OpenAiSimulator {
  @Override
  public String name() {
    return "moonshot";
  }

  @Override
  public String model() {
    return "kimi-k2.6";
  }

  @Override
  protected boolean thinks(JsonNode request) {
    return !request.at("/thinking/type").asText().equals("disabled");
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    Complaints complaints =
        new Complaints(request)
            .refused("seed", "logprobs", "top_logprobs", "logit_bias", "parallel_tool_calls")
            .refused("user", "reasoning_effort")
            .words("tool_choice", "none", "auto")
            .thinking("enabled", "disabled")
            .formats("text", "json_object", "json_schema")
            .stop(5)
            .stopBytes(32);
    for (String fixed :
        new String[] {"temperature", "top_p", "n", "presence_penalty", "frequency_penalty"}) {
      complaints.when(
          request.has(fixed), "invalid " + fixed + ": only 1 is allowed for this model");
    }
    for (JsonNode message : request.path("messages")) {
      complaints.when(
          message.path("role").asText().equals("assistant")
              && message.path("content").isTextual()
              && message.path("content").asText().isEmpty(),
          "the message at position 1 with role 'assistant' must not be empty");
    }
    for (JsonNode tool : request.path("tools")) {
      complaints.when(tool.path("function").has("strict"), "unknown member strict");
    }
    return complaints
        .when(
            thinks(request) && complaints.lacksThoughts(),
            "thinking is enabled but reasoning_content is missing")
        .first();
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    refuse(call, 400, "invalid_request_error", wrong);
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> refuse(call, 401, "invalid_authentication_error", "Invalid Authentication");
      case BILLING -> refuse(call, 429, "exceeded_current_quota_error", "Please recharge.");
      case RATE -> refuse(call, 429, "rate_limit_reached_error", "Max RPM reached");
      case OVERLOAD -> refuse(call, 429, "engine_overloaded_error", "The engine is overloaded");
      case CONTEXT -> refuse(call, 400, "invalid_request_error", "Input token length too long");
      case CONTENT -> refuse(call, 400, "content_filter", "The request is considered high risk");
      case MODEL -> refuse(call, 404, "resource_not_found_error", "Not found the model");
      default -> refuse(call, 500, "unexpected_output", "It failed.");
    }
  }

  private static void refuse(ProviderCall call, int status, String type, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putObject("error").put("type", type).put("message", message);
    call.json(status, body.toString());
  }

  @Override
  protected String streamError() {
    return "{\"error\":{\"type\":\"engine_overloaded_error\",\"message\":\"Overloaded.\"}}";
  }

  @Override
  protected ObjectNode usage(Answer answer) {
    ObjectNode usage = super.usage(answer);
    usage.remove("prompt_tokens_details");
    return usage.put("cached_tokens", 0);
  }

  /** Usage comes in the choice, and once more in a chunk of its own when asked for. */
  @Override
  protected void end(ProviderCall call, JsonNode request, Answer answer) throws IOException {
    ObjectNode last = head(request, "chat.completion.chunk");
    delta(last, finishReason(answer));
    ((ObjectNode) last.at("/choices/0")).set("usage", usage(answer));
    call.event(last.toString());
    if (request.at("/stream_options/include_usage").asBoolean()) {
      ObjectNode usage = head(request, "chat.completion.chunk");
      usage.putArray("choices");
      usage.set("usage", usage(answer));
      call.event(usage.toString());
    }
    call.event("[DONE]");
    call.endStream();
  }
}

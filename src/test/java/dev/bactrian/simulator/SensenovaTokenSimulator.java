package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SenseNova's token plan: like OpenAI, but it refuses whatever it does not know. */
public final class SensenovaTokenSimulator extends OpenAiSimulator {
  private static final Set<String> MEMBERS =
      Set.of(
          "model",
          "messages",
          "stream",
          "stream_options",
          "temperature",
          "top_p",
          "max_tokens",
          "n",
          "stop",
          "presence_penalty",
          "frequency_penalty",
          "reasoning_effort",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "seed");

  @Override
  public String name() {
    return "sensenova-token";
  }

  @Override
  public String provider() {
    return "sensenova";
  }

  @Override
  public String model() {
    return "sensenova-6.7-flash-lite";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/v1", "apiKey", KEY);
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    if (isAuthorised(call) && !call.member("model").startsWith("sensenova-6.")) {
      refuse(call, Failure.MODEL);
    } else {
      super.answer(call);
    }
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    if (unknown(request, MEMBERS) != null
        || hasRoleBeside(request, Set.of("system", "user", "assistant", "tool"))) {
      return "unknown";
    }
    for (JsonNode tool : request.path("tools")) {
      if (tool.path("function").has("strict")) {
        return "strict";
      }
    }
    for (JsonNode message : request.path("messages")) {
      if (message.has("reasoning_content") || message.has("reasoning")) {
        return "reasoning";
      }
    }
    return outside(request, "max_tokens", 1, 65_536)
            || outside(request, "temperature", 0, 2)
            || outside(request, "top_p", 0, 1)
        ? "out of range"
        : null;
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    error(call, 400, "Errors in message queue response", "invalid_request_error", "3");
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> error(call, 401, "Unauthenticated", "authentication_error", "16");
      case MODEL -> error(call, 404, "Not found", "not_found_error", "5");
      case BILLING -> error(call, 402, "No balance", "billing_error", null);
      default -> super.refuse(call, failure);
    }
  }

  /** There is no JSON mode, so the model has to be told in words. */
  @Override
  protected Prompt prompt(JsonNode request) {
    Prompt prompt = super.prompt(request);
    boolean told = request.path("messages").toString().contains("JSON object and nothing else");
    return told ? prompt.json() : prompt;
  }

  @Override
  protected String reasoningMember() {
    return "reasoning";
  }

  @Override
  protected ObjectNode head(JsonNode request, String object) {
    return super.head(request, object).put("request_id", "r-1");
  }

  /** The finish reason is empty until the end. */
  @Override
  protected ObjectNode delta(ObjectNode chunk, @Nullable String finishReason) {
    return super.delta(chunk, finishReason == null ? "" : finishReason);
  }

  @Override
  protected void end(ProviderCall call, JsonNode request, Answer answer) throws IOException {
    ObjectNode last = head(request, "chat.completion.chunk");
    delta(last, finishReason(answer));
    call.event(last.toString());
    ObjectNode usage = head(request, "chat.completion.chunk");
    usage.putArray("choices");
    usage.set("usage", usage(answer));
    call.event(usage.toString());
    call.event("[DONE]");
    call.endStream();
  }
}

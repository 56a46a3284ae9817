package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Groq: usage and errors of streams are in {@code x_groq}. See https://console.groq.com/docs. */
public final class GroqSimulator extends OpenAiSimulator {
  @Override
  public String name() {
    return "groq";
  }

  @Override
  public String model() {
    return "openai/gpt-oss-120b";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/openai/v1", "apiKey", KEY);
  }

  @Override
  public Abilities abilities() {
    return new Abilities(true, false, true, true);
  }

  @Override
  protected String chatPath() {
    return "/openai/v1/chat/completions";
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    for (String name : Set.of("logprobs", "top_logprobs", "logit_bias")) {
      if (request.has(name)) {
        return name;
      }
    }
    for (JsonNode message : request.path("messages")) {
      if (message.has("name")) {
        return "messages[].name";
      }
    }
    if (request.has("reasoning_format") && request.has("include_reasoning")) {
      return "reasoning_format and include_reasoning";
    }
    return outside(request, "n", 1, 1) || outside(request, "temperature", 0, 2) ? "n" : null;
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> error(call, 401, "Invalid API Key", "invalid_request_error", "invalid_api_key");
      case BILLING -> error(call, 402, "Spend limit reached.", "billing", "blocked_api_access");
      case RATE ->
          error(
              call,
              413,
              "Request too large for model on tokens per minute (TPM): Limit 8000, Requested 9000",
              "tokens",
              "rate_limit_exceeded");
      case OVERLOAD -> error(call, 498, "Flex tier capacity exceeded.", "capacity", null);
      case MODEL -> error(call, 404, "No such model.", "invalid_request_error", "model_not_found");
      default -> super.refuse(call, failure);
    }
  }

  @Override
  protected String reasoningMember() {
    return "reasoning";
  }

  @Override
  protected String streamError() {
    return "{\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
        + "\"choices\":[],\"x_groq\":{\"id\":\"req_1\",\"error\":\"over capacity\"}}";
  }

  /** Usage comes unasked, beside OpenAI's place. */
  @Override
  protected void end(ProviderCall call, JsonNode request, Answer answer) throws IOException {
    ObjectNode last = head(request, "chat.completion.chunk");
    delta(last, finishReason(answer));
    last.putObject("x_groq").put("id", "req_1").set("usage", usage(answer));
    call.event(last.toString());
    call.event("[DONE]");
    call.endStream();
  }
}

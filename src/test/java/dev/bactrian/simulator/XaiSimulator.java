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

/** xAI: an error is a text, thoughts do not count as completion tokens. See https://docs.x.ai. */
public final class XaiSimulator extends OpenAiSimulator {
  @Override
  public String name() {
    return "xai";
  }

  @Override
  public String model() {
    return "grok-4.20-0309-reasoning";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/v1", "apiKey", KEY);
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    for (String name : Set.of("presence_penalty", "frequency_penalty", "stop")) {
      if (request.has(name)) {
        return "Argument not supported on this model: " + name;
      }
    }
    return null;
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    flat(call, 400, "Client specified an invalid argument", wrong);
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> flat(call, 400, "invalid-argument", "Incorrect API key provided: sk***89.");
      case BILLING -> flat(call, 402, "Payment required", "No credits left.");
      case RATE -> flat(call, 429, "Some resource has been exhausted", "Too many requests");
      case OVERLOAD -> flat(call, 503, "The service is currently unavailable", "Busy");
      case CONTEXT ->
          flat(call, 400, "invalid-argument", "This model's maximum prompt length is 131072");
      case CONTENT -> flat(call, 403, "permission-denied", "Content violates usage guidelines.");
      case MODEL -> flat(call, 404, "Some requested entity was not found", "No such model");
      default -> flat(call, 500, "Internal error", "It failed");
    }
  }

  private static void flat(ProviderCall call, int status, String code, String error)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode().put("code", code).put("error", error);
    call.json(status, body.toString());
  }

  @Override
  protected String streamError() {
    return "{\"code\":\"Internal error\",\"error\":\"It broke\"}";
  }

  @Override
  protected ObjectNode usage(Answer answer) {
    int visible = answer.completionTokens() - answer.reasoningTokens();
    ObjectNode usage = super.usage(answer).put("completion_tokens", visible);
    return usage.put("num_sources_used", 0);
  }
}

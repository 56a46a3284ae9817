package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** ZenMux: an error's code is its status as a text, and 403 is a bad key. */
public final class ZenMuxSimulator extends OpenAiSimulator {
  @Override
  public String name() {
    return "zenmux";
  }

  @Override
  public String model() {
    return "openai/gpt-4.1-mini";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/api/v1", "apiKey", KEY);
  }

  @Override
  protected String chatPath() {
    return "/api/v1/chat/completions";
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    return request.path("model").asText().equals(model()) ? null : "model";
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    zen(call, 400, "invalid_params", wrong);
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> zen(call, 403, "access_denied", "The key is not valid.");
      case BILLING -> zen(call, 402, "insufficient_credit", "No credit.");
      case RATE -> zen(call, 429, "rate_limit", "Too many requests.");
      case OVERLOAD -> zen(call, 502, "no_provider_available", "No provider.");
      case CONTEXT -> zen(call, 413, "invalid_params", "The request is too large.");
      case CONTENT -> zen(call, 403, "safety_check_failed", "The safety check failed.");
      case MODEL -> zen(call, 404, "invalid_model", "The model does not exist.");
      default -> zen(call, 520, "provider_internal_server_error", "The provider failed.");
    }
  }

  private static void zen(ProviderCall call, int status, String type, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putObject("error")
        .put("code", String.valueOf(status))
        .put("type", type)
        .put("message", message);
    call.json(status, body.toString());
  }

  @Override
  protected String reasoningMember() {
    return "reasoning";
  }

  @Override
  protected String streamError() {
    return "{\"error\":{\"code\":\"520\",\"type\":\"provider_internal_server_error\","
        + "\"message\":\"The provider failed.\"}}";
  }
}

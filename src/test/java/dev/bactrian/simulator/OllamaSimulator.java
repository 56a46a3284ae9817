package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Call;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A local Ollama: no key, pictures as data only, a tool call comes whole. */
public final class OllamaSimulator extends OpenAiSimulator {
  @Override
  public String name() {
    return "ollama";
  }

  @Override
  public String model() {
    return "llama3.2";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/v1");
  }

  @Override
  public boolean wantsKey() {
    return false;
  }

  @Override
  protected boolean isAuthorised(ProviderCall call) {
    return true;
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    for (JsonNode message : request.path("messages")) {
      for (JsonNode part : message.path("content")) {
        if (part.has("image_url")
            && !part.at("/image_url/url").asText().startsWith("data:image/")) {
          return "invalid image input";
        }
      }
    }
    return hasRoleBeside(request, Set.of("system", "user", "assistant", "tool"))
        ? "invalid role"
        : null;
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case MODEL ->
          error(call, 404, "model \"x\" not found, try pulling it first", "not_found_error", null);
      case OVERLOAD -> error(call, 503, "server busy, please try again", "api_error", null);
      default -> super.refuse(call, failure);
    }
  }

  @Override
  protected String reasoningMember() {
    return "reasoning";
  }

  @Override
  protected void streamCall(ProviderCall call, JsonNode request, int index, Call tool)
      throws IOException {
    streamWholeCall(call, request, index, tool);
  }
}

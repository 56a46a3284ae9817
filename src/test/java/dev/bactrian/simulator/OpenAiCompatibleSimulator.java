package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.kit.ProviderCall;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Some server that speaks OpenAI's chat completions as they were, without a key. */
public final class OpenAiCompatibleSimulator extends OpenAiSimulator {
  @Override
  public String name() {
    return "openai-compatible";
  }

  @Override
  public String model() {
    return "any/model:of-it";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/some/where/v1");
  }

  @Override
  protected String chatPath() {
    return "/some/where/v1/chat/completions";
  }

  @Override
  public boolean wantsKey() {
    return false;
  }

  @Override
  protected boolean isAuthorised(ProviderCall call) {
    return call.header("authorization") == null;
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    if (!request.path("model").asText().equals(model())) {
      return "model";
    }
    return request.has("max_completion_tokens")
            || hasRoleBeside(request, Set.of("system", "user", "assistant", "tool"))
        ? "max_completion_tokens or role"
        : null;
  }
}

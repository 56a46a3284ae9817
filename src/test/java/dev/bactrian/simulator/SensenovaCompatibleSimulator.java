package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.kit.ProviderCall;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SenseNova's compatible mode with a token made from an access key. */
public final class SensenovaCompatibleSimulator extends OpenAiSimulator {
  @Override
  public String name() {
    return "sensenova-compatible";
  }

  @Override
  public String provider() {
    return "sensenova";
  }

  private final SensenovaTokens tokens = new SensenovaTokens();

  @Override
  public boolean expire() {
    tokens.expire();
    return true;
  }

  @Override
  public String model() {
    return "sensenova-v6-pro";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of(
        "api",
        "compatible",
        "baseUrl",
        base + "/compatible-mode/v1",
        "accessKeyId",
        SensenovaTokens.ID,
        "secretAccessKey",
        SensenovaTokens.SECRET);
  }

  @Override
  protected String chatPath() {
    return "/compatible-mode/v1/chat/completions";
  }

  @Override
  protected boolean isAuthorised(ProviderCall call) {
    return tokens.refusal(call.header("authorization")) == null;
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    return request.has("max_tokens")
            || request.has("max_completion_tokens")
            || outside(request, "temperature", Double.MIN_VALUE, 2)
            || outside(request, "top_p", Double.MIN_VALUE, Math.nextDown(1.0))
            || hasRoleBeside(request, Set.of("system", "user", "assistant", "tool"))
        ? "out of range"
        : null;
  }

  @Override
  protected Prompt prompt(JsonNode request) {
    Prompt prompt = super.prompt(request);
    return request.has("max_new_tokens")
        ? prompt.maxTokens(request.path("max_new_tokens").asLong())
        : prompt;
  }

  @Override
  protected boolean thinks(JsonNode request) {
    return request.at("/thinking/enabled").asBoolean();
  }

  @Override
  protected String reasoningMember() {
    return "reasoning";
  }
}

package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** 01.AI's Yi: usage is on a stream's last chunk, and 529 is an overload. */
public final class YiSimulator extends OpenAiSimulator {
  @Override
  public String name() {
    return "yi";
  }

  @Override
  public String model() {
    return "yi-lightning";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/v1", "apiKey", KEY);
  }

  @Override
  public Abilities abilities() {
    return new Abilities(true, false, true, false);
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    return outside(request, "temperature", 0, 2)
            || outside(request, "top_p", 0, 1)
            || request.has("max_completion_tokens")
            || request.has("reasoning_effort")
            || hasRoleBeside(request, Set.of("system", "user", "assistant", "tool"))
        ? "a parameter is not supported"
        : null;
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case BILLING -> error(call, 402, "No balance.", "insufficient_balance", null);
      case OVERLOAD -> error(call, 529, "Overloaded.", "overloaded_error", null);
      case CONTEXT ->
          error(call, 400, "maximum context length is 16384", "invalid_request_error", null);
      default -> super.refuse(call, failure);
    }
  }

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

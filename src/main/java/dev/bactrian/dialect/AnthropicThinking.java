package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.dialect.AnthropicModels.Trait;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How much a model should think: {@code reasoning_effort} in the words of its generation. */
final class AnthropicThinking {
  /** The least budget that the API takes. */
  private static final long LEAST = 1024;

  private final ObjectNode in;
  private final ObjectNode out;
  private final ObjectNode outputConfig;
  private final Set<Trait> traits;
  private final Set<String> changes;

  AnthropicThinking(
      ObjectNode in,
      ObjectNode out,
      ObjectNode outputConfig,
      Set<Trait> traits,
      Set<String> changes) {
    this.in = in;
    this.out = out;
    this.outputConfig = outputConfig;
    this.traits = traits;
    this.changes = changes;
  }

  /** Whether a translated request asks for thoughts. */
  static boolean isOn(ObjectNode out) {
    String type = out.at("/thinking/type").asText();
    return type.equals("enabled") || type.equals("adaptive");
  }

  void translate(@Nullable Long maxOutput, AnthropicMessages messages) {
    if (traits.contains(Trait.ALWAYS_THINKING)
        && out.at("/thinking/type").asText().equals("disabled")) {
      out.remove("thinking");
      changes.add("thinking=dropped");
    }
    String effort = in.path("reasoning_effort").asText("");
    if (!in.hasNonNull("reasoning_effort")) {
      if (traits.contains(Trait.UNASKED_THINKING)
          && !traits.contains(Trait.ALWAYS_THINKING)
          && !out.has("thinking")
          && messages.hasToolsWithoutThoughts()) {
        disable();
        changes.add("thinking=dropped");
      }
      return;
    }
    if (effort.equals("none")) {
      off();
      return;
    }
    boolean known = effort(effort);
    if (out.has("thinking")) {
      told(known);
    } else if (hinders(messages)) {
      if (!traits.contains(Trait.ALWAYS_THINKING) && traits.contains(Trait.ADAPTIVE)) {
        disable();
      }
      changes.add(known ? "thinking=dropped" : "reasoning_effort=dropped");
    } else if (traits.contains(Trait.ADAPTIVE)) {
      out.putObject("thinking").put("type", "adaptive");
    } else {
      told(traits.contains(Trait.BUDGET) ? budget(effort, maxOutput) || known : known);
    }
  }

  private void told(boolean taken) {
    if (!taken) {
      changes.add("reasoning_effort=dropped");
    }
  }

  private void off() {
    if (traits.contains(Trait.ALWAYS_THINKING)) {
      changes.add("reasoning_effort=dropped");
    } else if (traits.contains(Trait.ADAPTIVE) && !out.has("thinking")) {
      disable();
    }
  }

  private void disable() {
    out.putObject("thinking").put("type", "disabled");
  }

  /** Sets the effort of a model that knows it, and tells whether it does. */
  private boolean effort(String effort) {
    if (!traits.contains(Trait.EFFORT)) {
      return false;
    }
    String word = effort.equals("minimal") ? "low" : effort;
    if (!word.equals(effort)) {
      changes.add("reasoning_effort=" + word);
    }
    if (!outputConfig.has("effort")) {
      outputConfig.put("effort", word);
    }
    return true;
  }

  /**
   * A tool that must be called, the model's own first words, and a chain of tool calls whose
   * thoughts the client has not kept leave no room for thoughts.
   */
  private boolean hinders(AnthropicMessages messages) {
    String choice = out.at("/tool_choice/type").asText();
    boolean forced = choice.equals("any") || choice.equals("tool");
    return forced || messages.endsWithAssistant() || messages.hasToolsWithoutThoughts();
  }

  /** Sets a budget, and tells whether the answer may be long enough for one. */
  private boolean budget(String effort, @Nullable Long maxOutput) {
    long budget =
        switch (effort) {
          case "minimal" -> LEAST;
          case "low" -> 2 * LEAST;
          case "high" -> 16 * LEAST;
          case "xhigh", "max" -> 32 * LEAST;
          default -> 8 * LEAST;
        };
    long limit = out.path("max_tokens").asLong();
    if (!in.hasNonNull("max_tokens") && !in.hasNonNull("max_completion_tokens")) {
      limit = Math.min(limit + budget, maxOutput == null ? Long.MAX_VALUE : maxOutput);
      out.put("max_tokens", limit);
    }
    budget = Math.min(budget, Math.max(LEAST, limit / 2));
    if (budget >= limit) {
      return false;
    }
    out.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
    return true;
  }
}

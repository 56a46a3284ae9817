package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * {@code reasoning_effort} as a budget of tokens for 2.5 and as a level for 3, never both. The
 * budgets are those of Google's own layer for OpenAI's clients.
 */
final class GeminiThinking {
  private static final String SHOWN = "includeThoughts";
  private static final int LEAST_BUDGET = 128;

  private final String model;
  private final GeminiQuirks quirks;
  private final List<String> changes;

  GeminiThinking(String model, GeminiQuirks quirks, List<String> changes) {
    this.model = model;
    this.quirks = quirks;
    this.changes = changes;
  }

  /** Writes {@code thinkingConfig}, or tells that the model takes none. */
  void write(String effort, ObjectNode config) {
    if (quirks.thinkingLevel().contain(model)) {
      config.putObject("thinkingConfig").put("thinkingLevel", level(effort)).put(SHOWN, true);
    } else if (quirks.thinkingBudget().contain(model)) {
      int budget = budget(effort);
      config.putObject("thinkingConfig").put("thinkingBudget", budget).put(SHOWN, budget > 0);
    } else {
      changes.add("reasoning_effort=dropped");
    }
  }

  private int budget(String effort) {
    return switch (effort) {
      case "none" -> {
        boolean always = quirks.alwaysThinks().contain(model);
        if (always) {
          changes.add("reasoning_effort=minimal");
        }
        yield always ? LEAST_BUDGET : 0;
      }
      case "minimal" -> quirks.alwaysThinks().contain(model) ? LEAST_BUDGET : 512;
      case "low" -> 1024;
      case "medium" -> 8192;
      case "high" -> 24_576;
      case "xhigh", "max" -> told("high", 24_576);
      default -> throw unknown();
    };
  }

  private String level(String effort) {
    String level =
        switch (effort) {
          case "none", "minimal" -> quirks.noMinimal().contain(model) ? "low" : "minimal";
          case "low" -> "low";
          case "medium" -> quirks.noMedium().contain(model) ? "high" : "medium";
          case "high", "xhigh", "max" -> "high";
          default -> throw unknown();
        };
    return level.equals(effort) ? level : told(level, level);
  }

  private <T> T told(String effort, T value) {
    changes.add("reasoning_effort=" + effort);
    return value;
  }

  private static RuntimeException unknown() {
    return Refusals.unsupported(
        "reasoning_effort", "reasoning_effort is none, minimal, low, medium, high or xhigh.");
  }
}

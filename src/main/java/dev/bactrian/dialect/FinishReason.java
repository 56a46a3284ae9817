package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.ErrorClass;
import org.jspecify.annotations.Nullable;

/** Every provider's word for why a model stopped, in OpenAI's five words. */
final class FinishReason {
  private FinishReason() {}

  /** Whether it is one of OpenAI's words and may stay. */
  static boolean isStandard(String reason) {
    return switch (reason) {
      case "stop", "length", "tool_calls", "content_filter", "function_call" -> true;
      default -> false;
    };
  }

  /** OpenAI's word; null for the empty string, which some send while the model still writes. */
  static @Nullable String standard(String reason) {
    return switch (reason) {
      case "" -> null;
      case "stop", "length", "tool_calls", "content_filter", "function_call" -> reason;
      case "sensitive", "content_policy", "safety" -> "content_filter";
      case "max_tokens",
          "model_length",
          "context",
          "model_context_window_exceeded",
          "insufficient_system_resource" ->
          "length";
      case "tool_use" -> "tool_calls";
      default -> "stop";
    };
  }

  /** The failure that a word really tells of, null for an ordinary end. */
  static @Nullable ErrorClass failure(String reason, boolean nothingSent) {
    return switch (reason) {
      case "network_error", "error" -> ErrorClass.SERVER;
      case "insufficient_system_resource" -> nothingSent ? ErrorClass.OVERLOAD : null;
      default -> null;
    };
  }

  /** Whether a member of an answer says that moderation has taken the text out. */
  static boolean isFiltered(String member, boolean value) {
    return value && (member.equals("input_sensitive") || member.equals("output_sensitive"));
  }

  /** Whether an answer says that moderation has taken the text out. */
  static boolean isFiltered(JsonNode answer) {
    return answer.path("input_sensitive").asBoolean()
        || answer.path("output_sensitive").asBoolean();
  }
}

package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.util.List;

/** A whole answer of Anthropic's Messages. */
final class AnthropicReply {
  private AnthropicReply() {}

  /**
   * Reads an answer of status 200.
   *
   * @throws UpstreamException when it is an error, or no message
   */
  static ChatReply.Complete read(ChatRequest request, byte[] body, List<String> changes) {
    JsonNode tree = ErrorText.object(body);
    if (tree != null && tree.path("error").isObject()) {
      throw AnthropicErrors.inBand(tree);
    }
    if (tree == null || !tree.path("content").isArray()) {
      throw UpstreamException.noticed(
          ErrorClass.SERVER, "The provider's answer is not one of Anthropic's messages.");
    }
    String model = tree.path("model").asText("");
    ObjectNode completion =
        ChatCompletions.create(
            tree.path("id").asText(""), model.isEmpty() ? request.model() : model);
    String reason = tree.path("stop_reason").asText("");
    ObjectNode message = ChatCompletions.addChoice(completion, finishReason(reason));
    ((ObjectNode) completion.at("/choices/0")).put("native_finish_reason", reason);
    content(message, tree.path("content"));
    Usage usage =
        tree.path("usage").isObject()
            ? new AnthropicUsage().take(tree.path("usage")).usage()
            : null;
    return ChatCompletions.reply(completion, usage, changes);
  }

  private static void content(ObjectNode message, JsonNode blocks) {
    StringBuilder text = new StringBuilder();
    StringBuilder thoughts = new StringBuilder();
    boolean speaks = false;
    for (JsonNode block : blocks) {
      switch (block.path("type").asText()) {
        case "text" -> {
          speaks = true;
          text.append(block.path("text").asText());
          block.path("citations").forEach(message.withArray("citations")::add);
        }
        case "thinking", "redacted_thinking" -> {
          thoughts.append(block.path("thinking").asText(""));
          message.withArray("thinking_blocks").add(block);
        }
        case "tool_use" ->
            ChatCompletions.addToolCall(
                message,
                block.path("id").asText(""),
                block.path("name").asText(""),
                ChatCompletions.json(block.path("input")));
        default -> blocks(message).add(block);
      }
    }
    if (message.path("citations").isEmpty()) {
      message.remove("citations");
    }
    if (speaks) {
      message.put("content", text.toString());
    }
    if (!thoughts.isEmpty()) {
      message.put("reasoning_content", thoughts.toString());
    }
  }

  /** Where blocks go that OpenAI has nothing like, such as what a search of Anthropic's found. */
  static ArrayNode blocks(ObjectNode message) {
    return message.withObject("/extra_content/anthropic").withArray("blocks");
  }

  /** OpenAI's word for why the model stopped. */
  static String finishReason(String reason) {
    return switch (reason) {
      case "max_tokens", "model_context_window_exceeded" -> "length";
      case "tool_use" -> "tool_calls";
      case "refusal" -> "content_filter";
      default -> "stop";
    };
  }
}

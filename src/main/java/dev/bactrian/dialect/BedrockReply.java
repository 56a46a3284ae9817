package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.util.List;

/** A whole answer of Converse. */
final class BedrockReply {
  private BedrockReply() {}

  /**
   * Reads an answer of status 200.
   *
   * @throws UpstreamException when the model broke off, or it is no answer of Converse
   */
  static ChatReply.Complete read(ChatRequest request, byte[] body, List<String> changes) {
    JsonNode tree = ErrorText.object(body);
    if (tree == null || !tree.at("/output/message/content").isArray()) {
      throw UpstreamException.noticed(
          ErrorClass.SERVER, "The provider's answer is not one of Converse.");
    }
    String reason = tree.path("stopReason").asText("");
    ObjectNode completion = ChatCompletions.create("", request.model());
    ObjectNode message = ChatCompletions.addChoice(completion, finishReason(reason));
    ((ObjectNode) completion.at("/choices/0")).put("native_finish_reason", reason);
    content(message, tree.at("/output/message/content"));
    if (tree.at("/serviceTier/type").isTextual()) {
      completion.set("service_tier", tree.at("/serviceTier/type"));
    }
    for (String own : List.of("trace", "additionalModelResponseFields")) {
      if (tree.hasNonNull(own)) {
        completion.set(own, tree.get(own));
      }
    }
    JsonNode usage = tree.path("usage");
    return ChatCompletions.reply(completion, usage.isObject() ? usage(usage) : null, changes);
  }

  private static void content(ObjectNode message, JsonNode blocks) {
    StringBuilder text = new StringBuilder();
    StringBuilder thoughts = new StringBuilder();
    for (JsonNode block : blocks) {
      text.append(block.path("text").asText(""));
      block.at("/citationsContent/content").forEach(it -> text.append(it.path("text").asText()));
      block.at("/citationsContent/citations").forEach(message.withArray("citations")::add);
      JsonNode use = block.path("toolUse");
      if (use.isObject()) {
        ChatCompletions.addToolCall(
            message,
            use.path("toolUseId").asText(""),
            use.path("name").asText(""),
            ChatCompletions.json(use.path("input")));
      }
      JsonNode reasoning = block.path("reasoningContent");
      thoughts.append(reasoning.at("/reasoningText/text").asText(""));
      thought(message, reasoning);
    }
    if (message.path("citations").isEmpty()) {
      message.remove("citations");
    }
    if (!text.isEmpty()) {
      message.put("content", text.toString());
    }
    if (!thoughts.isEmpty()) {
      message.put("reasoning_content", thoughts.toString());
    }
  }

  private static void thought(ObjectNode message, JsonNode reasoning) {
    if (reasoning.hasNonNull("redactedContent")) {
      message
          .withArray("thinking_blocks")
          .add(redacted(reasoning.path("redactedContent").asText()));
    } else if (!reasoning.at("/reasoningText/signature").asText("").isEmpty()) {
      message
          .withArray("thinking_blocks")
          .add(
              thought(
                  reasoning.at("/reasoningText/text").asText(),
                  reasoning.at("/reasoningText/signature").asText()));
    }
  }

  /** A thought that goes back to the model in the next turn. */
  static ObjectNode thought(String text, String signature) {
    ObjectNode thought = Json.MAPPER.createObjectNode().put("type", "thinking");
    return thought.put("thinking", text).put("signature", signature);
  }

  /** A thought that only the model can read. */
  static ObjectNode redacted(String base64) {
    return Json.MAPPER.createObjectNode().put("type", "redacted_thinking").put("data", base64);
  }

  /**
   * OpenAI's word for why the model stopped.
   *
   * @throws UpstreamException when what it wrote cannot be used
   */
  static String finishReason(String reason) {
    return switch (reason) {
      case "max_tokens", "model_context_window_exceeded" -> "length";
      case "tool_use" -> "tool_calls";
      case "content_filtered", "guardrail_intervened" -> "content_filter";
      case "malformed_model_output", "malformed_tool_use" ->
          throw UpstreamException.noticed(
              ErrorClass.SERVER, "The provider broke off: " + reason + ".");
      default -> "stop";
    };
  }

  /** As OpenAI counts: Converse's input leaves out what a cache was read or written for. */
  static Usage usage(JsonNode usage) {
    long read = count(usage, "cacheReadInputTokens");
    long written = count(usage, "cacheWriteInputTokens");
    long input = count(usage, "inputTokens") + read + written;
    return new Usage(input, read, written, count(usage, "outputTokens"), 0);
  }

  private static long count(JsonNode usage, String name) {
    return Math.max(0, usage.path(name).asLong());
  }
}

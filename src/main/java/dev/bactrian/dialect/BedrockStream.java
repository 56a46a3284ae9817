package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A stream of Converse: blocks that begin, grow and end, the reason why the model stopped, and the
 * usage after that.
 */
final class BedrockStream extends TranslatedStream {
  /** What is known of a block that has not ended. */
  private static final class Block {
    private final StringBuilder thinking = new StringBuilder();
    private final StringBuilder signature = new StringBuilder();
    private int tool = -1;
    private boolean input;
  }

  private final Map<Integer, Block> blocks = new TreeMap<>();

  BedrockStream(ChatRequest request) {
    super(request);
  }

  @Override
  protected void event(@Nullable String name, JsonNode data) {
    String type = name == null ? "" : name;
    int index = data.path("contentBlockIndex").asInt();
    switch (type) {
      case "contentBlockStart" -> begin(block(index), data.at("/start/toolUse"));
      case "contentBlockDelta" -> delta(block(index), data.path("delta"));
      case "contentBlockStop" -> {
        Block block = blocks.remove(index);
        if (block != null) {
          end(block);
        }
      }
      case "messageStop" -> stop(data.path("stopReason").asText(""));
      case "metadata" -> {
        if (data.path("usage").isObject()) {
          chunks.usage(BedrockReply.usage(data.path("usage")));
        }
        chunks.complete();
      }
      default -> {
        if (type.startsWith(BedrockFrames.FAILURE)) {
          chunks.fail(BedrockErrors.inStream(type.substring(BedrockFrames.FAILURE.length()), data));
        }
      }
    }
  }

  /** A block of text begins with its first delta. */
  private Block block(int index) {
    return blocks.computeIfAbsent(index, none -> new Block());
  }

  private void begin(Block block, JsonNode use) {
    if (use.isObject() && block.tool < 0) {
      block.tool =
          chunks.toolCall(0, use.path("toolUseId").asText(""), use.path("name").asText(""));
    }
  }

  private void delta(Block block, JsonNode delta) {
    chunks.content(0, delta.path("text").asText(""));
    String input = delta.at("/toolUse/input").asText("");
    if (block.tool >= 0 && !input.isEmpty()) {
      block.input = true;
      chunks.arguments(0, block.tool, input);
    }
    JsonNode reasoning = delta.path("reasoningContent");
    String thought = reasoning.path("text").asText("");
    block.thinking.append(thought);
    block.signature.append(reasoning.path("signature").asText(""));
    chunks.reasoning(0, thought);
    if (reasoning.hasNonNull("redactedContent")) {
      thought(BedrockReply.redacted(reasoning.path("redactedContent").asText()));
    }
    if (delta.path("citation").isObject()) {
      chunks.extension(0, "citations", Json.MAPPER.createArrayNode().add(delta.path("citation")));
    }
  }

  /** Sends what is only whole at the end of a block. */
  private void end(Block block) {
    if (block.tool >= 0 && !block.input) {
      chunks.arguments(0, block.tool, "{}");
    }
    if (!block.signature.isEmpty()) {
      thought(BedrockReply.thought(block.thinking.toString(), block.signature.toString()));
    }
  }

  private void thought(ObjectNode whole) {
    chunks.extension(0, "thinking_blocks", Json.MAPPER.createArrayNode().add(whole));
  }

  private void stop(String reason) {
    blocks.values().forEach(this::end);
    blocks.clear();
    try {
      chunks.finish(0, BedrockReply.finishReason(reason));
    } catch (UpstreamException brokenOff) {
      chunks.fail(brokenOff);
    }
  }
}

package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A stream of Anthropic's Messages. It is complete once it has said why the model stopped, which
 * comes after all content; should its last event then be missing, nothing of the answer is.
 */
final class AnthropicStream extends TranslatedStream {
  /** A block that has begun and not ended. */
  private static final class Block {
    private final ObjectNode start;
    private final StringBuilder thinking = new StringBuilder();
    private final StringBuilder signature = new StringBuilder();
    private final StringBuilder input = new StringBuilder();
    private int tool = -1;
    private boolean arguments;

    private Block(ObjectNode start) {
      this.start = start;
    }

    private String type() {
      return start.path("type").asText();
    }
  }

  private final Map<Integer, Block> blocks = new TreeMap<>();
  private final AnthropicUsage usage = new AnthropicUsage();

  AnthropicStream(ChatRequest request) {
    super(request);
  }

  @Override
  protected void event(@Nullable String name, JsonNode data) {
    switch (data.path("type").asText()) {
      case "message_start" -> {
        JsonNode message = data.path("message");
        chunks.identity(message.path("id").asText(""), message.path("model").asText(""));
        usage(message.path("usage"));
      }
      case "content_block_start" -> begin(data);
      case "content_block_delta" -> {
        Block block = blocks.get(data.path("index").asInt());
        if (block != null) {
          delta(block, data.path("delta"));
        }
      }
      case "content_block_stop" -> {
        Block block = blocks.remove(data.path("index").asInt());
        if (block != null) {
          end(block);
        }
      }
      case "message_delta" -> messageDelta(data);
      case "message_stop" -> {
        endAll();
        chunks.complete();
      }
      case "error" -> chunks.fail(AnthropicErrors.inBand(data));
      default -> {}
    }
  }

  private void begin(JsonNode data) {
    if (!(data.path("content_block") instanceof ObjectNode start)) {
      return;
    }
    Block block = new Block(start);
    blocks.put(data.path("index").asInt(), block);
    switch (block.type()) {
      case "text" -> chunks.content(0, start.path("text").asText(""));
      case "thinking" -> {
        block.thinking.append(start.path("thinking").asText(""));
        block.signature.append(start.path("signature").asText(""));
        chunks.reasoning(0, start.path("thinking").asText(""));
      }
      case "tool_use" ->
          block.tool =
              chunks.toolCall(0, start.path("id").asText(""), start.path("name").asText(""));
      default -> {}
    }
  }

  private void delta(Block block, JsonNode delta) {
    switch (delta.path("type").asText()) {
      case "text_delta" -> chunks.content(0, delta.path("text").asText(""));
      case "thinking_delta" -> {
        block.thinking.append(delta.path("thinking").asText(""));
        chunks.reasoning(0, delta.path("thinking").asText(""));
      }
      case "signature_delta" -> block.signature.append(delta.path("signature").asText(""));
      case "input_json_delta" -> {
        String json = delta.path("partial_json").asText("");
        if (block.tool >= 0 && !json.isEmpty()) {
          block.arguments = true;
          chunks.arguments(0, block.tool, json);
        } else if (block.tool < 0) {
          block.input.append(json);
        }
      }
      case "citations_delta" -> {
        ArrayNode citations = Json.MAPPER.createArrayNode();
        chunks.extension(0, "citations", citations.add(delta.path("citation")));
      }
      default -> {}
    }
  }

  /** Sends what is only whole at the end of a block. */
  private void end(Block block) {
    switch (block.type()) {
      case "tool_use" -> {
        if (!block.arguments) {
          JsonNode input = block.start.path("input");
          chunks.arguments(0, block.tool, input.isObject() ? ChatCompletions.json(input) : "{}");
        }
      }
      case "thinking" -> {
        block.start.put("thinking", block.thinking.toString());
        block.start.put("signature", block.signature.toString());
        thought(block.start);
      }
      case "redacted_thinking" -> thought(block.start);
      case "text" -> {}
      default -> foreign(block);
    }
  }

  private void foreign(Block block) {
    if (!block.input.isEmpty()) {
      block.start.set("input", input(block.input.toString()));
    }
    ObjectNode beside = Json.MAPPER.createObjectNode();
    AnthropicReply.blocks(beside).add(block.start);
    chunks.extension(0, "extra_content", beside.path("extra_content"));
  }

  private static JsonNode input(String json) {
    try {
      return Json.MAPPER.readTree(json);
    } catch (IOException e) {
      return Json.MAPPER.getNodeFactory().textNode(json);
    }
  }

  private void thought(ObjectNode whole) {
    chunks.extension(0, "thinking_blocks", Json.MAPPER.createArrayNode().add(whole));
  }

  private void endAll() {
    blocks.values().forEach(this::end);
    blocks.clear();
  }

  private void messageDelta(JsonNode data) {
    usage(data.path("usage"));
    String reason = data.at("/delta/stop_reason").asText("");
    if (!reason.isEmpty()) {
      endAll();
      chunks.finish(0, AnthropicReply.finishReason(reason));
    }
  }

  private void usage(JsonNode counts) {
    if (counts.isObject()) {
      chunks.usage(usage.take(counts).usage());
    }
  }
}

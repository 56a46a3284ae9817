package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One of Anthropic's messages as a stream of events. */
final class AnthropicEvents {
  private final ProviderCall call;
  private final ObjectNode message;

  AnthropicEvents(ProviderCall call, ObjectNode message) {
    this.call = call;
    this.message = message;
  }

  /** Sends them, or the beginning of a stream that breaks. */
  void send(@Nullable Failure failure) throws IOException {
    call.openStream();
    ObjectNode start = message.deepCopy();
    start.putArray("content");
    start.putNull("stop_reason");
    start.withObject("usage").put("output_tokens", 1).remove("output_tokens_details");
    ObjectNode event = Json.MAPPER.createObjectNode().put("type", "message_start");
    event.set("message", start);
    send(event);
    int index = 0;
    for (JsonNode block : message.path("content")) {
      block(index++, block, failure);
      if (failure == Failure.CUT) {
        call.cut();
        return;
      }
      if (failure == Failure.STREAM) {
        ObjectNode error = Json.MAPPER.createObjectNode().put("type", "error");
        error.putObject("error").put("type", "overloaded_error").put("message", "Overloaded");
        send(error);
        call.endStream();
        return;
      }
    }
    ObjectNode delta = Json.MAPPER.createObjectNode().put("type", "message_delta");
    delta.putObject("delta").put("stop_reason", message.path("stop_reason").asText());
    delta.withObject("delta").putNull("stop_sequence");
    delta.set("usage", message.path("usage"));
    send(delta);
    send(Json.MAPPER.createObjectNode().put("type", "message_stop"));
    call.endStream();
  }

  private void block(int index, JsonNode block, @Nullable Failure failure) throws IOException {
    ObjectNode start = Json.MAPPER.createObjectNode().put("type", "content_block_start");
    start.put("index", index);
    ObjectNode empty = block.deepCopy();
    switch (block.path("type").asText()) {
      case "text" -> empty.put("text", "");
      case "thinking" -> empty.put("thinking", "").put("signature", "");
      case "tool_use" -> empty.putObject("input");
      default -> {}
    }
    start.set("content_block", empty);
    send(start);
    if (index == 0) {
      send(Json.MAPPER.createObjectNode().put("type", "ping"));
    }
    switch (block.path("type").asText()) {
      case "text" -> {
        for (String piece : block.path("text").asText().split("(?<= )")) {
          delta(index, "text_delta", "text", piece);
          if (failure != null) {
            return;
          }
        }
      }
      case "thinking" -> {
        String thinking = block.path("thinking").asText();
        delta(index, "thinking_delta", "thinking", thinking.substring(0, 4));
        delta(index, "thinking_delta", "thinking", thinking.substring(4));
        delta(index, "signature_delta", "signature", block.path("signature").asText());
      }
      case "tool_use" -> {
        String input = block.path("input").toString();
        if (!block.path("input").isEmpty()) {
          delta(index, "input_json_delta", "partial_json", "");
          delta(index, "input_json_delta", "partial_json", input.substring(0, 12));
          delta(index, "input_json_delta", "partial_json", input.substring(12));
        }
      }
      default -> {}
    }
    send(Json.MAPPER.createObjectNode().put("type", "content_block_stop").put("index", index));
  }

  private void delta(int index, String type, String member, String text) throws IOException {
    ObjectNode event = Json.MAPPER.createObjectNode().put("type", "content_block_delta");
    event.put("index", index).putObject("delta").put("type", type).put(member, text);
    send(event);
  }

  /** Sends an event, in two pieces where that parts the bytes of a character. */
  private void send(ObjectNode event) throws IOException {
    String text = "event: " + event.path("type").asText() + "\ndata: " + event + "\n\n";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int split = 0;
    while (split < bytes.length && bytes[split] >= 0) {
      split++;
    }
    if (split < bytes.length) {
      chunk(Arrays.copyOf(bytes, split + 1));
      chunk(Arrays.copyOfRange(bytes, split + 1, bytes.length));
    } else {
      chunk(bytes);
    }
  }

  private void chunk(byte[] bytes) throws IOException {
    call.raw(Integer.toHexString(bytes.length) + "\r\n");
    call.raw(bytes);
    call.raw("\r\n");
  }
}

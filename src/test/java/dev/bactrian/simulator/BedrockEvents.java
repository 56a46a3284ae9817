package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An answer of Converse as a stream of frames. */
final class BedrockEvents {
  private final ProviderCall call;
  private final ObjectNode answer;

  BedrockEvents(ProviderCall call, ObjectNode answer) {
    this.call = call;
    this.answer = answer;
  }

  /** Sends them, or the beginning of a stream that breaks. */
  void send(@Nullable Failure failure) throws IOException {
    AwsFrames.open(call);
    event("messageStart", Json.MAPPER.createObjectNode().put("role", "assistant"));
    int index = 0;
    for (JsonNode block : answer.at("/output/message/content")) {
      block(index, block, failure);
      if (failure == Failure.CUT) {
        call.cut();
        return;
      }
      if (failure == Failure.STREAM) {
        AwsFrames.send(
            call,
            AwsFrames.exception(
                "modelStreamErrorException",
                "{\"message\":\"The model broke off.\",\"originalStatusCode\":500}"));
        call.endStream();
        return;
      }
      event("contentBlockStop", at(index++));
    }
    event(
        "messageStop",
        Json.MAPPER.createObjectNode().put("stopReason", answer.path("stopReason").asText()));
    ObjectNode metadata = Json.MAPPER.createObjectNode();
    metadata.set("usage", answer.path("usage"));
    metadata.set("metrics", answer.path("metrics"));
    event("metadata", metadata);
    call.endStream();
  }

  private void block(int index, JsonNode block, @Nullable Failure failure) throws IOException {
    if (block.has("text")) {
      for (String piece : block.path("text").asText().split("(?<= )")) {
        delta(index, Json.MAPPER.createObjectNode().put("text", piece));
        if (failure != null) {
          return;
        }
      }
    }
    JsonNode thought = block.path("reasoningContent");
    if (thought.has("redactedContent")) {
      reasoning(index, "redactedContent", thought.path("redactedContent").asText());
    } else if (thought.isObject()) {
      String text = thought.at("/reasoningText/text").asText();
      reasoning(index, "text", text.substring(0, 4));
      reasoning(index, "text", text.substring(4));
      reasoning(index, "signature", thought.at("/reasoningText/signature").asText());
    }
    if (block.path("toolUse") instanceof ObjectNode use) {
      ObjectNode start = at(index);
      ObjectNode begun = start.putObject("start").putObject("toolUse");
      begun.set("toolUseId", use.get("toolUseId"));
      begun.set("name", use.get("name"));
      event("contentBlockStart", start);
      String input = use.path("input").toString();
      if (!use.path("input").isEmpty()) {
        input(index, "");
        input(index, input.substring(0, 12));
        input(index, input.substring(12));
      }
    }
  }

  private void reasoning(int index, String member, String text) throws IOException {
    ObjectNode delta = Json.MAPPER.createObjectNode();
    delta.putObject("reasoningContent").put(member, text);
    delta(index, delta);
  }

  private void input(int index, String json) throws IOException {
    ObjectNode delta = Json.MAPPER.createObjectNode();
    delta.putObject("toolUse").put("input", json);
    delta(index, delta);
  }

  private void delta(int index, ObjectNode delta) throws IOException {
    event("contentBlockDelta", at(index).set("delta", delta));
  }

  private static ObjectNode at(int index) {
    return Json.MAPPER.createObjectNode().put("contentBlockIndex", index);
  }

  /** Sends an event with padding. */
  private void event(String type, ObjectNode payload) throws IOException {
    AwsFrames.send(call, AwsFrames.event(type, payload.put("p", "abcdefg").toString()));
  }
}

package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.KameletDialect;
import dev.bactrian.kit.Reply;
import dev.bactrian.simulator.AwsFrames;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Each dialect, and an answer in its own framing, written from what its providers document. */
enum WireForm {
  OPENAI("openai", true, true),
  ANTHROPIC("anthropic", true, true),
  GEMINI("google", true, true),
  BEDROCK("bedrock", true, true),
  SENSENOVA("sensenova", false, true),
  BAIDU("baidu", false, false);

  /** A piece of text or of a thought. */
  record Piece(boolean thought, String text) {}

  /** A call of a tool. */
  record Call(String id, String name, String arguments) {}

  /** What a model answers: thoughts and text in pieces, and calls after them. */
  record Answer(List<Piece> pieces, List<Call> calls) {
    String text(boolean thought) {
      StringBuilder text = new StringBuilder();
      pieces.stream().filter(it -> it.thought() == thought).forEach(it -> text.append(it.text()));
      return text.toString();
    }
  }

  private final String provider;
  final boolean tools;
  final boolean thoughts;

  WireForm(String provider, boolean tools, boolean thoughts) {
    this.provider = provider;
    this.tools = tools;
    this.thoughts = thoughts;
  }

  Dialect dialect() {
    return KameletDialect.all(provider).get(0);
  }

  /** The answer without what the dialect has no place for. */
  Answer fitting(Answer answer) {
    return new Answer(
        answer.pieces().stream().filter(it -> thoughts || !it.thought()).toList(),
        tools ? answer.calls() : List.of());
  }

  /** A complete stream. */
  byte[] stream(Answer answer) {
    return switch (this) {
      case OPENAI -> openai(answer);
      case ANTHROPIC -> anthropic(answer);
      case GEMINI -> gemini(answer);
      case BEDROCK -> bedrock(answer);
      case SENSENOVA -> sensenova(answer);
      case BAIDU -> baidu(answer);
    };
  }

  private static ObjectNode object() {
    return Json.MAPPER.createObjectNode();
  }

  private static byte[] utf8(StringBuilder text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] openai(Answer answer) {
    StringBuilder out = new StringBuilder();
    delta(out, object().put("role", "assistant").put("content", ""), null);
    for (Piece piece : answer.pieces()) {
      String member = piece.thought() ? "reasoning_content" : "content";
      delta(out, object().put(member, piece.text()), null);
    }
    int index = 0;
    for (Call call : answer.calls()) {
      ObjectNode begin = object().put("index", index).put("id", call.id()).put("type", "function");
      begin.putObject("function").put("name", call.name()).put("arguments", "");
      tool(out, begin);
      ObjectNode rest = object().put("index", index++);
      rest.putObject("function").put("arguments", call.arguments());
      tool(out, rest);
    }
    delta(out, object(), answer.calls().isEmpty() ? "stop" : "tool_calls");
    return utf8(out.append("data: [DONE]\n\n"));
  }

  private static void tool(StringBuilder out, ObjectNode call) {
    ObjectNode delta = object();
    delta.putArray("tool_calls").add(call);
    delta(out, delta, null);
  }

  private static void delta(StringBuilder out, ObjectNode delta, @Nullable String reason) {
    ObjectNode chunk = object().put("id", "x").put("object", "chat.completion.chunk");
    ObjectNode choice = chunk.put("created", 1).put("model", "m").putArray("choices").addObject();
    choice.put("index", 0).set("delta", delta);
    choice.put("finish_reason", reason);
    out.append("data: ").append(chunk).append("\n\n");
  }

  private static byte[] anthropic(Answer answer) {
    StringBuilder out = new StringBuilder();
    ObjectNode message = object().put("id", "x").put("model", "m");
    message.putObject("usage").put("input_tokens", 1).put("output_tokens", 1);
    event(out, object().put("type", "message_start").set("message", message));
    event(out, object().put("type", "ping"));
    int index = 0;
    for (Piece piece : answer.pieces()) {
      String kind = piece.thought() ? "thinking" : "text";
      begin(out, index, object().put("type", kind).put(kind, ""));
      block(out, index++, object().put("type", kind + "_delta").put(kind, piece.text()));
    }
    for (Call call : answer.calls()) {
      ObjectNode begin = object().put("type", "tool_use").put("id", call.id());
      begin.put("name", call.name()).putObject("input");
      begin(out, index, begin);
      ObjectNode delta = object().put("type", "input_json_delta");
      block(out, index++, delta.put("partial_json", call.arguments()));
    }
    ObjectNode end = object().put("type", "message_delta");
    end.putObject("delta").put("stop_reason", answer.calls().isEmpty() ? "end_turn" : "tool_use");
    event(out, end.set("usage", object().put("output_tokens", 2)));
    event(out, object().put("type", "message_stop"));
    return utf8(out);
  }

  private static void begin(StringBuilder out, int index, ObjectNode block) {
    ObjectNode start = object().put("type", "content_block_start").put("index", index);
    event(out, start.set("content_block", block));
  }

  private static void block(StringBuilder out, int index, ObjectNode delta) {
    ObjectNode event = object().put("type", "content_block_delta").put("index", index);
    event(out, event.set("delta", delta));
    event(out, object().put("type", "content_block_stop").put("index", index));
  }

  private static void event(StringBuilder out, ObjectNode event) {
    out.append("event: ").append(event.path("type").asText()).append("\r\n");
    out.append("data: ").append(event).append("\r\n\r\n");
  }

  private static byte[] gemini(Answer answer) {
    StringBuilder out = new StringBuilder();
    for (Piece piece : answer.pieces()) {
      ObjectNode part = object().put("text", piece.text());
      parts(out, piece.thought() ? part.put("thought", true) : part);
    }
    for (Call call : answer.calls()) {
      ObjectNode function = object().put("name", call.name()).put("id", call.id());
      function.set("args", Reply.json(call.arguments()));
      parts(out, object().set("functionCall", function));
    }
    ObjectNode last = object();
    last.putArray("candidates").addObject().put("finishReason", "STOP");
    last.putObject("usageMetadata").put("promptTokenCount", 1).put("candidatesTokenCount", 2);
    return utf8(out.append("data: ").append(last).append("\r\n\r\n"));
  }

  private static void parts(StringBuilder out, ObjectNode part) {
    ObjectNode chunk = object();
    ArrayNode candidates = chunk.putArray("candidates");
    candidates.addObject().putObject("content").putArray("parts").add(part);
    out.append("data: ").append(chunk).append("\r\n\r\n");
  }

  private static byte[] bedrock(Answer answer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    frame(out, "messageStart", object().put("role", "assistant"));
    int index = 0;
    for (Piece piece : answer.pieces()) {
      ObjectNode text = object().put("text", piece.text());
      delta(out, index++, piece.thought() ? object().set("reasoningContent", text) : text);
    }
    for (Call call : answer.calls()) {
      ObjectNode start = object().put("contentBlockIndex", index);
      ObjectNode tool = start.putObject("start").putObject("toolUse");
      tool.put("toolUseId", call.id()).put("name", call.name());
      frame(out, "contentBlockStart", start);
      ObjectNode input = object().put("input", call.arguments());
      delta(out, index++, object().set("toolUse", input));
    }
    String reason = answer.calls().isEmpty() ? "end_turn" : "tool_use";
    frame(out, "messageStop", object().put("stopReason", reason));
    ObjectNode metadata = object();
    metadata.putObject("usage").put("inputTokens", 1).put("outputTokens", 2);
    frame(out, "metadata", metadata);
    return out.toByteArray();
  }

  private static void delta(ByteArrayOutputStream out, int index, ObjectNode delta) {
    ObjectNode event = object().put("contentBlockIndex", index).set("delta", delta);
    frame(out, "contentBlockDelta", event);
    frame(out, "contentBlockStop", object().put("contentBlockIndex", index));
  }

  private static void frame(ByteArrayOutputStream out, String type, ObjectNode payload) {
    out.writeBytes(AwsFrames.event(type, payload.put("p", "abc").toString()));
  }

  private static byte[] sensenova(Answer answer) {
    StringBuilder out = new StringBuilder();
    for (Piece piece : answer.pieces()) {
      ObjectNode choice = object().put("index", 0).put("role", "assistant");
      choice.put(piece.thought() ? "reasoning_content" : "delta", piece.text());
      choice(out, choice.put("finish_reason", ""));
    }
    choice(out, object().put("index", 0).put("delta", "").put("finish_reason", "stop"));
    return utf8(out.append("data:[DONE]\n\n"));
  }

  private static void choice(StringBuilder out, ObjectNode choice) {
    ObjectNode event = object();
    ObjectNode data = event.putObject("data").put("id", "x");
    data.putArray("choices").add(choice);
    data.putObject("usage").put("prompt_tokens", 1).put("completion_tokens", 2);
    event.putObject("status").put("code", 0).put("message", "ok");
    out.append("data:").append(event).append("\n\n");
  }

  private static byte[] baidu(Answer answer) {
    StringBuilder out = new StringBuilder();
    int number = 0;
    for (Piece piece : answer.pieces()) {
      sentence(out, number++, piece.text(), false);
    }
    sentence(out, number, "", true);
    return utf8(out);
  }

  private static void sentence(StringBuilder out, int number, String text, boolean last) {
    ObjectNode event = object().put("id", "x").put("sentence_id", number).put("is_end", last);
    event
        .put("result", text)
        .putObject("usage")
        .put("prompt_tokens", 1)
        .put("completion_tokens", 2);
    out.append("data: ").append(event).append("\n\n");
  }
}

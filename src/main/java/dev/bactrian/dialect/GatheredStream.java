package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import dev.bactrian.sse.SseReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A stream as the whole answer that it would have been, for models that only stream. */
final class GatheredStream implements SseReader.Handler {
  private final ObjectNode answer = Json.MAPPER.createObjectNode();
  private final Map<Integer, ObjectNode> choices = new TreeMap<>();

  private GatheredStream() {}

  /** Whether a body is a stream's: a JSON object begins otherwise. */
  static boolean isStream(byte[] body) {
    for (byte each : body) {
      if (!Character.isWhitespace(each)) {
        return each != '{';
      }
    }
    return false;
  }

  /**
   * Puts a stream's chunks together.
   *
   * @param chunks reads them, with usage
   * @throws UpstreamException when the stream broke
   */
  static byte[] of(byte[] body, ChunkStream chunks) {
    new SseReader(chunks, body.length + 1).read(body);
    chunks.finish();
    UpstreamException failure = chunks.failure();
    if (failure != null) {
      throw failure;
    }
    GatheredStream gathered = new GatheredStream();
    byte[] frames = chunks.take().getBytes();
    new SseReader(gathered, frames.length + 1).read(frames);
    return gathered.whole();
  }

  @Override
  public void event(@Nullable String name, byte[] json, int at, int length) {
    if (json[at] != '{') {
      return; // the end mark
    }
    try {
      chunk((ObjectNode) Json.MAPPER.readTree(json, at, length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void chunk(ObjectNode chunk) {
    for (JsonNode choice : chunk.path("choices")) {
      choice((ObjectNode) choice);
    }
    chunk.remove("choices");
    setAll(answer, chunk);
  }

  private void choice(ObjectNode chunk) {
    ObjectNode choice =
        choices.computeIfAbsent(
            chunk.path("index").asInt(),
            index -> Json.MAPPER.createObjectNode().put("index", index));
    ObjectNode message = choice.withObject("/message");
    for (Map.Entry<String, JsonNode> member : chunk.path("delta").properties()) {
      if (member.getKey().equals("tool_calls")) {
        member.getValue().forEach(call -> toolCall(message, (ObjectNode) call));
      } else {
        append(message, member.getKey(), member.getValue());
      }
    }
    chunk.remove("delta");
    setAll(choice, chunk);
  }

  private static void setAll(ObjectNode target, ObjectNode chunk) {
    for (Map.Entry<String, JsonNode> member : chunk.properties()) {
      if (!member.getValue().isNull()) {
        target.set(member.getKey(), member.getValue());
      }
    }
  }

  private static void toolCall(ObjectNode message, ObjectNode fragment) {
    int index = fragment.path("index").asInt();
    if (message.withArray("tool_calls").size() <= index) {
      ObjectNode call = fragment.deepCopy();
      call.remove("index");
      message.withArray("tool_calls").add(call);
      return;
    }
    ObjectNode function =
        ((ObjectNode) message.withArray("tool_calls").get(index)).withObject("/function");
    append(function, "arguments", fragment.at("/function/arguments"));
  }

  /** Texts follow one another; of anything else the last holds. */
  private static void append(ObjectNode object, String name, JsonNode value) {
    JsonNode present = object.path(name);
    if (value.isTextual() && present.isTextual()) {
      object.put(name, present.asText() + value.asText());
    } else if (!value.isNull() && !value.isMissingNode()) {
      object.set(name, value);
    }
  }

  private byte[] whole() {
    answer.put("object", "chat.completion");
    choices.values().forEach(answer.withArray("choices")::add);
    try {
      return Json.MAPPER.writeValueAsBytes(answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

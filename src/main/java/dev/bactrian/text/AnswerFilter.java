package dev.bactrian.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.sse.EventSink;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Filters the texts of one answer on its way to the client: what is said, what is thought, and the
 * arguments of tool calls, each in a filter of its own. What a filter holds back goes out before
 * anything else of the same choice does, at the latest before the answer's end. Log probabilities,
 * which repeat the text, are left out.
 */
final class AnswerFilter extends EventSink {
  private static final List<String> TEXTS =
      List.of("content", "reasoning_content", "reasoning", "refusal");

  /** One text of one choice; a call is that of a tool, -1 where it is none. */
  private record Text(int choice, String member, int call) {}

  private final Supplier<TextFilter> texts;
  private final Supplier<TextFilter> arguments;
  private final Map<Text, TextFilter> filters = new LinkedHashMap<>();
  private @Nullable WriteStream<Buffer> client;
  private ObjectNode identity = Json.MAPPER.createObjectNode();

  /**
   * A filter for one answer.
   *
   * @param texts makes a filter for a plain text
   * @param arguments makes one for a text that is JSON
   */
  AnswerFilter(Supplier<TextFilter> texts, Supplier<TextFilter> arguments) {
    this.texts = texts;
    this.arguments = arguments;
  }

  /** The same filter, for a stream that goes on. */
  AnswerFilter to(WriteStream<Buffer> sink) {
    client = sink;
    restart();
    return this;
  }

  @Override
  protected WriteStream<Buffer> sink() {
    return Objects.requireNonNull(client);
  }

  /** A whole answer, filtered. */
  byte[] whole(byte[] json) {
    try {
      JsonNode answer = Json.MAPPER.readTree(json);
      for (JsonNode choice : answer.path("choices")) {
        filter(choice, choice.path("message"), true);
      }
      return Json.MAPPER.writeValueAsBytes(answer);
    } catch (IOException e) {
      return json; // it is no JSON, so it is no answer of a model
    }
  }

  @Override
  public void event(@Nullable String name, byte[] bytes, int offset, int length) {
    String data = new String(bytes, offset, length, StandardCharsets.UTF_8);
    if (!(tree(data) instanceof ObjectNode chunk) || chunk.has("error")) {
      flush(null);
      frame(data); // the end, or an error
      return;
    }
    identity = chunk.deepCopy();
    identity.remove(List.of("choices", "usage"));
    boolean said = false;
    for (JsonNode choice : chunk.path("choices")) {
      boolean full = hasText(choice.path("delta"));
      filter(choice, choice.path("delta"), false);
      if (choice.hasNonNull("finish_reason")) {
        flush(choice.path("index").asInt());
      }
      said |= !full || hasText(choice.path("delta")) || choice.hasNonNull("finish_reason");
    }
    if (said || chunk.path("choices").isEmpty() || chunk.hasNonNull("usage")) {
      frame(chunk.toString());
    }
  }

  private static @Nullable JsonNode tree(String data) {
    try {
      return data.startsWith("{") ? Json.MAPPER.readTree(data) : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** Whether there is any text in a delta, or anything else than a text that is empty. */
  private static boolean hasText(JsonNode delta) {
    for (Map.Entry<String, JsonNode> member : delta.properties()) {
      JsonNode value = member.getValue();
      boolean empty = value.isNull() || (value.isTextual() && value.asText().isEmpty());
      if (!empty) {
        return true;
      }
    }
    return false;
  }

  private void filter(JsonNode choice, JsonNode said, boolean whole) {
    int index = choice.path("index").asInt();
    if (choice instanceof ObjectNode object) {
      object.remove("logprobs");
    }
    for (String member : TEXTS) {
      if (said instanceof ObjectNode object && object.path(member).isTextual()) {
        filter(object, new Text(index, member, -1), whole);
      }
    }
    int call = 0;
    for (JsonNode tool : said.path("tool_calls")) {
      if (tool.path("function") instanceof ObjectNode function
          && function.path("arguments").isTextual()) {
        filter(function, new Text(index, "arguments", tool.path("index").asInt(call)), whole);
      }
      call++;
    }
  }

  private void filter(ObjectNode holder, Text text, boolean whole) {
    String piece = holder.path(text.member()).asText();
    if (!whole && !piece.isEmpty()) {
      flushOthers(text);
    }
    TextFilter filter = filters.computeIfAbsent(text, this::filter);
    String out = filter.push(piece);
    holder.put(text.member(), whole ? out + filter.end() : out);
  }

  private TextFilter filter(Text text) {
    return (text.call() < 0 ? texts : arguments).get();
  }

  private void flushOthers(Text current) {
    filters.forEach(
        (text, filter) -> {
          if (text.choice() == current.choice() && !text.equals(current)) {
            flush(text, filter);
          }
        });
  }

  /** Passes on what is held back of a choice, or of all. */
  private void flush(@Nullable Integer choice) {
    filters.forEach(
        (text, filter) -> {
          if (choice == null || choice == text.choice()) {
            flush(text, filter);
          }
        });
  }

  private void flush(Text text, TextFilter filter) {
    String rest = filter.holds() ? filter.end() : "";
    if (rest.isEmpty()) {
      return;
    }
    ObjectNode chunk = identity.deepCopy();
    ArrayNode choices = chunk.putArray("choices");
    ObjectNode choice = choices.addObject().put("index", text.choice());
    ObjectNode delta = choice.putObject("delta");
    if (text.call() < 0) {
      delta.put(text.member(), rest);
    } else {
      ObjectNode call = delta.putArray("tool_calls").addObject().put("index", text.call());
      call.putObject("function").put("arguments", rest);
    }
    choice.putNull("finish_reason");
    frame(chunk.toString());
  }
}

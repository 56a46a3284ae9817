package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes irregular chunks of one stream regular: role once for each choice, a tool call's id and
 * name once, dense indices, OpenAI's finish reasons, no member that breaks an SDK.
 */
final class ChunkMender {
  private final BitSet started = new BitSet();
  private final Map<Integer, List<String>> toolKeys = new HashMap<>();
  private final BitSet finished = new BitSet();
  private final Map<Integer, ThinkTags> thinking = new HashMap<>();
  private final boolean thinkTags;
  private byte @Nullable [] sample;
  private String id = "";
  private String model;
  private long created;

  /**
   * A mender.
   *
   * @param thinkTags whether thoughts may come as {@code <think>..</think>} before the text
   */
  ChunkMender(String model, boolean thinkTags) {
    this.model = model;
    this.thinkTags = thinkTags;
  }

  /** Whether a choice has begun. */
  boolean hasStarted(int choice) {
    return started.get(choice);
  }

  /** Notes that a choice has begun, or goes on, by a chunk that passed as it was. */
  void passed(int choice, byte[] bytes, int offset, int length) {
    started.set(choice);
    if (sample == null) {
      sample = Arrays.copyOfRange(bytes, offset, offset + length);
    }
  }

  /** Whether a choice has called a tool. */
  boolean hasTools(int choice) {
    return toolKeys.containsKey(choice);
  }

  /** Whether a choice has had its finish reason. */
  boolean isFinished(int choice) {
    return finished.get(choice);
  }

  /** Notes that a choice has had its finish reason. */
  void finish(int choice) {
    finished.set(choice);
  }

  /** The choices that began and have no finish reason yet. */
  List<Integer> unfinished() {
    return started.stream().filter(choice -> !finished.get(choice)).boxed().toList();
  }

  /** Whether the text of a choice may still turn out to be thoughts. */
  boolean looksForThoughts(int choice) {
    return thinkTags && !tags(choice).isDone();
  }

  /** Adds to the last delta of a choice what was held back of its text. */
  void rest(int choice, ObjectNode delta) {
    if (looksForThoughts(choice)) {
      Thoughts.takeOut(delta, tags(choice).finish());
    }
  }

  private ThinkTags tags(int choice) {
    return thinking.computeIfAbsent(choice, none -> new ThinkTags());
  }

  /** Mends a chunk in place; its usage is taken out. */
  void mend(ObjectNode chunk) {
    boolean filtered = FinishReason.isFiltered(chunk);
    chunk.remove("error");
    chunk.remove("usage");
    identity(chunk);
    if (!(chunk.get("choices") instanceof ArrayNode choices)) {
      chunk.putArray("choices");
      return;
    }
    int position = 0;
    for (JsonNode node : choices) {
      if (node instanceof ObjectNode choice) {
        choice(choice, position++);
        if (filtered && choice.path("finish_reason").isTextual()) {
          choice.put("finish_reason", "content_filter");
        }
      }
    }
  }

  /** Gives a chunk the stream's id, model and time. */
  void identity(ObjectNode chunk) {
    if (id.isEmpty()) {
      learn(first(chunk));
    }
    chunk.put("id", id);
    chunk.put("object", "chat.completion.chunk");
    chunk.put("created", created);
    chunk.put("model", model);
  }

  private JsonNode first(ObjectNode chunk) {
    try {
      return sample == null ? chunk : Json.MAPPER.readTree(sample);
    } catch (IOException e) {
      return chunk;
    }
  }

  private void learn(JsonNode chunk) {
    id = chunk.path("id").asText("");
    if (id.isEmpty()) {
      id = "chatcmpl-" + Long.toUnsignedString(System.nanoTime(), 36);
    }
    String named = chunk.path("model").asText("");
    model = named.isEmpty() ? model : named;
    created = chunk.path("created").asLong(System.currentTimeMillis() / 1000);
    created = created >= 100_000_000_000L ? created / 1000 : created;
  }

  private void choice(ObjectNode choice, int position) {
    if (!choice.path("index").isInt()) {
      choice.put("index", position);
    }
    int index = Math.max(0, choice.path("index").asInt());
    choice.remove("usage");
    choice.remove("error");
    JsonNode message = choice.remove("message");
    ObjectNode delta =
        choice.get("delta") instanceof ObjectNode present ? present : delta(choice, message, index);
    if (started.get(index)) {
      delta.remove("role");
    } else {
      delta.put("role", "assistant");
      started.set(index);
    }
    Thoughts.join(delta);
    Thoughts.rename(delta);
    if (looksForThoughts(index)) {
      thoughts(index, delta, choice.path("finish_reason").asText("").isEmpty());
    }
    if (delta.get("tool_calls") instanceof ArrayNode calls && !calls.isEmpty()) {
      for (JsonNode call : calls) {
        if (call instanceof ObjectNode object) {
          toolCall(object, toolKeys.computeIfAbsent(index, none -> new ArrayList<>()));
        }
      }
    } else {
      delta.remove("tool_calls");
    }
    finishReason(choice, index);
  }

  private void thoughts(int index, ObjectNode delta, boolean goesOn) {
    ThinkTags.Part part = tags(index).read(delta.path("content").asText(""));
    boolean ends = !goesOn || !delta.path("tool_calls").isEmpty();
    Thoughts.takeOut(delta, ends ? part.plus(tags(index).finish()) : part);
  }

  /** A whole message in place of a delta only counts when nothing of it was sent before. */
  private ObjectNode delta(ObjectNode choice, @Nullable JsonNode message, int index) {
    ObjectNode delta = choice.putObject("delta");
    if (message instanceof ObjectNode whole && !started.get(index)) {
      delta.setAll(whole);
    }
    return delta;
  }

  private static void toolCall(ObjectNode call, List<String> keys) {
    String callId = call.path("id").asText("");
    int given = call.path("index").asInt(-1);
    int at = position(keys, callId, given, !call.at("/function/name").asText("").isEmpty());
    boolean known = at < keys.size();
    call.put("index", at);
    if (known) {
      call.remove("id");
      call.remove("type");
      if (call.get("function") instanceof ObjectNode function) {
        function.remove("name");
      }
    } else {
      keys.add(given + ":" + callId);
      call.put("id", callId.isEmpty() ? "call_" + keys.size() : callId);
      call.put("type", call.path("type").asText("function"));
    }
  }

  /**
   * A call is known by the provider's index where that is usable, else by its id. Some providers
   * give all calls the same index: another id and a name at once are another call.
   */
  private static int position(List<String> keys, String callId, int given, boolean named) {
    for (int i = keys.size() - 1; i >= 0; i--) {
      String key = keys.get(i);
      String knownId = key.substring(key.indexOf(':') + 1);
      boolean sameId = !callId.isEmpty() && knownId.equals(callId);
      boolean another = named && !sameId && !callId.isEmpty() && !knownId.isEmpty();
      if (given < 0 ? sameId : key.startsWith(given + ":") && !another) {
        return i;
      }
    }
    return given < 0 && callId.isEmpty() && !keys.isEmpty() ? keys.size() - 1 : keys.size();
  }

  private void finishReason(ObjectNode choice, int index) {
    JsonNode reason = choice.get("finish_reason");
    if (reason == null || !reason.isTextual() || finished.get(index)) {
      choice.putNull("finish_reason");
      return;
    }
    String standard = FinishReason.standard(reason.asText());
    if (standard == null) {
      choice.putNull("finish_reason");
      return;
    }
    if (!FinishReason.isStandard(reason.asText())) {
      choice.put("native_finish_reason", reason.asText());
    }
    choice.put(
        "finish_reason", standard.equals("stop") && hasTools(index) ? "tool_calls" : standard);
    finished.set(index);
  }
}

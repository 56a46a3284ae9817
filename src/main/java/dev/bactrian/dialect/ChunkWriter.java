package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.TokenMeter;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes OpenAI's stream for a provider that speaks otherwise, and holds it to the rules: role once
 * for each choice, a tool call's id and name once with dense indices, one finish reason for each
 * choice after all of its content, the usage chunk only when it was asked for, {@code [DONE]} after
 * a complete answer and never after a broken one.
 */
final class ChunkWriter {
  private static final byte[] PREFIX = "data: ".getBytes(StandardCharsets.UTF_8);
  private static final byte[] SUFFIX = "\n\n".getBytes(StandardCharsets.UTF_8);
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);

  private final boolean includeUsage;
  private final long created = System.currentTimeMillis() / 1000;
  private final BitSet started = new BitSet();
  private final TreeMap<Integer, Integer> tools = new TreeMap<>();
  private final TreeMap<Integer, String> finishes = new TreeMap<>();
  private final TokenMeter meter = new TokenMeter();
  private Buffer out = Buffer.buffer();
  private String id = ChatCompletions.newId();
  private String model;
  private boolean committed;
  private boolean ended;
  private @Nullable Usage usage;
  private @Nullable String finishReason;
  private @Nullable UpstreamException failure;

  /**
   * A stream that has not begun.
   *
   * @param model the provider's id of the model, until the provider says which one answers
   * @param includeUsage whether the client asked for a usage chunk
   */
  ChunkWriter(String model, boolean includeUsage) {
    this.model = model;
    this.includeUsage = includeUsage;
  }

  /** Takes the provider's id of the answer and its word for the model, where it has them. */
  void identity(String answer, String answering) {
    if (started.isEmpty()) {
      id = answer.isEmpty() ? id : answer;
      model = answering.isEmpty() ? model : answering;
    }
  }

  /** A piece of text; nothing is sent for an empty one. */
  void content(int choice, String text) {
    content(choice, text, Json.MAPPER.nullNode());
  }

  /** The same with the probabilities of its tokens, as OpenAI has them, or null as JSON. */
  void content(int choice, String text, JsonNode logprobs) {
    if (!text.isEmpty() || logprobs.isObject()) {
      meter.add(text);
      delta(choice, delta -> delta.put("content", text), logprobs);
    }
  }

  /** A piece of the model's thoughts, {@code reasoning_content}. */
  void reasoning(int choice, String text) {
    if (!text.isEmpty()) {
      meter.add(text);
      delta(choice, delta -> delta.put("reasoning_content", text));
    }
  }

  /** A member of the delta that OpenAI does not have, such as the signature of a thought. */
  void extension(int choice, String name, JsonNode value) {
    delta(choice, delta -> delta.set(name, value));
  }

  /**
   * A tool call begins.
   *
   * @return its index, for {@link #arguments}
   */
  int toolCall(int choice, String callId, String name) {
    return toolCall(choice, callId, name, call -> {});
  }

  /**
   * A tool call begins.
   *
   * @param more adds members that OpenAI does not have
   * @return its index, for {@link #arguments}
   */
  int toolCall(int choice, String callId, String name, Consumer<ObjectNode> more) {
    int index = tools.merge(choice, 1, Integer::sum) - 1;
    meter.add(name);
    delta(
        choice,
        delta -> {
          ObjectNode call = delta.putArray("tool_calls").addObject();
          call.put("index", index);
          call.put("id", callId.isEmpty() ? ChatCompletions.newCallId() : callId);
          call.put("type", "function");
          call.putObject("function").put("name", name).put("arguments", "");
          more.accept(call);
        });
    return index;
  }

  /** A piece of a tool call's arguments, which together are JSON; nothing is sent for none. */
  void arguments(int choice, int index, String json) {
    if (!json.isEmpty()) {
      meter.add(json);
      delta(
          choice,
          delta -> {
            ObjectNode call = delta.putArray("tool_calls").addObject();
            call.put("index", index).putObject("function").put("arguments", json);
          });
    }
  }

  /** Whether a choice has called a tool. */
  boolean hasTools(int choice) {
    return tools.containsKey(choice);
  }

  /**
   * Why a choice ended; it is sent when the answer is {@link #complete}. The first reason stays.
   *
   * @param reason one of OpenAI's words
   */
  void finish(int choice, String reason) {
    finishes.putIfAbsent(choice, reason);
    finishReason = finishes.get(choice);
    committed = true;
  }

  /** Whether every choice that began has its finish reason, and there is one. */
  boolean isFinished() {
    return !finishes.isEmpty() && finishes.keySet().containsAll(started.stream().boxed().toList());
  }

  /** What was used, as far as is known by now. */
  void usage(Usage sofar) {
    usage = sofar;
  }

  /** A whole answer of OpenAI's form, as {@link ChatCompletions} builds it, and its end. */
  void whole(ObjectNode completion) {
    identity(completion.path("id").asText(), completion.path("model").asText());
    for (JsonNode choice : completion.path("choices")) {
      int at = choice.path("index").asInt();
      ObjectNode message = choice.path("message").deepCopy();
      message.remove("role");
      message.remove("refusal");
      if (message.path("content").isNull()) {
        message.remove("content");
      }
      int calls = 0;
      for (JsonNode call : message.path("tool_calls")) {
        ((ObjectNode) call).put("index", calls++);
      }
      delta(at, delta -> delta.setAll(message), choice.path("logprobs"));
      finish(at, choice.path("finish_reason").asText("stop"));
    }
    if (completion.path("usage").isObject()) {
      usage(ChatCompletions.usage(completion.path("usage")));
    }
    complete();
  }

  /** The answer is complete. */
  void complete() {
    if (ended) {
      return;
    }
    if (!isFinished()) {
      fail(
          UpstreamException.noticed(
              ErrorClass.SERVER, "The provider's stream ended before the answer was complete."));
      return;
    }
    finishes.forEach(
        (choice, reason) -> frame(chunk(choice, !started.get(choice), delta -> {}, reason)));
    if (includeUsage && usage != null) {
      ObjectNode last = head();
      last.putArray("choices");
      last.set("usage", ChatCompletions.usage(usage));
      frame(last);
    }
    out.appendBytes(DONE);
    ended = true;
  }

  /** The answer broke off. */
  void fail(UpstreamException reason) {
    if (!ended) {
      ended = true;
      failure = reason;
    }
  }

  private void delta(int choice, Consumer<ObjectNode> content) {
    delta(choice, content, Json.MAPPER.nullNode());
  }

  private void delta(int choice, Consumer<ObjectNode> content, JsonNode logprobs) {
    if (ended) {
      return;
    }
    boolean first = !started.get(choice);
    started.set(choice);
    committed = true;
    ObjectNode chunk = chunk(choice, first, content, null);
    chunk.withArray("choices").forEach(only -> ((ObjectNode) only).set("logprobs", logprobs));
    frame(chunk);
  }

  private ObjectNode chunk(
      int choice, boolean first, Consumer<ObjectNode> content, @Nullable String reason) {
    ObjectNode chunk = head();
    ObjectNode only = chunk.putArray("choices").addObject();
    only.put("index", choice);
    ObjectNode delta = only.putObject("delta");
    if (first) {
      delta.put("role", "assistant");
    }
    content.accept(delta);
    only.putNull("logprobs");
    only.put("finish_reason", reason);
    if (includeUsage) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  private ObjectNode head() {
    ObjectNode chunk = Json.MAPPER.createObjectNode();
    chunk.put("id", id);
    chunk.put("object", "chat.completion.chunk");
    chunk.put("created", created);
    return chunk.put("model", model);
  }

  private void frame(ObjectNode chunk) {
    try {
      out.appendBytes(PREFIX).appendBytes(Json.MAPPER.writeValueAsBytes(chunk)).appendBytes(SUFFIX);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean committed() {
    return committed;
  }

  boolean ended() {
    return ended;
  }

  Buffer take() {
    Buffer frames = out;
    out = Buffer.buffer();
    return frames;
  }

  @Nullable UpstreamException failure() {
    return failure;
  }

  @Nullable Usage usage() {
    return usage;
  }

  /** An estimate of the tokens out so far, from the text that was written. */
  long relayedTokens() {
    return meter.tokens();
  }

  @Nullable String finishReason() {
    return finishReason;
  }
}

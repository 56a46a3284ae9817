package dev.bactrian.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.Usage;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds OpenAI's whole answer for a provider that speaks otherwise. */
final class ChatCompletions {
  private ChatCompletions() {}

  /** An id for an answer whose provider gives none. */
  static String newId() {
    return "chatcmpl-" + random();
  }

  /** An id for a tool call whose provider gives none. */
  static String newCallId() {
    return "call_" + random();
  }

  private static String random() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /** An answer without choices. */
  static ObjectNode create(String id, String model) {
    ObjectNode completion = Json.MAPPER.createObjectNode();
    completion.put("id", id.isEmpty() ? newId() : id);
    completion.put("object", "chat.completion");
    completion.put("created", System.currentTimeMillis() / 1000);
    completion.put("model", model);
    completion.putArray("choices");
    return completion;
  }

  /** Adds a choice and gives its message, whose content is null so far. */
  static ObjectNode addChoice(ObjectNode completion, String finishReason) {
    ObjectNode choice = completion.withArray("choices").addObject();
    choice.put("index", completion.withArray("choices").size() - 1);
    ObjectNode message = choice.putObject("message");
    choice.putNull("logprobs").put("finish_reason", finishReason);
    message.put("role", "assistant").putNull("content").putNull("refusal");
    return message;
  }

  /** Adds a tool call to a message and gives it. */
  static ObjectNode addToolCall(ObjectNode message, String id, String name, String arguments) {
    ObjectNode call = message.withArray("tool_calls").addObject();
    call.put("id", id.isEmpty() ? newCallId() : id).put("type", "function");
    call.putObject("function").put("name", name).put("arguments", arguments);
    return call;
  }

  /** The usage object, with the tokens that were cached, written to a cache or spent thinking. */
  static ObjectNode usage(Usage usage) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("prompt_tokens", usage.prompt());
    node.put("completion_tokens", usage.completion());
    node.put("total_tokens", usage.prompt() + usage.completion());
    ObjectNode prompt = node.putObject("prompt_tokens_details");
    prompt.put("cached_tokens", usage.cached());
    if (usage.cacheWrite() > 0) {
      prompt.put("cache_write_tokens", usage.cacheWrite());
    }
    node.putObject("completion_tokens_details").put("reasoning_tokens", usage.reasoning());
    return node;
  }

  /** The tokens of a usage object. */
  static Usage usage(JsonNode node) {
    try (JsonParser json = node.traverse()) {
      json.nextToken();
      return Usage.read(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answer as a reply. */
  static ChatReply.Complete reply(
      ObjectNode completion, @Nullable Usage usage, List<String> changes) {
    if (usage != null) {
      completion.set("usage", usage(usage));
    }
    try {
      return new ChatReply.Complete(Json.MAPPER.writeValueAsBytes(completion), usage, changes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A JSON value as text, compact. */
  static String json(JsonNode value) {
    return value.toString();
  }
}

package dev.bactrian.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A whole answer: passed on as it came when it is as OpenAI's would be, mended where it is not. */
final class OpenAiReply {
  private final byte[] body;
  private final String model;
  private final OpenAiQuirks.Answers quirks;
  private final ErrorSigns signs = new ErrorSigns();
  private @Nullable Usage usage;
  private boolean regular = true;
  private int required;
  private int choices;

  OpenAiReply(byte[] body, String model, OpenAiQuirks.Answers quirks) {
    this.body = body;
    this.model = model;
    this.quirks = quirks;
  }

  ChatReply.Complete read(List<String> changes) {
    try (JsonParser json = Json.FACTORY.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw unreadable();
      }
      scan(json);
      if (json.nextToken() != null) {
        throw unreadable();
      }
    } catch (IOException e) {
      throw unreadable();
    }
    if (signs.isError(choices)) {
      throw OpenAiErrors.inBand(quirks.errorCodes(), body);
    }
    if (choices == 0) {
      throw unreadable();
    }
    byte[] out = regular && required == 4 ? body : mend();
    return new ChatReply.Complete(out, usage, changes);
  }

  private void scan(JsonParser json) throws IOException {
    String name;
    while ((name = json.nextFieldName()) != null) {
      JsonToken token = json.nextToken();
      switch (name) {
        case "id", "object", "model" -> {
          required += token == JsonToken.VALUE_STRING ? 1 : 0;
        }
        case "created" -> {
          required++;
          regular &= token == JsonToken.VALUE_NUMBER_INT && json.getLongValue() < 100_000_000_000L;
        }
        case "error", "error_code", "base_resp", "code", "status" -> {
          regular &= !name.equals("error");
          signs.member(name, token, json);
        }
        case "usage" -> {
          if (token == JsonToken.START_OBJECT) {
            usage = Usage.read(json);
            regular &= !quirks.reasoningApart() || usage.reasoning() == 0;
          }
        }
        case "choices" -> {
          if (token == JsonToken.START_ARRAY) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
              choice(json);
            }
          }
        }
        default -> regular &= !FinishReason.isFiltered(name, token == JsonToken.VALUE_TRUE);
      }
      json.skipChildren();
    }
  }

  private void choice(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      regular = false;
      json.skipChildren();
      return;
    }
    choices++;
    int seen = 0;
    boolean tools = false;
    String finish = null;
    String name;
    while ((name = json.nextFieldName()) != null) {
      JsonToken token = json.nextToken();
      switch (name) {
        case "index" -> seen++;
        case "finish_reason" -> {
          seen++;
          finish = token == JsonToken.VALUE_STRING ? json.getText() : "";
        }
        case "message" -> {
          if (token == JsonToken.START_OBJECT) {
            seen++;
            tools = message(json);
          }
        }
        default -> {}
      }
      json.skipChildren();
    }
    regular &=
        seen == 3
            && finish != null
            && FinishReason.isStandard(finish)
            && !(tools && finish.equals("stop"));
  }

  /** Reads a message and tells whether it calls tools. */
  private boolean message(JsonParser json) throws IOException {
    boolean tools = false;
    int seen = 0;
    String name;
    while ((name = json.nextFieldName()) != null) {
      JsonToken token = json.nextToken();
      if (name.equals("role") || name.equals("content")) {
        seen++;
        regular &= token != JsonToken.START_ARRAY;
        regular &= !quirks.thinkTags() || !name.equals("content") || !isThinking(token, json);
      } else if (name.equals("reasoning")) {
        regular &= token != JsonToken.VALUE_STRING;
      } else if (name.equals("tool_calls")) {
        int calls = 0;
        if (token == JsonToken.START_ARRAY) {
          while (json.nextToken() != JsonToken.END_ARRAY) {
            calls++;
            json.skipChildren();
          }
        }
        tools = calls > 0;
        regular &= tools;
      }
      json.skipChildren();
    }
    regular &= seen == 2;
    return tools;
  }

  private static boolean isThinking(JsonToken token, JsonParser json) throws IOException {
    return token == JsonToken.VALUE_STRING && json.getText().stripLeading().startsWith("<think>");
  }

  private byte[] mend() {
    try {
      ObjectNode root = (ObjectNode) Json.MAPPER.readTree(body);
      root.remove("error");
      fill(root);
      int index = 0;
      for (JsonNode choice : root.path("choices")) {
        if (choice instanceof ObjectNode object) {
          mendChoice(object, index++);
          if (FinishReason.isFiltered(root)) {
            object.put("finish_reason", "content_filter");
          }
        }
      }
      return Json.MAPPER.writeValueAsBytes(root);
    } catch (IOException e) {
      throw unreadable();
    }
  }

  private void fill(ObjectNode root) {
    if (quirks.reasoningApart()) {
      Thoughts.count(root.path("usage"));
    }
    if (!root.path("id").isTextual()) {
      root.put("id", "chatcmpl-" + Long.toUnsignedString(System.nanoTime(), 36));
    }
    root.put("object", "chat.completion");
    long created = root.path("created").asLong(System.currentTimeMillis() / 1000);
    root.put("created", created >= 100_000_000_000L ? created / 1000 : created);
    if (!root.path("model").isTextual()) {
      root.put("model", model);
    }
  }

  private void mendChoice(ObjectNode choice, int index) {
    if (!choice.path("index").isInt()) {
      choice.put("index", index);
    }
    if (!(choice.get("message") instanceof ObjectNode message)) {
      throw unreadable();
    }
    if (!message.path("role").isTextual()) {
      message.put("role", "assistant");
    }
    if (!message.has("content")) {
      message.putNull("content");
    }
    Thoughts.join(message);
    Thoughts.rename(message);
    if (quirks.thinkTags()) {
      Thoughts.takeOut(message, ThinkTags.split(message.path("content").asText("")));
    }
    boolean tools = message.path("tool_calls") instanceof ArrayNode calls && !calls.isEmpty();
    if (!tools) {
      message.remove("tool_calls");
    }
    String reason = choice.path("finish_reason").asText("stop");
    ErrorClass failure = FinishReason.failure(reason, true);
    if (failure != null) {
      throw UpstreamException.noticed(failure, "The provider broke off: " + reason + ".");
    }
    String standard = FinishReason.standard(reason);
    if (!FinishReason.isStandard(reason) && !reason.isEmpty()) {
      choice.put("native_finish_reason", reason);
    }
    choice.put(
        "finish_reason",
        standard == null || standard.equals("stop") ? (tools ? "tool_calls" : "stop") : standard);
  }

  private static UpstreamException unreadable() {
    return UpstreamException.noticed(
        ErrorClass.SERVER, "The provider's answer is not a chat completion.");
  }
}

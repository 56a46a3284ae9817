package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * SenseNova's own form: answers are wrapped in {@code data}, a message is a plain text. See
 * https://platform.sensenova.cn.
 */
public final class SensenovaDialect implements Dialect {
  private static final Set<String> READ = Set.of("role", "content", "refusal", "tool_call_id");

  private final NativeQuirks quirks;

  /** The dialect with the provider's limits. */
  public SensenovaDialect(NativeQuirks quirks) {
    this.quirks = quirks;
  }

  @Override
  public Outgoing request(ChatRequest request) {
    RequestMembers members = new RequestMembers(request);
    members.out().put("model", request.model());
    ArrayNode messages = members.out().putArray("messages");
    for (JsonNode message : members.messages()) {
      message(messages, message, members);
    }
    members.rename("n", "n");
    quirks.apply(members, "max_new_tokens");
    if (request.stream()) {
      members.out().put("stream", true);
    }
    return members.finish();
  }

  private static void message(ArrayNode messages, JsonNode message, RequestMembers members) {
    String role = message.path("role").asText();
    JsonNode content = message.path("content");
    String sent =
        switch (role) {
          case "developer" -> "system";
          case "tool", "function" -> "user";
          default -> role;
        };
    if (role.equals("tool") || role.equals("function")) {
      members.change("messages.tool=user");
    }
    MessageMembers.tell(message, "messages", READ, members::change);
    if (content.isEmpty() && !content.isTextual()) {
      content = message.path("refusal");
    } else if (message.hasNonNull("refusal")) {
      members.change("messages.refusal=dropped");
    }
    if (message.path("tool_calls").isArray() && content.isMissingNode()) {
      return;
    }
    ObjectNode node = messages.addObject().put("role", sent);
    if (content.isArray()) {
      ArrayNode parts = node.putArray("content");
      content.forEach(part -> part(parts, part, members));
    } else {
      node.put("content", content.asText(""));
    }
  }

  /** A part of a message; pictures are texts here, and data has no {@code data:} before it. */
  private static void part(ArrayNode parts, JsonNode part, RequestMembers members) {
    String type = part.path("type").asText();
    if (!type.equals("image_url")) {
      parts.add(part);
      return;
    }
    MessageMembers.tell(part, "messages.content", Set.of("type", type), members::change);
    JsonNode picture = part.path("image_url");
    String url = picture.isTextual() ? picture.asText() : picture.path("url").asText();
    int data = url.startsWith("data:") ? url.indexOf(',') : -1;
    if (data < 0) {
      parts.addObject().put("type", "image_url").put("image_url", url);
    } else {
      parts.addObject().put("type", "image_base64").put("image_base64", url.substring(data + 1));
    }
    if (picture.has("detail")) {
      members.change("image_url.detail=dropped");
    }
  }

  @Override
  public ChatReply.Complete reply(ChatRequest request, byte[] body, List<String> changes) {
    JsonNode answer;
    try {
      answer = Json.MAPPER.readTree(body);
    } catch (IOException e) {
      throw unreadable();
    }
    if (answer.has("error")) {
      throw SensenovaErrors.classify(200, -1, body);
    }
    JsonNode data = answer.path("data");
    if (data.path("choices").isEmpty()) {
      throw unreadable();
    }
    ObjectNode completion = ChatCompletions.create(data.path("id").asText(), request.model());
    for (JsonNode choice : data.path("choices")) {
      String reason = FinishReason.standard(choice.path("finish_reason").asText());
      ObjectNode message = ChatCompletions.addChoice(completion, reason == null ? "stop" : reason);
      message.put("content", text(choice.path("message")));
      String thoughts = thoughts(choice, choice.path("message"));
      if (!thoughts.isEmpty()) {
        message.put("reasoning_content", thoughts);
      }
    }
    return ChatCompletions.reply(completion, usage(data.path("usage")), changes);
  }

  private static UpstreamException unreadable() {
    return UpstreamException.noticed(
        ErrorClass.SERVER, "The provider's answer is not a chat completion.");
  }

  /** The text of a message or a delta, which is the text itself or an object around it. */
  static String text(JsonNode message) {
    return message.isObject() ? RequestMembers.text(message.path("content")) : message.asText("");
  }

  /** The thoughts of a choice, which stand beside its message or in it. */
  static String thoughts(JsonNode choice, JsonNode message) {
    for (JsonNode place : List.of(choice, message)) {
      for (String name : List.of("reasoning_content", "reasoning")) {
        if (place.path(name).isTextual()) {
          return place.path(name).asText();
        }
      }
    }
    return "";
  }

  static Usage usage(JsonNode usage) {
    return new Usage(
        usage.path("prompt_tokens").asLong() + usage.path("knowledge_tokens").asLong(),
        0,
        0,
        usage.path("completion_tokens").asLong(),
        usage.at("/completion_tokens_details/reasoning_tokens").asLong());
  }

  @Override
  public ChunkStream stream(ChatRequest request) {
    return new SensenovaStream(request);
  }

  @Override
  public UpstreamException error(ErrorAnswer answer) {
    return SensenovaErrors.classify(answer.status(), answer.retryAfterMillis(), answer.body());
  }
}

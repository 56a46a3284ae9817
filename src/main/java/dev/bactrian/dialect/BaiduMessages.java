package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.util.Set;

/**
 * A conversation as version 1 of Baidu's API wants it: user and assistant in turn, the user first
 * and last, what the system says apart.
 */
final class BaiduMessages {
  private static final Set<String> READ = Set.of("role", "content", "refusal", "tool_call_id");
  private static final Set<String> TEXT = Set.of("type", "text");

  private final RequestMembers request;
  private final ArrayNode messages;
  private final StringBuilder system = new StringBuilder();
  private final StringBuilder text = new StringBuilder();
  private String role = "user";

  BaiduMessages(RequestMembers request) {
    this.request = request;
    this.messages = request.out().putArray("messages");
  }

  void write(JsonNode conversation) {
    for (JsonNode message : conversation) {
      message(message);
    }
    flush();
    if (messages.isEmpty()
        || !messages.get(messages.size() - 1).path("role").asText().equals("user")) {
      throw new UpstreamException(
          ErrorClass.BAD_REQUEST,
          400,
          "The last message must be the user's for this provider.",
          null,
          "messages",
          -1);
    }
    if (!system.isEmpty()) {
      request.out().put("system", system.toString());
    }
  }

  private void message(JsonNode message) {
    MessageMembers.tell(message, "messages", READ, request::change);
    String content = text(message.path("content"));
    switch (message.path("role").asText()) {
      case "system", "developer" -> append(system, content);
      case "assistant" -> {
        turn("assistant", content);
        turn("assistant", message.path("refusal").asText(""));
      }
      case "tool", "function" -> {
        request.change("messages.tool=user");
        turn("user", content);
      }
      default -> turn("user", content);
    }
  }

  private void turn(String whose, String content) {
    if (content.isEmpty()) {
      return;
    }
    if (!role.equals(whose)) {
      flush();
      role = whose;
    }
    append(text, content);
  }

  private void flush() {
    if (text.isEmpty()) {
      return;
    }
    if (messages.isEmpty() && role.equals("assistant")) {
      messages.addObject().put("role", "user").put("content", "…");
      request.change("messages=user first");
    }
    messages.addObject().put("role", role).put("content", text.toString());
    text.setLength(0);
  }

  private static void append(StringBuilder to, String content) {
    if (!content.isEmpty()) {
      to.append(to.isEmpty() ? "" : "\n\n").append(content);
    }
  }

  private String text(JsonNode content) {
    for (JsonNode part : content) {
      MessageMembers.tell(part, "messages.content", TEXT, request::change);
      if (!part.path("type").asText().equals("text")) {
        throw new UpstreamException(
            ErrorClass.BAD_REQUEST,
            400,
            "This provider takes nothing but text in messages.",
            "unsupported_value",
            "messages",
            -1);
      }
    }
    return RequestMembers.text(content);
  }
}

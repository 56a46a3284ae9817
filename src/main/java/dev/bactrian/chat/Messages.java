package dev.bactrian.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.json.Member;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What routes do with a request's messages, as methods for {@code bean} steps and expressions. */
public final class Messages {
  /**
   * The request with instructions before all others: in the first message if that is the system's,
   * else in one of their own.
   */
  public ChatRequest instruct(ChatRequest request, String instructions) {
    ArrayNode messages = (ArrayNode) messages(request);
    JsonNode first = messages.path(0);
    String role = first.path("role").asText();
    boolean joins = role.equals("system") || role.equals("developer");
    if (joins && first.path("content").isTextual()) {
      String both = instructions + "\n\n" + first.path("content").asText();
      ((ObjectNode) first).put("content", both);
    } else {
      messages.insertObject(0).put("role", joins ? role : "system").put("content", instructions);
    }
    return request.with(request.splice().set("messages", bytes(messages)));
  }

  /** The request for another model, and for no other. */
  public ChatRequest model(ChatRequest request, String model) {
    return request.rewrittenFor(model);
  }

  /** The names of all models that a request asks for, separated by spaces. */
  public String models(ChatRequest request) {
    return Stream.concat(Stream.of(request.model()), request.models().stream())
        .collect(Collectors.joining(" "));
  }

  /** All that is said in a request, one line for each text. */
  public String text(ChatRequest request) {
    List<String> texts = new ArrayList<>();
    for (JsonNode message : messages(request)) {
      JsonNode content = message.path("content");
      if (content.isTextual()) {
        texts.add(content.asText());
      }
      for (JsonNode part : content) {
        if (part.path("text").isTextual()) {
          texts.add(part.path("text").asText());
        }
      }
    }
    return String.join("\n", texts);
  }

  private static JsonNode messages(ChatRequest request) {
    Member member = Objects.requireNonNull(request.index().get("messages"));
    try {
      return Json.MAPPER.readTree(
          request.json(), member.valueStart(), member.valueEnd() - member.valueStart());
    } catch (IOException e) {
      throw new IllegalStateException(e); // it was read before
    }
  }

  private static byte[] bytes(JsonNode tree) {
    return tree.toString().getBytes(StandardCharsets.UTF_8);
  }
}

package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way into another form: its members are taken over one by one, and the client is
 * told of those that were not.
 */
final class RequestMembers {
  private final JsonNode members;
  private final ObjectNode out = Json.MAPPER.createObjectNode();
  private final List<String> changes = new ArrayList<>(0);
  private final Set<String> taken =
      new HashSet<>(
          Set.of("model", "models", "stream", "stream_options", "route", "resume", "provider"));

  RequestMembers(ChatRequest request) {
    try {
      members = Json.MAPPER.readTree(request.json());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is sent, so far. */
  ObjectNode out() {
    return out;
  }

  /** A member, which counts as taken over; missing where it is not there or null. */
  JsonNode take(String name) {
    taken.add(name);
    JsonNode value = members.path(name);
    return value.isNull() ? MissingNode.getInstance() : value;
  }

  /**
   * The messages, with words that ask for JSON where the client wants that: the provider has no
   * member for it.
   */
  ArrayNode messages() {
    ArrayNode messages =
        take("messages") instanceof ArrayNode given
            ? given.deepCopy()
            : Json.MAPPER.createArrayNode();
    JsonNode format = take("response_format");
    if (format.path("type").asText().startsWith("json")) {
      JsonInstruction.add(messages, JsonInstruction.of(format));
      change("response_format=instruction");
    }
    return messages;
  }

  /** Takes a member over under another name. */
  void rename(String name, String newName) {
    JsonNode value = take(name);
    if (!value.isMissingNode()) {
      out.set(newName, value);
    }
  }

  /** Takes a number over, within a range; null is any. */
  void clamp(String name, String newName, @Nullable Range range) {
    JsonNode value = take(name);
    if (!value.isNumber()) {
      return;
    }
    double nearest = range == null ? value.asDouble() : range.clamp(value.asDouble());
    if (nearest == value.asDouble()) {
      out.set(newName, value);
    } else {
      whole(newName, nearest);
      change(name + "=" + out.get(newName).asText());
    }
  }

  private void whole(String name, double value) {
    if (value == Math.rint(value)) {
      out.put(name, (long) value);
    } else {
      out.put(name, value);
    }
  }

  /** Takes the limit of the answer's length over, by whichever name the client gave it. */
  void maxTokens(String newName, @Nullable Range range) {
    String name =
        members.path("max_completion_tokens").isNumber() ? "max_completion_tokens" : "max_tokens";
    take("max_tokens");
    clamp(name, newName, range);
    take("max_completion_tokens");
  }

  /** Tells the client of something that is not as it was sent. */
  void change(String what) {
    if (!changes.contains(what)) {
      changes.add(what);
    }
  }

  /** The request; what was not taken over is left out, and the client told. */
  Dialect.Outgoing finish() {
    members
        .properties()
        .forEach(
            member -> {
              if (!taken.contains(member.getKey()) && !member.getValue().isNull()) {
                change(member.getKey() + "=dropped");
              }
            });
    try {
      return new Dialect.Outgoing(Json.MAPPER.writeValueAsBytes(out), changes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of a message's content, be it one text or parts; other parts are passed over. */
  static String text(JsonNode content) {
    if (!content.isArray()) {
      return content.asText("");
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      text.append(part.path("text").asText(""));
    }
    return text.toString();
  }
}

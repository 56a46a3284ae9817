package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a request, as a strict OpenAI-like provider sees it: the first thing found.
 */
final class Complaints {
  private static final List<String> ROLES = List.of("system", "user", "assistant", "tool");

  private final JsonNode request;
  private @Nullable String first;

  /** Complains of members that are null and of roles that only OpenAI knows. */
  Complaints(JsonNode request) {
    this.request = request;
    for (Map.Entry<String, JsonNode> member : request.properties()) {
      when(member.getValue().isNull(), member.getKey() + " must not be null");
    }
    when(request.path("messages").isEmpty(), "messages is empty");
    for (JsonNode message : request.path("messages")) {
      String role = message.path("role").asText();
      when(!ROLES.contains(role), "unknown role " + role);
    }
  }

  /** Something is wrong. */
  Complaints when(boolean wrong, String complaint) {
    if (wrong && first == null) {
      first = complaint;
    }
    return this;
  }

  /** Members that are not known. */
  Complaints refused(String... members) {
    for (String member : members) {
      when(request.has(member), "unknown parameter " + member);
    }
    return this;
  }

  /** A number in a closed range. */
  Complaints range(String member, double least, double most) {
    JsonNode value = request.path(member);
    boolean fits = value.isNumber() && value.asDouble() >= least && value.asDouble() <= most;
    return when(request.has(member) && !fits, "invalid " + member);
  }

  /** A text that is one of some words. */
  Complaints words(String member, String... words) {
    JsonNode value = request.path(member);
    boolean fits = value.isTextual() && List.of(words).contains(value.asText());
    return when(request.has(member) && !fits, "invalid " + member);
  }

  /** The type of {@code thinking}. */
  Complaints thinking(String... types) {
    JsonNode type = request.at("/thinking/type");
    return when(
        request.has("thinking") && !List.of(types).contains(type.asText()),
        "invalid thinking.type");
  }

  /** The type of {@code response_format}. */
  Complaints formats(String... types) {
    JsonNode type = request.at("/response_format/type");
    return when(
        request.has("response_format") && !List.of(types).contains(type.asText()),
        "This response_format type is unavailable now");
  }

  /** JSON mode wants the word in the messages. */
  Complaints wordJson() {
    boolean there =
        request.path("messages").toString().toLowerCase(java.util.Locale.ROOT).contains("json");
    return when(
        request.at("/response_format/type").asText().equals("json_object") && !there,
        "the prompt must contain the word json");
  }

  /** Stop texts of more than so many bytes. */
  Complaints stopBytes(int most) {
    JsonNode stop = request.path("stop");
    for (JsonNode text : stop.isTextual() ? List.of(stop) : stop) {
      when(text.asText().getBytes(StandardCharsets.UTF_8).length > most, "stop is too long");
    }
    return this;
  }

  /** {@code stop} as a text or a list of at most so many. */
  Complaints stop(int most) {
    JsonNode stop = request.path("stop");
    boolean fits = stop.isTextual() || (stop.isArray() && stop.size() <= most);
    return when(request.has("stop") && !fits, "invalid stop");
  }

  /** An answer of the model without its thoughts, in a conversation with tools. */
  boolean lacksThoughts() {
    boolean tools = !request.path("tools").isEmpty();
    boolean lacking = false;
    for (JsonNode message : request.path("messages")) {
      tools |= !message.path("tool_calls").isEmpty();
      lacking |=
          message.path("role").asText().equals("assistant")
              && message.path("reasoning_content").asText("").isEmpty();
    }
    return tools && lacking;
  }

  /** The first complaint, null if there is none. */
  @Nullable String first() {
    return first;
  }
}

package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Messages as contents: what the system says apart, the assistant as {@code model}, the results of
 * one turn's tools together, in the order of the calls, under the functions' names.
 */
final class GeminiContents {
  private static final Set<String> READ =
      Set.of("role", "content", "refusal", "tool_calls", "extra_content");
  private static final Set<String> RESULT = Set.of("role", "content", "tool_call_id", "name");

  private final String model;
  private final GeminiQuirks quirks;
  private final Consumer<String> changes;
  private final GeminiParts parts;
  private final ArrayNode contents = Json.MAPPER.createArrayNode();
  private final ArrayNode system = Json.MAPPER.createArrayNode();

  /** The functions of all calls so far, by the calls' ids. */
  private final Map<String, String> functions = new HashMap<>();

  /** The ids of the last turn's calls, in their order. */
  private List<String> calls = List.of();

  /** The results that have come for them, by the place of the call. */
  private final TreeMap<Integer, JsonNode> results = new TreeMap<>();

  /**
   * Contents without any yet.
   *
   * @param changes is told of what has no place in them
   */
  GeminiContents(String model, GeminiQuirks quirks, List<String> changes) {
    this.model = model;
    this.quirks = quirks;
    this.changes = what -> GeminiSchema.tell(what, changes);
    this.parts = new GeminiParts(quirks.fileUris(), this.changes);
  }

  /** Writes {@code contents} and {@code systemInstruction}. */
  void write(JsonNode messages, ObjectNode out) {
    for (int i = 0; i < messages.size(); i++) {
      JsonNode message = messages.get(i);
      String place = "messages[" + i + "]";
      String role = message.path("role").asText();
      boolean result = role.equals("tool") || role.equals("function");
      MessageMembers.tell(message, "messages", result ? RESULT : READ, changes);
      if (result) {
        result(message, place);
        continue;
      }
      endResults();
      switch (role) {
        case "system", "developer" -> parts.write(message.path("content"), place, system);
        case "assistant" -> assistant(message, place);
        default -> {
          ArrayNode said = Json.MAPPER.createArrayNode();
          parts.write(message.path("content"), place, said);
          add("user", said);
        }
      }
    }
    endResults();
    if (contents.isEmpty()) {
      add("user", system.deepCopy()); // a prompt of system messages only is refused
    } else if (!system.isEmpty()) {
      out.putObject("systemInstruction").set("parts", system);
    }
    out.set("contents", contents);
  }

  private void add(String role, ArrayNode said) {
    if (!said.isEmpty()) {
      contents.addObject().put("role", role).set("parts", said);
    }
  }

  private void assistant(JsonNode message, String place) {
    ArrayNode said = Json.MAPPER.createArrayNode();
    parts.write(message.path("content"), place, said);
    parts.write(message.path("refusal"), place, said);
    String signature = signature(message);
    if (!signature.isEmpty() && !said.isEmpty()) {
      ((ObjectNode) said.get(said.size() - 1)).put("thoughtSignature", signature);
    }
    List<String> ids = new ArrayList<>();
    for (JsonNode call : message.path("tool_calls")) {
      if (!call.has("function")) {
        throw Refusals.unsupported(place + ".tool_calls", "Gemini can call functions only.");
      }
      MessageMembers.tellOfCall(call, changes);
      String id = call.path("id").asText();
      functions.put(id, call.at("/function/name").asText());
      call(call, ids.isEmpty(), place, said);
      ids.add(id);
    }
    if (!ids.isEmpty()) {
      calls = ids;
    }
    add("model", said);
  }

  private void call(JsonNode call, boolean first, String place, ArrayNode to) {
    ObjectNode part = to.addObject();
    ObjectNode function = part.putObject("functionCall");
    function.put("name", call.at("/function/name").asText());
    function.set("args", arguments(call.at("/function/arguments").asText(), place));
    String signature = signature(call);
    if (signature.isEmpty() && first && quirks.signatures().contain(model)) {
      signature = quirks.signature();
    }
    if (!signature.isEmpty()) {
      part.put("thoughtSignature", signature);
    }
  }

  private static String signature(JsonNode node) {
    return node.at("/extra_content/google/thought_signature").asText("");
  }

  private static JsonNode arguments(String json, String place) {
    JsonNode arguments = json.isBlank() ? Json.MAPPER.createObjectNode() : object(json);
    if (arguments == null) {
      throw Refusals.unsupported(
          place + ".tool_calls", "The arguments of a tool call must be a JSON object.");
    }
    return arguments;
  }

  private static @org.jspecify.annotations.Nullable JsonNode object(String json) {
    try {
      JsonNode node = Json.MAPPER.readTree(json);
      return node != null && node.isObject() ? node : null;
    } catch (IOException e) {
      return null;
    }
  }

  private void result(JsonNode message, String place) {
    String id = message.path("tool_call_id").asText("");
    String name = functions.getOrDefault(id, message.path("name").asText(""));
    if (name.isEmpty()) {
      throw Refusals.unsupported(
          place + ".tool_call_id",
          "Gemini wants the function's name with its result, and no earlier message calls '"
              + id
              + "'.");
    }
    ObjectNode part = Json.MAPPER.createObjectNode();
    ObjectNode response = part.putObject("functionResponse").put("name", name);
    String text = GeminiParts.text(message.path("content"), place);
    JsonNode object = object(text);
    if (object == null) {
      response.putObject("response").put("output", text);
    } else {
      response.set("response", object);
    }
    int call = calls.indexOf(id);
    results.put(call >= 0 && !results.containsKey(call) ? call : 10_000 + results.size(), part);
  }

  private void endResults() {
    ArrayNode said = Json.MAPPER.createArrayNode();
    results.values().forEach(said::add);
    results.clear();
    add("user", said);
  }
}

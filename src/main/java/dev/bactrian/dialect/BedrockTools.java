package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Tools and the choice among them. Converse wants tools as long as the conversation shows calls of
 * any, and has no way to say that none may be called.
 */
final class BedrockTools {
  private static final String NO_CALLS = "Do not call any tool now: answer in words.";

  private final ObjectNode in;
  private final ObjectNode terms;
  private final Set<String> changes;

  /**
   * @param terms the request in Anthropic's terms, as far as it has tools
   */
  BedrockTools(ObjectNode in, ObjectNode terms, Set<String> changes) {
    this.in = in;
    this.terms = terms;
    this.changes = changes;
  }

  /** Writes {@code toolConfig}, and says in words what it cannot say. */
  void writeTo(ObjectNode out, AnthropicMessages messages) {
    ArrayNode tools = Json.MAPPER.createArrayNode();
    terms.path("tools").forEach(tool -> add(tools, tool));
    boolean none = terms.at("/tool_choice/type").asText().equals("none");
    Set<String> called = called();
    if (called.isEmpty() && (tools.isEmpty() || none)) {
      if (none) {
        changes.add("tools=dropped");
      }
      return;
    }
    if (tools.isEmpty()) {
      called.forEach(name -> forgotten(tools, name));
      changes.add("tools=added");
    }
    ObjectNode config = out.putObject("toolConfig");
    config.set("tools", tools);
    if (none || !terms.has("tools")) {
      messages.instruct(NO_CALLS);
    }
    choice(config, none);
  }

  private void choice(ObjectNode config, boolean none) {
    JsonNode choice = terms.path("tool_choice");
    if (none) {
      changes.add("tool_choice=instruction");
    } else if (choice.has("type")) {
      String type = choice.path("type").asText();
      ObjectNode chosen = config.putObject("toolChoice").putObject(type);
      if (type.equals("tool")) {
        chosen.put("name", choice.path("name").asText());
      }
    }
    if (choice.has("disable_parallel_tool_use")) {
      changes.add("parallel_tool_calls=dropped");
    }
  }

  private void add(ArrayNode tools, JsonNode tool) {
    if (tool.path("input_schema").isObject()) {
      ObjectNode spec = tools.addObject().putObject("toolSpec");
      spec.put("name", tool.path("name").asText());
      if (!tool.path("description").asText("").isBlank()) {
        spec.set("description", tool.path("description"));
      }
      spec.putObject("inputSchema").set("json", tool.path("input_schema"));
      BedrockContents.cachePoint(tools, tool);
    } else if (tool.has("type")) {
      changes.add("tools." + tool.path("type").asText() + "=dropped");
    } else {
      tools.add(tool);
    }
  }

  /** A tool that was called before, and that the client no longer tells of. */
  private static void forgotten(ArrayNode tools, String name) {
    ObjectNode spec = tools.addObject().putObject("toolSpec").put("name", name);
    spec.putObject("inputSchema").putObject("json").put("type", "object");
  }

  private Set<String> called() {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode message : in.path("messages")) {
      for (JsonNode call : message.path("tool_calls")) {
        names.add(call.at("/function/name").asText(call.at("/custom/name").asText()));
      }
    }
    return names;
  }
}

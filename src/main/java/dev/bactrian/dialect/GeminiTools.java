package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.util.ArrayList;
import java.util.List;

/** Tools, and which of them may or must be called. */
final class GeminiTools {
  private static final String CHOICE = "tool_choice";

  private final String model;
  private final GeminiQuirks quirks;
  private final List<String> changes;

  GeminiTools(String model, GeminiQuirks quirks, List<String> changes) {
    this.model = model;
    this.quirks = quirks;
    this.changes = changes;
  }

  /**
   * Writes {@code tools} and {@code toolConfig}.
   *
   * @return whether there are tools
   */
  boolean write(JsonNode in, ObjectNode out) {
    JsonNode choice = in.path(CHOICE);
    List<String> allowed = names(choice.at("/allowed_tools/tools"));
    boolean forced = choice.at("/allowed_tools/mode").asText().equals("required");
    ArrayNode functions = Json.MAPPER.createArrayNode();
    ArrayNode tools = Json.MAPPER.createArrayNode();
    JsonNode given = in.path("tools");
    for (int i = 0; i < given.size(); i++) {
      JsonNode tool = given.get(i);
      if (!tool.has("type")) {
        tools.add(tool); // Gemini's own, such as {"google_search":{}}
      } else if (!tool.path("type").asText().equals("function")) {
        throw Refusals.unsupported(
            "tools[" + i + "].type",
            "Gemini has function tools, and its own without a type, such as"
                + " {\"google_search\":{}}.");
      } else if (allowed.isEmpty() || allowed.contains(tool.at("/function/name").asText())) {
        MessageMembers.tellOfTool(tool, what -> GeminiSchema.tell(what, changes));
        if (tool.has("cache_control") || tool.at("/function/cache_control").isObject()) {
          GeminiSchema.tell("tools.cache_control=dropped", changes);
        }
        functions.add(declaration(tool.path("function")));
      }
    }
    if (!functions.isEmpty()) {
      tools.insertObject(0).set("functionDeclarations", functions);
      choose(choice, forced ? allowed : List.of(), out);
    }
    if (!tools.isEmpty()) {
      out.set("tools", tools);
    }
    return !tools.isEmpty();
  }

  private ObjectNode declaration(JsonNode function) {
    ObjectNode declaration = Json.MAPPER.createObjectNode();
    declaration.put("name", function.path("name").asText());
    if (function.path("description").isTextual()) {
      declaration.set("description", function.get("description"));
    }
    if (function.path("strict").asBoolean()) {
      GeminiSchema.tell("strict=dropped", changes);
    }
    JsonNode parameters = function.path("parameters");
    if (parameters.isObject() && !parameters.isEmpty()) {
      if (quirks.jsonSchema().contain(model)) {
        declaration.set("parametersJsonSchema", parameters);
      } else {
        ObjectNode schema = GeminiSchema.clean(parameters, changes);
        // An object without properties is refused: such a function is declared without parameters.
        if (!schema.path("properties").isEmpty()) {
          declaration.set("parameters", schema);
        }
      }
    }
    return declaration;
  }

  private static void choose(JsonNode choice, List<String> required, ObjectNode out) {
    String mode;
    List<String> names = required;
    if (choice.isTextual()) {
      mode =
          switch (choice.asText()) {
            case "none" -> "NONE";
            case "auto" -> "AUTO";
            case "required" -> "ANY";
            default ->
                throw Refusals.unsupported(
                    CHOICE, "tool_choice is none, auto, required or an object.");
          };
    } else if (choice.path("type").asText().equals("allowed_tools")) {
      mode = required.isEmpty() ? "AUTO" : "ANY";
    } else if (choice.at("/function/name").isTextual()) {
      mode = "ANY";
      names = List.of(choice.at("/function/name").asText());
    } else if (choice.isObject()) {
      throw Refusals.unsupported(CHOICE, "Gemini can be made to call functions only.");
    } else {
      return;
    }
    ObjectNode calling = out.putObject("toolConfig").putObject("functionCallingConfig");
    calling.put("mode", mode);
    if (!names.isEmpty()) {
      names.forEach(calling.putArray("allowedFunctionNames")::add);
    }
  }

  private static List<String> names(JsonNode tools) {
    List<String> names = new ArrayList<>();
    tools.forEach(tool -> names.add(tool.at("/function/name").asText()));
    return names;
  }
}

package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.dialect.AnthropicModels.Trait;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tools, the choice among them, and calls of them; tools that are Anthropic's own stay. */
final class AnthropicTools {
  private static final ObjectReader STRICT =
      Json.MAPPER.reader(
          DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS,
          DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private AnthropicTools() {}

  /** Writes {@code tools} and {@code tool_choice}. */
  static void translate(ObjectNode in, ObjectNode out, Set<Trait> traits, Set<String> changes) {
    JsonNode choice = in.path("tool_choice");
    ArrayNode tools = Json.MAPPER.createArrayNode();
    Set<String> allowed = allowed(choice);
    for (JsonNode tool : in.path("tools")) {
      ObjectNode own = tool(tool, changes);
      if (own != null && (allowed.isEmpty() || allowed.contains(own.path("name").asText()))) {
        tools.add(own);
      }
    }
    if (tools.isEmpty()) {
      if (in.hasNonNull("tool_choice")) {
        changes.add("tool_choice=dropped");
      }
      if (in.hasNonNull("parallel_tool_calls")) {
        changes.add("parallel_tool_calls=dropped");
      }
      return;
    }
    out.set("tools", tools);
    ObjectNode chosen = choice(choice);
    boolean serial =
        in.hasNonNull("parallel_tool_calls") && !in.path("parallel_tool_calls").asBoolean();
    if (chosen == null && serial) {
      chosen = Json.MAPPER.createObjectNode().put("type", "auto");
    }
    if (chosen == null) {
      return;
    }
    String type = chosen.path("type").asText();
    if (traits.contains(Trait.FREE_TOOL_CHOICE) && (type.equals("any") || type.equals("tool"))) {
      chosen.put("type", "auto").remove("name");
      changes.add("tool_choice=auto");
    }
    if (serial && !type.equals("none")) {
      chosen.put("disable_parallel_tool_use", true);
    }
    out.set("tool_choice", chosen);
  }

  private static @Nullable ObjectNode tool(JsonNode tool, Set<String> changes) {
    if (!tool.path("function").isObject()) {
      if (tool instanceof ObjectNode own && !tool.path("custom").isObject()) {
        return own;
      }
      changes.add("tools.custom=dropped");
      return null;
    }
    MessageMembers.tellOfTool(tool, changes::add);
    JsonNode function = tool.path("function");
    ObjectNode own = Json.MAPPER.createObjectNode().put("name", function.path("name").asText());
    if (function.hasNonNull("description")) {
      own.set("description", function.path("description"));
    }
    ObjectNode schema =
        function.path("parameters").isObject()
            ? function.path("parameters").deepCopy()
            : Json.MAPPER.createObjectNode();
    if (!schema.has("type")) {
      schema.put("type", "object");
    }
    own.set("input_schema", schema);
    if (function.path("strict").asBoolean()) {
      changes.add("tools.strict=dropped");
    }
    for (JsonNode holder : new JsonNode[] {function, tool}) {
      if (holder.hasNonNull("cache_control")) {
        own.set("cache_control", holder.path("cache_control"));
      }
    }
    return own;
  }

  /** The names that {@code allowed_tools} leaves, empty where it is not used. */
  private static Set<String> allowed(JsonNode choice) {
    Set<String> names = new HashSet<>();
    for (JsonNode tool : choice.at("/allowed_tools/tools")) {
      names.add(tool.at("/function/name").asText());
    }
    return names;
  }

  private static @Nullable ObjectNode choice(JsonNode choice) {
    ObjectNode chosen = Json.MAPPER.createObjectNode();
    if (choice.isTextual()) {
      return chosen.put("type", choice.asText().equals("required") ? "any" : choice.asText());
    }
    return switch (choice.path("type").asText()) {
      case "" -> null;
      case "function" ->
          chosen.put("type", "tool").put("name", choice.at("/function/name").asText());
      case "custom" -> chosen.put("type", "tool").put("name", choice.at("/custom/name").asText());
      case "allowed_tools" -> {
        boolean any = choice.at("/allowed_tools/mode").asText().equals("required");
        yield chosen.put("type", any ? "any" : "auto");
      }
      default -> choice.deepCopy();
    };
  }

  /** A call of a tool that the model made before. */
  static ObjectNode use(JsonNode call, Set<String> changes) {
    ObjectNode use = Json.MAPPER.createObjectNode().put("type", "tool_use");
    use.put("id", id(call.path("id").asText()));
    MessageMembers.tellOfCall(call, changes::add);
    JsonNode function = call.path("function");
    JsonNode custom = call.path("custom");
    use.put("name", function.path("name").asText(custom.path("name").asText()));
    use.set("input", input(function.path("arguments"), changes));
    if (custom.has("input")) {
      use.putObject("input").set("input", custom.get("input"));
    }
    return use;
  }

  private static JsonNode input(JsonNode arguments, Set<String> changes) {
    if (arguments.isObject()) {
      return arguments;
    }
    String text = arguments.asText();
    if (text.isBlank()) {
      return Json.MAPPER.createObjectNode();
    }
    try {
      JsonNode input = STRICT.readTree(text);
      if (input.isObject()) {
        return input;
      }
    } catch (IOException e) {
      // What a model wrote need not be JSON; it goes on below as the text that it is.
      changes.add("messages.tool_calls.arguments=text");
    }
    return Json.MAPPER.createObjectNode().put("arguments", text);
  }

  /** An id in the characters that Anthropic takes; the same for a call and its result. */
  static String id(String id) {
    return id.replaceAll("[^a-zA-Z0-9_-]", "_");
  }
}

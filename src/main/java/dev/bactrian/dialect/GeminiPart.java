package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** One part of an answer in OpenAI's terms. */
final class GeminiPart {
  private static final Set<String> KNOWN =
      Set.of(
          "text",
          "thought",
          "thoughtSignature",
          "functionCall",
          "inlineData",
          "executableCode",
          "codeExecutionResult");

  private static final Pattern FENCE = Pattern.compile("```+");

  private final JsonNode part;

  GeminiPart(JsonNode part) {
    this.part = part;
  }

  /** Whether it is one of the model's thoughts. */
  boolean isThought() {
    return part.path("thought").asBoolean();
  }

  /** What there is to read, empty where there is nothing: text, or code and what came of it. */
  String text() {
    JsonNode code = part.path("executableCode");
    JsonNode result = part.path("codeExecutionResult");
    if (code.isObject()) {
      String language = code.path("language").asText("").toLowerCase(Locale.ROOT);
      return fenced(language.equals("language_unspecified") ? "" : language, code.path("code"));
    }
    return result.isObject() ? fenced("output", result.path("output")) : part.path("text").asText();
  }

  /** A block of code, as Markdown has it; its fence is longer than any in it. */
  private static String fenced(String info, JsonNode text) {
    int longest =
        FENCE
            .matcher(text.asText())
            .results()
            .mapToInt(run -> run.group().length())
            .max()
            .orElse(2);
    String fence = "`".repeat(longest + 1);
    String end = text.asText().endsWith("\n") ? "" : "\n";
    return "\n" + fence + info + "\n" + text.asText() + end + fence + "\n";
  }

  /** A picture that the model has made, as OpenRouter shows them; missing where it is none. */
  JsonNode image() {
    JsonNode data = part.path("inlineData");
    if (!data.isObject()) {
      return data;
    }
    String url = "data:" + data.path("mimeType").asText() + ";base64," + data.path("data").asText();
    ObjectNode image = Json.MAPPER.createObjectNode().put("type", "image_url");
    image.putObject("image_url").put("url", url);
    return image;
  }

  /** The function that is called, missing where none is. */
  JsonNode call() {
    return part.path("functionCall");
  }

  /** The arguments of a call as JSON; a function without parameters is called without any. */
  String arguments() {
    JsonNode arguments = call().path("args");
    return arguments.isObject() ? arguments.toString() : "{}";
  }

  /** The signature of the thought behind it, missing where there is none. */
  JsonNode signature() {
    return part.path("thoughtSignature");
  }

  /** Whether it holds something that OpenAI has no place for. */
  boolean isForeign() {
    return part.properties().stream()
        .map(Map.Entry::getKey)
        .anyMatch(name -> !KNOWN.contains(name));
  }

  /** All of it, as it came. */
  JsonNode whole() {
    return part;
  }
}

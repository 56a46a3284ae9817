package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Gemini refuses with INVALID_ARGUMENT. */
final class GeminiRules {
  /** What a signature of Gemini 3 has to be, or the documented word for one that was lost. */
  static final Set<String> SIGNATURES =
      Set.of("c2lnbmVkIGJ5IHRoZSBzaW11bGF0b3I=", "skip_thought_signature_validator");

  private static final Set<String> REQUEST =
      Set.of(
          "contents",
          "systemInstruction",
          "tools",
          "toolConfig",
          "generationConfig",
          "safetySettings",
          "cachedContent");
  private static final Set<String> CONFIG =
      Set.of(
          "temperature",
          "topP",
          "topK",
          "candidateCount",
          "maxOutputTokens",
          "stopSequences",
          "seed",
          "presencePenalty",
          "frequencyPenalty",
          "responseLogprobs",
          "logprobs",
          "responseMimeType",
          "responseSchema",
          "responseJsonSchema",
          "responseModalities",
          "mediaResolution",
          "thinkingConfig");
  private static final Set<String> TOOL =
      Set.of(
          "functionDeclarations", "googleSearch", "google_search", "codeExecution", "urlContext");
  private static final Set<String> DECLARATION =
      Set.of("name", "description", "parameters", "parametersJsonSchema", "response", "behavior");
  private static final Set<String> SCHEMA =
      Set.of(
          "type",
          "format",
          "title",
          "description",
          "nullable",
          "enum",
          "maxItems",
          "minItems",
          "properties",
          "required",
          "minProperties",
          "maxProperties",
          "minLength",
          "maxLength",
          "pattern",
          "example",
          "anyOf",
          "propertyOrdering",
          "default",
          "items",
          "minimum",
          "maximum");
  private static final Set<String> DATA =
      Set.of("text", "inlineData", "fileData", "functionCall", "functionResponse");
  private static final Set<String> CATEGORIES =
      Set.of(
          "HARM_CATEGORY_HARASSMENT",
          "HARM_CATEGORY_HATE_SPEECH",
          "HARM_CATEGORY_SEXUALLY_EXPLICIT",
          "HARM_CATEGORY_DANGEROUS_CONTENT",
          "HARM_CATEGORY_CIVIC_INTEGRITY");
  private static final Set<String> THRESHOLDS =
      Set.of(
          "BLOCK_NONE", "BLOCK_ONLY_HIGH", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_LOW_AND_ABOVE", "OFF");

  private final String model;
  private final JsonNode request;
  private final boolean vertex;

  private GeminiRules(String model, JsonNode request, boolean vertex) {
    this.model = model;
    this.request = request;
    this.vertex = vertex;
  }

  private static final class Refused extends RuntimeException {
    Refused(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * What is wrong with a request, null if nothing is.
   *
   * @param vertex whether it is Vertex AI's, which has labels and wants roles
   */
  static @Nullable String refusal(String model, JsonNode request, boolean vertex) {
    try {
      new GeminiRules(model, request, vertex).check();
      return null;
    } catch (Refused e) {
      return e.getMessage();
    }
  }

  private static void require(boolean sound, String message) {
    if (!sound) {
      throw new Refused(message);
    }
  }

  private static void known(JsonNode node, Set<String> names, String place) {
    node.fieldNames()
        .forEachRemaining(
            name ->
                require(
                    names.contains(name),
                    "Invalid JSON payload received. Unknown name \"" + name + "\" at " + place));
  }

  private void check() {
    request
        .fieldNames()
        .forEachRemaining(
            name ->
                require(
                    REQUEST.contains(name) || (vertex && name.equals("labels")),
                    "Invalid JSON payload received. Unknown name \"" + name + "\""));
    contents();
    parts(request.at("/systemInstruction/parts"), "systemInstruction");
    require(
        !request.has("systemInstruction") || !request.at("/systemInstruction/parts").isEmpty(),
        "systemInstruction.parts is empty");
    tools();
    config(request.path("generationConfig"));
    for (JsonNode setting : request.path("safetySettings")) {
      require(CATEGORIES.contains(setting.path("category").asText()), "safety category");
      require(THRESHOLDS.contains(setting.path("threshold").asText()), "safety threshold");
    }
  }

  private void contents() {
    require(!request.path("contents").isEmpty(), "contents is not specified");
    int calls = 0;
    for (JsonNode content : request.path("contents")) {
      String role = content.path("role").asText(vertex ? "" : "user");
      require(Set.of("user", "model").contains(role), "Please use a valid role: user, model.");
      known(content, Set.of("role", "parts"), "contents");
      require(!content.path("parts").isEmpty(), "contents.parts must not be empty");
      parts(content.path("parts"), "contents.parts");
      int results = count(content, "functionResponse");
      if (calls > 0 || results > 0) {
        require(
            role.equals("user") && results == calls,
            "Please ensure that the number of function response parts is equal to the number of"
                + " function call parts of the function call turn.");
      }
      calls = count(content, "functionCall");
      require(calls == 0 || role.equals("model"), "function calls are the model's");
      signatures(content);
    }
    require(calls == 0, "a function call turn comes last");
  }

  private static int count(JsonNode content, String member) {
    int count = 0;
    for (JsonNode part : content.path("parts")) {
      count += part.has(member) ? 1 : 0;
    }
    return count;
  }

  private void signatures(JsonNode content) {
    for (JsonNode part : content.path("parts")) {
      if (part.has("thoughtSignature")) {
        require(
            SIGNATURES.contains(part.path("thoughtSignature").asText()),
            "Thought signature is not valid.");
      }
    }
    for (JsonNode part : content.path("parts")) {
      if (part.has("functionCall")) {
        require(
            !model.startsWith("gemini-3") || part.has("thoughtSignature"),
            "Function call is missing a thought_signature in functionCall parts.");
        return;
      }
    }
  }

  private static void parts(JsonNode parts, String place) {
    for (JsonNode part : parts) {
      int data = 0;
      for (Map.Entry<String, JsonNode> member : part.properties()) {
        data += DATA.contains(member.getKey()) ? 1 : 0;
        require(
            DATA.contains(member.getKey())
                || member.getKey().equals("thoughtSignature")
                || member.getKey().equals("thought"),
            "Unknown name \"" + member.getKey() + "\" at " + place);
      }
      require(data == 1, place + ": required oneof field 'data' must have one initialized field");
      require(!part.path("text").asText("x").isEmpty(), "Unable to submit an empty text");
      if (part.has("inlineData")) {
        require(part.at("/inlineData/mimeType").asText().contains("/"), "inlineData.mimeType");
        Base64.getDecoder().decode(part.at("/inlineData/data").asText());
      }
      if (part.has("functionCall")) {
        require(part.at("/functionCall/args").isObject(), "function_call.args is a Struct");
      }
      if (part.has("functionResponse")) {
        require(!part.at("/functionResponse/name").asText().isEmpty(), "Name cannot be empty.");
        require(
            part.at("/functionResponse/response").isObject(), "function_response.response: Struct");
      }
    }
  }

  private void tools() {
    int declaring = 0;
    for (JsonNode tool : request.path("tools")) {
      known(tool, TOOL, "tools");
      declaring += tool.has("functionDeclarations") ? 1 : 0;
      for (JsonNode declaration : tool.path("functionDeclarations")) {
        declaration(declaration);
      }
    }
    require(declaring <= 1, "Multiple tools are supported only when they are all search tools.");
    JsonNode calling = request.at("/toolConfig/functionCallingConfig");
    if (request.has("toolConfig")) {
      require(declaring == 1, "Function calling config is set without function_declarations.");
      String mode = calling.path("mode").asText();
      require(Set.of("AUTO", "ANY", "NONE", "VALIDATED").contains(mode), "mode");
      require(
          !calling.has("allowedFunctionNames") || mode.equals("ANY") || mode.equals("VALIDATED"),
          "allowed_function_names is only for mode ANY");
    }
  }

  private void declaration(JsonNode declaration) {
    known(declaration, DECLARATION, "function_declarations");
    require(
        declaration.path("name").asText().matches("[A-Za-z_][A-Za-z0-9_.:-]{0,63}"),
        "Invalid function name.");
    require(
        !(declaration.has("parameters") && declaration.has("parametersJsonSchema")),
        "parameters and parameters_json_schema are mutually exclusive");
    require(
        !declaration.has("parametersJsonSchema") || !isOld(),
        "parameters_json_schema is not supported by this model");
    if (declaration.has("parameters")) {
      schema(declaration.path("parameters"), "parameters");
    }
  }

  private static void schema(JsonNode schema, String place) {
    known(schema, SCHEMA, place);
    String type = schema.path("type").asText("object");
    require(!schema.path("type").isArray(), place + ".type: Proto field is not repeating");
    if (type.equals("object") && schema.has("properties")) {
      require(!schema.path("properties").isEmpty(), place + ".properties: should be non-empty");
    }
    schema.path("enum").forEach(each -> require(each.isTextual(), place + ".enum: TYPE_STRING"));
    if (type.equals("array")) {
      require(schema.has("items"), place + ".items: missing field");
    }
    schema.path("properties").forEach(each -> schema(each, place + ".properties"));
    schema.path("anyOf").forEach(each -> schema(each, place + ".any_of"));
    if (schema.has("items")) {
      schema(schema.path("items"), place + ".items");
    }
  }

  private void config(JsonNode config) {
    known(config, CONFIG, "generation_config");
    range(config, "temperature", 0, 2);
    range(config, "topP", 0, 1);
    range(config, "presencePenalty", -2, 2);
    range(config, "frequencyPenalty", -2, 2);
    range(config, "candidateCount", 1, model.startsWith("gemini-2.0") ? 8 : 1);
    range(config, "maxOutputTokens", 1, isOld() ? 8192 : 65_536);
    range(config, "seed", Integer.MIN_VALUE, Integer.MAX_VALUE);
    require(config.path("stopSequences").size() <= 5, "stop_sequences: at most 5");
    require(
        !config.has("logprobs") || config.path("responseLogprobs").asBoolean(),
        "logprobs without response_logprobs");
    boolean json = config.path("responseMimeType").asText().equals("application/json");
    require(
        json || !(config.has("responseSchema") || config.has("responseJsonSchema")),
        "a schema needs response_mime_type application/json");
    require(
        !json || !request.has("tools") || !model.startsWith("gemini-2"),
        "Function calling with a response mime type: 'application/json' is unsupported");
    require(!config.has("responseJsonSchema") || !isOld(), "response_json_schema");
    if (config.has("responseSchema")) {
      require(!config.has("responseJsonSchema"), "one schema only");
      schema(config.path("responseSchema"), "response_schema");
    }
    if (config.has("thinkingConfig")) {
      thinking(config.path("thinkingConfig"));
    }
  }

  private void thinking(JsonNode thinking) {
    known(
        thinking, Set.of("thinkingBudget", "thinkingLevel", "includeThoughts"), "thinking_config");
    require(!isOld(), "Thinking is not supported for this model");
    boolean budget = thinking.has("thinkingBudget");
    boolean level = thinking.has("thinkingLevel");
    require(!(budget && level), "thinking_budget and thinking_level are mutually exclusive");
    require(!level || model.startsWith("gemini-3"), "Thinking level is not supported");
    int least = model.contains("pro") ? 128 : 0;
    int tokens = thinking.path("thinkingBudget").asInt(1024);
    require(tokens == -1 || (tokens >= least && tokens <= 32_768), "thinking budget " + tokens);
    List<String> levels =
        model.contains("pro")
            ? List.of("low", "medium", "high")
            : List.of("minimal", "low", "medium", "high");
    require(!level || levels.contains(thinking.path("thinkingLevel").asText()), "thinking level");
  }

  private static void range(JsonNode config, String name, double min, double max) {
    double value = config.path(name).asDouble(min);
    require(value >= min && value <= max, name + " must be in the range " + min + " to " + max);
  }

  private boolean isOld() {
    return model.startsWith("gemini-2.0") || model.startsWith("gemini-1");
  }
}

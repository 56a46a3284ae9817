package dev.bactrian.chat;

import static dev.bactrian.error.ApiException.badRequest;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.bactrian.error.ApiException;
import dev.bactrian.json.Json;
import dev.bactrian.json.ObjectIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a request in one pass over its bytes and refuses what no provider could answer. */
final class ChatRequestReader {
  private enum Type {
    STRING("a string"),
    NUMBER("a number"),
    INTEGER("an integer"),
    BOOLEAN("a boolean"),
    ARRAY("an array"),
    OBJECT("an object"),
    STRING_OR_ARRAY("a string or an array of strings"),
    STRING_OR_OBJECT("a string or an object");

    private final String words;

    Type(String words) {
      this.words = words;
    }
  }

  private static final Map<String, Type> TYPES =
      Map.ofEntries(
          Map.entry("model", Type.STRING),
          Map.entry("models", Type.ARRAY),
          Map.entry("route", Type.STRING),
          Map.entry("resume", Type.BOOLEAN),
          Map.entry("messages", Type.ARRAY),
          Map.entry("stream", Type.BOOLEAN),
          Map.entry("stream_options", Type.OBJECT),
          Map.entry("temperature", Type.NUMBER),
          Map.entry("top_p", Type.NUMBER),
          Map.entry("n", Type.INTEGER),
          Map.entry("stop", Type.STRING_OR_ARRAY),
          Map.entry("max_tokens", Type.INTEGER),
          Map.entry("max_completion_tokens", Type.INTEGER),
          Map.entry("presence_penalty", Type.NUMBER),
          Map.entry("frequency_penalty", Type.NUMBER),
          Map.entry("logit_bias", Type.OBJECT),
          Map.entry("logprobs", Type.BOOLEAN),
          Map.entry("top_logprobs", Type.INTEGER),
          Map.entry("seed", Type.INTEGER),
          Map.entry("response_format", Type.OBJECT),
          Map.entry("tools", Type.ARRAY),
          Map.entry("tool_choice", Type.STRING_OR_OBJECT),
          Map.entry("parallel_tool_calls", Type.BOOLEAN),
          Map.entry("reasoning_effort", Type.STRING),
          Map.entry("metadata", Type.OBJECT),
          Map.entry("user", Type.STRING));

  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool", "function");

  private final byte[] body;
  private String model = "";
  private List<String> models = List.of();
  private @Nullable Policy route;
  private boolean parts;
  private boolean stream;
  private boolean includeUsage;
  private final List<Integer> developerRoles = new ArrayList<>(1);

  ChatRequestReader(byte[] body) {
    this.body = body;
  }

  ChatRequest read() {
    ObjectIndex index;
    try (JsonParser json = Json.FACTORY.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw badRequest(
            "invalid_json",
            null,
            "We could not parse the JSON body of your request: it must be a JSON object.");
      }
      index = members(json);
      if (json.nextToken() != null) {
        throw badRequest("invalid_json", null, "There is more after the end of the JSON body.");
      }
    } catch (JsonProcessingException e) {
      throw badRequest(
          "invalid_json",
          null,
          "We could not parse the JSON body of your request: " + e.getOriginalMessage() + place(e));
    } catch (IOException e) {
      throw badRequest("invalid_json", null, "We could not parse the JSON body of your request.");
    }
    check(index);
    return new ChatRequest(
        index, model, models, route, parts, stream, includeUsage, null, developerRoles);
  }

  private static String place(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ").";
  }

  private ObjectIndex members(JsonParser json) throws IOException {
    ObjectIndex index = new ObjectIndex(body, offset(json));
    String name;
    while ((name = json.nextFieldName()) != null) {
      JsonToken token = json.nextToken();
      int start = (int) json.currentTokenLocation().getByteOffset();
      member(name, token, json);
      json.finishToken();
      if (!index.add(name, token, start, offset(json))) {
        throw badRequest(
            "duplicate_parameter", name, "The member '" + name + "' is there more than once.");
      }
    }
    return index;
  }

  private void member(String name, JsonToken token, JsonParser json) throws IOException {
    Type type = TYPES.get(name);
    if (type != null && token != JsonToken.VALUE_NULL && !fits(type, token)) {
      throw wrongType(name, type.words);
    }
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    switch (name) {
      case "model" -> model = json.getText();
      case "models" -> models = models(json);
      case "route" -> route = route(json.getText());
      case "messages" -> messages(json);
      case "stream" -> stream = token == JsonToken.VALUE_TRUE;
      case "stream_options" -> streamOptions(json);
      case "n" -> atLeastOne(name, json);
      case "max_tokens", "max_completion_tokens" -> atLeastOne(name, json);
      default -> json.skipChildren();
    }
  }

  /** {@code fallback} is what happens anyway. */
  private static @Nullable Policy route(String word) {
    Policy policy = Policy.of(word);
    if (policy == null && !word.equals("fallback")) {
      throw badRequest(
          "invalid_value", "route", "'" + word + "' is no route: use cheapest, fastest or best.");
    }
    return policy;
  }

  private static void atLeastOne(String name, JsonParser json) throws IOException {
    if (json.getNumberType() != JsonParser.NumberType.INT || json.getIntValue() < 1) {
      throw badRequest("invalid_value", name, "'" + name + "' must be an integer of at least 1.");
    }
  }

  private static boolean fits(Type type, JsonToken token) {
    return switch (type) {
      case STRING -> token == JsonToken.VALUE_STRING;
      case NUMBER -> token.isNumeric();
      case INTEGER -> token == JsonToken.VALUE_NUMBER_INT;
      case BOOLEAN -> token.isBoolean();
      case ARRAY -> token == JsonToken.START_ARRAY;
      case OBJECT -> token == JsonToken.START_OBJECT;
      case STRING_OR_ARRAY -> token == JsonToken.VALUE_STRING || token == JsonToken.START_ARRAY;
      case STRING_OR_OBJECT -> token == JsonToken.VALUE_STRING || token == JsonToken.START_OBJECT;
    };
  }

  private List<String> models(JsonParser json) throws IOException {
    List<String> names = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        throw wrongType("models", "an array of strings");
      }
      names.add(json.getText());
    }
    return List.copyOf(names);
  }

  private void streamOptions(JsonParser json) throws IOException {
    String name;
    while ((name = json.nextFieldName()) != null) {
      JsonToken token = json.nextToken();
      if (name.equals("include_usage")) {
        if (!token.isBoolean() && token != JsonToken.VALUE_NULL) {
          throw wrongType("stream_options.include_usage", Type.BOOLEAN.words);
        }
        includeUsage = token == JsonToken.VALUE_TRUE;
      }
      json.skipChildren();
    }
  }

  private void messages(JsonParser json) throws IOException {
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw wrongType("messages[" + count + "]", Type.OBJECT.words);
      }
      message(json, "messages[" + count + "]");
      count++;
    }
    if (count == 0) {
      throw badRequest(
          "empty_array", "messages", "'messages' is empty: at least one message is needed.");
    }
  }

  private void message(JsonParser json, String place) throws IOException {
    String name;
    boolean role = false;
    while ((name = json.nextFieldName()) != null) {
      JsonToken token = json.nextToken();
      if (name.equals("role")) {
        role = true;
        role(json, token, place);
      } else {
        if (name.equals("content") && !isContent(token)) {
          throw wrongType(place + ".content", "a string or an array of parts");
        }
        parts |= name.equals("content") && token == JsonToken.START_ARRAY;
        json.skipChildren();
      }
    }
    if (!role) {
      throw badRequest(
          "missing_required_parameter", place + ".role", "'" + place + "' has no role.");
    }
  }

  private static boolean isContent(JsonToken token) {
    return token == JsonToken.VALUE_STRING
        || token == JsonToken.START_ARRAY
        || token == JsonToken.VALUE_NULL;
  }

  private void role(JsonParser json, JsonToken token, String place) throws IOException {
    if (token != JsonToken.VALUE_STRING) {
      throw wrongType(place + ".role", Type.STRING.words);
    }
    int start = (int) json.currentTokenLocation().getByteOffset();
    String role = json.getText();
    if (!ROLES.contains(role)) {
      throw badRequest(
          "invalid_value",
          place + ".role",
          "'" + role + "' is not a role: use system, developer, user, assistant or tool.");
    }
    if (role.equals("developer")) {
      developerRoles.add(start);
    }
  }

  private void check(ObjectIndex index) {
    if (model.isEmpty()) {
      if (models.isEmpty()) {
        throw badRequest(
            "missing_required_parameter", "model", "You must provide a 'model' parameter.");
      }
      model = models.get(0);
      models = models.subList(1, models.size());
    }
    if (!index.has("messages")) {
      throw badRequest(
          "missing_required_parameter", "messages", "You must provide a 'messages' parameter.");
    }
    if (index.has("stream_options") && !stream) {
      throw badRequest(
          "invalid_value",
          "stream_options",
          "'stream_options' is only allowed together with 'stream': true.");
    }
  }

  private static int offset(JsonParser json) {
    return (int) json.currentLocation().getByteOffset();
  }

  private static ApiException wrongType(String name, String words) {
    return badRequest("invalid_type", name, "'" + name + "' must be " + words + ".");
  }
}

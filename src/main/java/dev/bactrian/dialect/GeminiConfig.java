package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How to write the answer: {@code generationConfig}. What the client gives under that name itself
 * goes before OpenAI's members.
 */
final class GeminiConfig {
  private static final int MOST_STOPS = 5;
  private static final Range TEMPERATURE = new Range(0, 2);
  private static final Range TOP_P = new Range(0, 1);

  /** Members that need no more than another name. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "top_k", "topK",
          "presence_penalty", "presencePenalty",
          "frequency_penalty", "frequencyPenalty",
          "seed", "seed");

  private static final Set<String> TAKEN =
      Set.of(
          "temperature",
          "top_p",
          "max_tokens",
          "max_completion_tokens",
          "n",
          "stop",
          "logprobs",
          "top_logprobs",
          "response_format",
          "reasoning_effort",
          "generationConfig",
          "generation_config");

  private final ChatRequest request;
  private final GeminiQuirks quirks;
  private final List<String> changes;
  private final ObjectNode config = Json.MAPPER.createObjectNode();

  GeminiConfig(ChatRequest request, GeminiQuirks quirks, List<String> changes) {
    this.request = request;
    this.quirks = quirks;
    this.changes = changes;
  }

  /** Whether a member of the request is dealt with here, or says what is so anyway. */
  boolean takes(Map.Entry<String, JsonNode> member) {
    String name = member.getKey();
    return TAKEN.contains(name)
        || RENAMED.containsKey(name)
        || (name.equals("parallel_tool_calls") && member.getValue().asBoolean());
  }

  /**
   * The configuration, empty where the client says nothing of it.
   *
   * @param tools whether there are tools
   */
  ObjectNode of(JsonNode in, boolean tools) {
    RENAMED.forEach(
        (name, own) -> {
          if (in.hasNonNull(name)) {
            config.set(own, in.get(name));
          }
        });
    clamp(in, "temperature", "temperature", TEMPERATURE);
    clamp(in, "top_p", "topP", TOP_P);
    maxTokens(in);
    candidates(in.path("n").asInt(1));
    stop(in.path("stop"));
    logprobs(in);
    format(in.path("response_format"), tools);
    ObjectNode own = own(in);
    String effort = in.path("reasoning_effort").asText("");
    if (!effort.isEmpty() && !own.has("thinkingConfig")) {
      new GeminiThinking(request.model(), quirks, changes).write(effort, config);
    }
    config.setAll(own);
    return config;
  }

  private static ObjectNode own(JsonNode in) {
    for (String name : List.of("generationConfig", "generation_config")) {
      if (in.get(name) instanceof ObjectNode own) {
        return own;
      }
    }
    return Json.MAPPER.createObjectNode();
  }

  private void clamp(JsonNode in, String name, String own, Range range) {
    JsonNode value = in.path(name);
    if (!value.isNumber()) {
      return;
    }
    double nearest = range.clamp(value.asDouble());
    if (nearest == value.asDouble()) {
      config.set(own, value);
    } else {
      config.put(own, nearest);
      changes.add(name + "=" + (long) nearest);
    }
  }

  private void maxTokens(JsonNode in) {
    String name = in.hasNonNull("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
    long limit = in.path(name).asLong(0);
    Long most = request.maxOutput();
    if (most != null && limit > most) {
      limit = most;
      changes.add(name + "=" + limit);
    }
    if (limit > 0) {
      config.put("maxOutputTokens", limit);
    }
  }

  private void candidates(int n) {
    if (n > 1 && quirks.oneCandidate().contain(request.model())) {
      changes.add("n=1");
    } else if (n > 1) {
      config.put("candidateCount", n);
    }
  }

  private void stop(JsonNode stop) {
    ArrayNode stops = Json.MAPPER.createArrayNode();
    if (stop.isTextual()) {
      stops.add(stop);
    }
    for (JsonNode each : stop) {
      if (stops.size() < MOST_STOPS) {
        stops.add(each);
      }
    }
    if (stop.isArray() && stop.size() > MOST_STOPS) {
      changes.add("stop=" + MOST_STOPS);
    }
    if (!stops.isEmpty()) {
      config.set("stopSequences", stops);
    }
  }

  private void logprobs(JsonNode in) {
    if (!in.path("logprobs").asBoolean()) {
      return;
    }
    config.put("responseLogprobs", true);
    if (in.path("top_logprobs").asInt() > 0) {
      config.set("logprobs", in.get("top_logprobs"));
    }
  }

  private void format(JsonNode format, boolean tools) {
    String type = format.path("type").asText("text");
    if (type.equals("text")) {
      return;
    }
    if (tools && quirks.jsonOrTools().contain(request.model())) {
      changes.add("response_format=dropped");
      return;
    }
    config.put("responseMimeType", "application/json");
    JsonNode schema = format.at("/json_schema/schema");
    if (type.equals("json_schema") && schema.isObject()) {
      MessageMembers.tell(
          format.path("json_schema"),
          "json_schema",
          Set.of("name", "schema", "strict"),
          changes::add);
      if (quirks.jsonSchema().contain(request.model())) {
        config.set("responseJsonSchema", schema);
      } else {
        config.set("responseSchema", GeminiSchema.clean(schema, changes));
      }
    }
  }
}

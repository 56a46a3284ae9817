package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.dialect.AnthropicModels.Trait;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An OpenAI request as one of Converse. Converse is shaped like Anthropic's Messages, so a request
 * is put into Anthropic's terms first, by the classes that do so for Anthropic, and from there into
 * Converse's words.
 */
final class BedrockRequest {
  /** What other members are made of, or what the gateway itself has read. */
  private static final Set<String> TRANSLATED =
      Set.of(
          "model",
          "models",
          "route",
          "resume",
          "provider",
          "messages",
          "stream",
          "stream_options",
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "top_p",
          "stop",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "metadata",
          "service_tier",
          "response_format",
          "reasoning_effort",
          "thinking",
          "top_k",
          "anthropic_beta",
          "output_config",
          "additionalModelRequestFields");

  /** Members that a model takes and Converse does not know. */
  private static final List<String> MODEL_FIELDS =
      List.of("thinking", "top_k", "anthropic_beta", "output_config");

  private static final Pattern LABEL = Pattern.compile("[a-zA-Z0-9\\s:_@$#=/+,.-]{1,256}");
  private static final int MOST_LABELS = 16;

  private final ChatRequest request;
  private final BedrockQuirks quirks;
  private final ObjectNode in;
  private final Set<Trait> traits;
  private final ObjectNode terms = Json.MAPPER.createObjectNode();
  private final ObjectNode out = Json.MAPPER.createObjectNode();
  private final Set<String> changes = new LinkedHashSet<>();

  BedrockRequest(ChatRequest request, BedrockQuirks quirks) {
    this.request = request;
    this.quirks = quirks;
    this.in = AnthropicRequest.tree(request);
    this.traits = quirks.models().of(request.model());
  }

  Dialect.Outgoing outgoing() {
    AnthropicRequest.refuseFunctions(in);
    AnthropicMessages messages = new AnthropicMessages(in.path("messages"), changes);
    ObjectNode fields = modelFields();
    new BedrockEffort(in, fields, changes).translate(quirks.efforts(), request.model());
    boolean limited = maxTokens();
    in.properties().forEach(member -> other(member.getKey(), member.getValue()));
    serviceTier();
    metadata();
    responseFormat(messages);
    AnthropicTools.translate(in, terms, traits, changes);
    new BedrockTools(in, terms, changes).writeTo(out, messages);
    ObjectNode outputConfig =
        terms.path("output_config") instanceof ObjectNode own
            ? own
            : terms.putObject("output_config");
    new AnthropicThinking(in, terms, outputConfig, traits, changes)
        .translate(request.maxOutput(), messages);
    if (outputConfig.isEmpty()) {
      terms.remove("output_config");
    }
    new AnthropicSampling(in, terms, traits, changes)
        .translate(quirks.temperature(), quirks.topP());
    messages.writeTo(terms, traits.contains(Trait.NO_PREFILL));
    conversation();
    inference(limited || AnthropicThinking.isOn(terms));
    fields.setAll(picked());
    if (!fields.isEmpty()) {
      out.set("additionalModelRequestFields", fields);
    }
    try {
      return new Dialect.Outgoing(Json.MAPPER.writeValueAsBytes(out), List.copyOf(changes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the client sends to the model itself; what thinking and sampling depend on is picked. */
  private ObjectNode modelFields() {
    ObjectNode fields = Json.MAPPER.createObjectNode();
    if (in.path("additionalModelRequestFields") instanceof ObjectNode own) {
      fields.setAll(own);
    }
    for (String name : MODEL_FIELDS) {
      JsonNode value = fields.has(name) ? fields.remove(name) : in.path(name);
      if (!value.isMissingNode() && !value.isNull()) {
        terms.set(name, value);
      }
    }
    return fields;
  }

  private ObjectNode picked() {
    return terms.deepCopy().retain(MODEL_FIELDS);
  }

  /** Notes the limit of the answer's length, and tells whether the client has set one. */
  private boolean maxTokens() {
    JsonNode asked = in.path("max_completion_tokens");
    if (!asked.isNumber()) {
      asked = in.path("max_tokens");
    }
    long most = request.maxOutput() == null ? Long.MAX_VALUE : request.maxOutput();
    long limit = Math.max(1, Math.min(most, asked.asLong(quirks.maxTokens())));
    if (asked.isNumber() && limit != asked.asLong()) {
      changes.add("max_tokens=" + limit);
    }
    terms.put("max_tokens", limit);
    return asked.isNumber();
  }

  private void other(String name, JsonNode value) {
    if (TRANSLATED.contains(name) || value.isNull()) {
      return;
    }
    if (quirks.pass().contains(name)) {
      out.set(name, value);
    } else if (!name.equals("n") || value.asInt() != 1) {
      changes.add(name + "=dropped");
    }
  }

  private void serviceTier() {
    String tier = out.has("serviceTier") ? "auto" : in.path("service_tier").asText("auto");
    switch (tier) {
      case "auto", "null" -> {}
      case "default", "flex", "priority", "reserved" ->
          out.putObject("serviceTier").put("type", tier);
      default -> changes.add("service_tier=dropped");
    }
  }

  /** Labels of a call, which Bedrock writes into its log of invocations. */
  private void metadata() {
    JsonNode metadata = in.path("metadata");
    if (metadata.isEmpty() || out.has("requestMetadata")) {
      return;
    }
    boolean fits = metadata.size() <= MOST_LABELS;
    for (Map.Entry<String, JsonNode> label : metadata.properties()) {
      fits &=
          label.getValue().isTextual()
              && LABEL.matcher(label.getKey()).matches()
              && LABEL.matcher(label.getValue().asText()).matches();
    }
    if (fits) {
      out.set("requestMetadata", metadata);
    } else {
      changes.add("metadata=dropped");
    }
  }

  private void responseFormat(AnthropicMessages messages) {
    JsonNode format = in.path("response_format");
    JsonNode schema = format.at("/json_schema/schema");
    if (!schema.isObject() || !traits.contains(Trait.JSON_SCHEMA)) {
      AnthropicRequest.instruct(messages, format, changes);
      return;
    }
    ObjectNode text = out.putObject("outputConfig").putObject("textFormat");
    text.put("type", "json_schema");
    ObjectNode definition = text.putObject("structure").putObject("jsonSchema");
    definition.put("schema", ChatCompletions.json(schema));
    for (String name : List.of("name", "description")) {
      String value = format.path("json_schema").path(name).asText("");
      if (!value.isBlank()) {
        definition.put(name, value);
      }
    }
  }

  private void conversation() {
    BedrockContents contents = new BedrockContents(changes);
    ArrayNode system = contents.blocks(terms.path("system"));
    if (!system.isEmpty()) {
      out.set("system", system);
    }
    ArrayNode messages = out.putArray("messages");
    for (JsonNode message : terms.path("messages")) {
      ObjectNode turn = messages.addObject().put("role", message.path("role").asText());
      turn.set("content", contents.blocks(message.path("content")));
    }
  }

  private void inference(boolean limited) {
    ObjectNode config = Json.MAPPER.createObjectNode();
    if (limited) {
      config.set("maxTokens", terms.get("max_tokens"));
    }
    if (terms.has("temperature")) {
      config.set("temperature", terms.get("temperature"));
    }
    if (terms.has("top_p")) {
      config.set("topP", terms.get("top_p"));
    }
    ArrayNode stop = AnthropicRequest.stop(in.path("stop"), changes);
    if (!stop.isEmpty()) {
      config.set("stopSequences", stop);
    }
    if (!config.isEmpty()) {
      out.set("inferenceConfig", config);
    }
  }
}

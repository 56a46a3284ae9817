package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.dialect.AnthropicModels.Trait;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** An OpenAI request as Anthropic's Messages: the members beside messages, tools and thinking. */
final class AnthropicRequest {
  private static final ObjectReader EXACT =
      Json.MAPPER.reader(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

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
          "user",
          "safety_identifier",
          "metadata",
          "service_tier",
          "response_format",
          "reasoning_effort",
          "output_config",
          "betas");

  private final ChatRequest request;
  private final AnthropicQuirks quirks;
  private final ObjectNode in;
  private final Set<Trait> traits;
  private final ObjectNode out = Json.MAPPER.createObjectNode();
  private final Set<String> changes = new LinkedHashSet<>();

  AnthropicRequest(ChatRequest request, AnthropicQuirks quirks) {
    this.request = request;
    this.quirks = quirks;
    this.in = tree(request);
    this.traits = quirks.models().of(request.model());
  }

  /** The client's members, with numbers as exact as they were sent. */
  static ObjectNode tree(ChatRequest request) {
    try {
      return (ObjectNode) EXACT.readTree(request.json());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Dialect.Outgoing outgoing() {
    refuseFunctions(in);
    if (quirks.bodyVersion() == null) {
      out.put("model", request.model());
    } else {
      out.put("anthropic_version", quirks.bodyVersion());
    }
    AnthropicMessages messages = new AnthropicMessages(in.path("messages"), changes);
    maxTokens();
    if (request.stream()) {
      out.put("stream", true);
    }
    JsonNode config = in.path("output_config");
    ObjectNode outputConfig =
        config.isObject() ? config.deepCopy() : Json.MAPPER.createObjectNode();
    responseFormat(messages, outputConfig);
    messages.writeTo(out, traits.contains(Trait.NO_PREFILL));
    stop();
    metadata();
    serviceTier();
    in.properties().forEach(member -> other(member.getKey(), member.getValue()));
    AnthropicTools.translate(in, out, traits, changes);
    new AnthropicThinking(in, out, outputConfig, traits, changes)
        .translate(request.maxOutput(), messages);
    if (!outputConfig.isEmpty()) {
      out.set("output_config", outputConfig);
    }
    new AnthropicSampling(in, out, traits, changes).translate(quirks.temperature(), quirks.topP());
    Map<String, String> headers = betas();
    try {
      return new Dialect.Outgoing(
          Json.MAPPER.writeValueAsBytes(out), List.copyOf(changes), headers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Refuses what OpenAI had before tools. */
  static void refuseFunctions(ObjectNode in) {
    refuse(in, "functions", "tools");
    refuse(in, "function_call", "tool_choice");
  }

  private static void refuse(ObjectNode in, String name, String instead) {
    if (in.hasNonNull(name)) {
      throw Refusals.unsupported(
          name, "'" + name + "' is not supported by this model: use '" + instead + "'.");
    }
  }

  private void maxTokens() {
    JsonNode asked = in.path("max_completion_tokens");
    if (!asked.isNumber()) {
      asked = in.path("max_tokens");
    }
    long most = request.maxOutput() == null ? Long.MAX_VALUE : request.maxOutput();
    long limit = Math.min(most, asked.asLong(quirks.maxTokens()));
    if (asked.isNumber() && limit < asked.asLong()) {
      changes.add("max_tokens=" + limit);
    }
    out.put("max_tokens", limit);
  }

  private void responseFormat(AnthropicMessages messages, ObjectNode outputConfig) {
    JsonNode format = in.path("response_format");
    JsonNode schema = format.at("/json_schema/schema");
    boolean schematic = format.path("type").asText().equals("json_schema") && schema.isObject();
    if (schematic && traits.contains(Trait.JSON_SCHEMA)) {
      outputConfig.putObject("format").put("type", "json_schema").set("schema", schema);
      MessageMembers.tell(
          format.path("json_schema"),
          "json_schema",
          Set.of("name", "schema", "strict"),
          changes::add);
    } else {
      instruct(messages, format, changes);
    }
  }

  /** Asks for JSON in words, where the API has no member for it. */
  static void instruct(AnthropicMessages messages, JsonNode format, Set<String> changes) {
    if (format.path("type").asText().startsWith("json")) {
      JsonNode schema = format.at("/json_schema/schema");
      String words = "Answer with a JSON object only, without any text or fence around it.";
      messages.instruct(
          schema.isObject()
              ? words + " It has to be valid for this JSON schema: " + schema
              : words);
      changes.add("response_format=instruction");
    }
  }

  private void stop() {
    ArrayNode sequences = stop(in.path("stop"), changes);
    if (!sequences.isEmpty()) {
      out.set("stop_sequences", sequences);
    }
  }

  /** The texts that end an answer, without blank ones, which the API refuses. */
  static ArrayNode stop(JsonNode stop, Set<String> changes) {
    List<String> asked = new ArrayList<>();
    if (stop.isTextual()) {
      asked.add(stop.asText());
    }
    stop.forEach(text -> asked.add(text.asText()));
    ArrayNode sequences = Json.MAPPER.createArrayNode();
    asked.stream().filter(text -> !text.isBlank()).forEach(sequences::add);
    if (sequences.size() < asked.size()) {
      changes.add("stop=" + sequences.size() + " of " + asked.size());
    }
    return sequences;
  }

  /** OpenAI's metadata are labels of the client's; Anthropic's only say for whom the call is. */
  private void metadata() {
    JsonNode metadata = in.path("metadata");
    String user = metadata.path("user_id").asText("");
    for (String name : List.of("safety_identifier", "user")) {
      user = user.isEmpty() ? in.path(name).asText("") : user;
    }
    if (metadata.size() > (metadata.has("user_id") ? 1 : 0)) {
      changes.add("metadata=dropped");
    }
    if (!user.isEmpty()) {
      out.putObject("metadata").put("user_id", user);
    }
  }

  private void serviceTier() {
    if (!in.hasNonNull("service_tier")) {
      return;
    }
    switch (in.path("service_tier").asText()) {
      case "auto" -> out.put("service_tier", "auto");
      case "default", "standard_only" -> out.put("service_tier", "standard_only");
      default -> changes.add("service_tier=dropped");
    }
  }

  private void other(String name, JsonNode value) {
    if (TRANSLATED.contains(name) || value.isNull()) {
      return;
    }
    if (quirks.pass().contains(name)) {
      out.set(name, value);
    } else {
      changes.add(name + "=dropped");
    }
  }

  /** Names of beta features: the kamelet's and the request's, by header or in the body. */
  private Map<String, String> betas() {
    Set<String> names = new LinkedHashSet<>(quirks.beta());
    BiConsumer<String, String> add =
        (member, beta) -> {
          if (beta.matches("[A-Za-z0-9._-]{1,64}")) {
            names.add(beta);
          } else {
            changes.add(member + "=dropped");
          }
        };
    in.path("betas").forEach(beta -> add.accept("betas", beta.asText()));
    if (names.isEmpty()) {
      return Map.of();
    }
    if (quirks.bodyVersion() == null) {
      return Map.of("anthropic-beta", String.join(",", names));
    }
    ArrayNode list = out.putArray("anthropic_beta");
    names.forEach(list::add);
    return Map.of();
  }
}

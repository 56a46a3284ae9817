package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Anthropic refuses in a request, apart from its messages, in its words. */
final class AnthropicRules {
  /** A request that is refused. */
  static final class Refused extends RuntimeException {
    Refused(String message) {
      super(message, null, false, false);
    }
  }

  private static final Set<String> MEMBERS =
      Set.of(
          "model",
          "messages",
          "max_tokens",
          "system",
          "metadata",
          "stop_sequences",
          "stream",
          "temperature",
          "top_k",
          "top_p",
          "tools",
          "tool_choice",
          "thinking",
          "service_tier",
          "container",
          "mcp_servers",
          "context_management",
          "output_config",
          "cache_control",
          "inference_geo",
          "speed");
  private static final Set<String> EFFORTS = Set.of("low", "medium", "high", "xhigh", "max");

  private final JsonNode request;
  private final AnthropicModel model;

  private AnthropicRules(JsonNode request, AnthropicModel model) {
    this.request = request;
    this.model = model;
  }

  /**
   * What is wrong with a request, null if nothing is.
   *
   * @param more top-level members beside Anthropic's own, of a cloud that hosts its models
   */
  static @Nullable String refusal(JsonNode request, AnthropicModel model, Set<String> more) {
    try {
      AnthropicRules rules = new AnthropicRules(request, model);
      members(request, "", union(MEMBERS, more));
      rules.length();
      rules.sampling();
      rules.tools();
      rules.thinking();
      rules.rest();
      new AnthropicConversation(request, model).check();
      return null;
    } catch (Refused refused) {
      return refused.getMessage();
    }
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> all = new HashSet<>(one);
    all.addAll(other);
    return all;
  }

  static void require(boolean sound, String message) {
    if (!sound) {
      throw new Refused(message);
    }
  }

  static void members(JsonNode object, String place, Set<String> known) {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              require(known.contains(name), place + name + ": Extra inputs are not permitted");
              require(!object.get(name).isNull(), place + name + ": Input should not be null");
            });
  }

  private void length() {
    JsonNode limit = request.path("max_tokens");
    require(!limit.isMissingNode(), "max_tokens: Field required");
    require(limit.isInt() && limit.asInt() > 0, "max_tokens: must be greater than 0");
    require(
        limit.asInt() <= model.mostTokens(),
        "max_tokens: "
            + limit
            + " > "
            + model.mostTokens()
            + ", which is the maximum allowed number of output tokens");
    for (JsonNode stop : request.path("stop_sequences")) {
      require(
          !stop.asText().isBlank(),
          "stop_sequences: each stop sequence must contain non-whitespace");
    }
  }

  private void sampling() {
    for (String name : List.of("temperature", "top_p")) {
      JsonNode value = request.path(name);
      require(
          value.isMissingNode() || (value.isNumber() && value.asDouble() >= 0),
          name + ": Input should be a number greater than or equal to 0");
      require(value.asDouble(0) <= 1, name + ": Input should be less than or equal to 1");
      require(
          !model.isNewest() || value.asDouble(1) == 1, "`" + name + "` is not supported for it");
    }
    require(!model.isNewest() || !request.has("top_k"), "`top_k` is not supported for this model.");
    require(
        !model.refusesTemperatureWithTopP() || !request.has("temperature") || !request.has("top_p"),
        "`temperature` and `top_p` cannot both be specified for this model. Please use only one.");
  }

  private void tools() {
    Set<String> names = new HashSet<>();
    for (JsonNode tool : request.path("tools")) {
      String name = tool.path("name").asText();
      require(
          name.matches("[a-zA-Z0-9_-]{1,128}"), "tools.0.custom.name: String should match pattern");
      require(names.add(name), "tools: Tool names must be unique.");
      if (tool.path("type").asText("custom").equals("custom")) {
        Set<String> known =
            Set.of("type", "name", "description", "input_schema", "cache_control", "strict");
        members(tool, "tools.0.custom.", known);
        require(
            tool.at("/input_schema/type").asText().equals("object"),
            "tools.0.custom.input_schema.type: Field required");
      }
    }
    JsonNode choice = request.path("tool_choice");
    if (choice.isMissingNode()) {
      return;
    }
    require(!names.isEmpty(), "tool_choice: may only be specified while providing tools");
    members(choice, "tool_choice.", Set.of("type", "name", "disable_parallel_tool_use"));
    String type = choice.path("type").asText();
    require(
        Set.of("auto", "any", "tool", "none").contains(type), "tool_choice: unknown type " + type);
    require(
        !type.equals("none") || !choice.has("disable_parallel_tool_use"),
        "tool_choice.none.disable_parallel_tool_use: Extra inputs are not permitted");
    require(type.equals("tool") == choice.has("name"), "tool_choice." + type + ".name: wrong");
    require(
        !type.equals("tool") || names.contains(choice.path("name").asText()),
        "tool_choice: Tool '" + choice.path("name").asText() + "' not found in provided tools");
    require(!isForced() || !model.isFree(), "tool_choice: this model cannot be forced.");
  }

  private boolean isForced() {
    return Set.of("any", "tool").contains(request.at("/tool_choice/type").asText());
  }

  private void thinking() {
    JsonNode thinking = request.path("thinking");
    if (thinking.isMissingNode()) {
      return;
    }
    switch (thinking.path("type").asText()) {
      case "enabled" -> {
        members(thinking, "thinking.enabled.", Set.of("type", "budget_tokens", "display"));
        require(!model.isNewest(), "\"thinking.type.enabled\" is not supported for this model.");
        int budget = thinking.path("budget_tokens").asInt();
        require(budget >= 1024, "thinking.enabled.budget_tokens: must be at least 1024 and is not");
        require(
            budget < request.path("max_tokens").asInt(),
            "`max_tokens` must be greater than `thinking.budget_tokens`.");
      }
      case "adaptive" -> {
        members(thinking, "thinking.adaptive.", Set.of("type", "display"));
        require(model.isAdaptive(), "adaptive thinking is not supported on this model");
      }
      case "disabled" -> {
        members(thinking, "thinking.disabled.", Set.of("type"));
        require(!model.alwaysThinks(), "thinking: disabled is not supported on this model");
        return;
      }
      default -> throw new Refused("thinking: unknown type");
    }
    require(
        request.path("temperature").asDouble(1) == 1,
        "`temperature` may only be set to 1 when thinking is enabled.");
    require(
        request.path("top_p").asDouble(1) >= 0.95,
        "`top_p` must be greater than or equal to 0.95 when thinking is enabled.");
    require(!request.has("top_k"), "`top_k` must be unset when thinking is enabled.");
    require(!isForced(), "Thinking may not be enabled when tool_choice forces tool use.");
  }

  private void rest() {
    members(request.path("metadata"), "metadata.", Set.of("user_id"));
    JsonNode tier = request.path("service_tier");
    require(
        tier.isMissingNode() || Set.of("auto", "standard_only").contains(tier.asText()),
        "service_tier: Input should be 'auto' or 'standard_only'");
    JsonNode config = request.path("output_config");
    members(config, "output_config.", Set.of("format", "effort"));
    if (config.has("effort")) {
      require(model.knowsEffort(), "This model does not support the effort parameter.");
      require(EFFORTS.contains(config.path("effort").asText()), "output_config.effort: unknown");
    }
    if (config.has("format")) {
      require(model.knowsSchemas(), "output_config.format: not supported by this model");
      members(config.path("format"), "output_config.format.", Set.of("type", "schema"));
      require(
          config.at("/format/type").asText().equals("json_schema")
              && config.at("/format/schema").isObject(),
          "output_config.format: should be a json_schema");
    }
  }
}

package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Converse refuses. */
final class BedrockRules {
  private static final Set<String> MEMBERS =
      Set.of(
          "messages",
          "system",
          "inferenceConfig",
          "toolConfig",
          "guardrailConfig",
          "additionalModelRequestFields",
          "additionalModelResponseFieldPaths",
          "promptVariables",
          "requestMetadata",
          "performanceConfig",
          "serviceTier",
          "outputConfig");
  private static final Set<String> DOCUMENTS =
      Set.of("pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md");

  private static final class Refused extends RuntimeException {
    Refused(String message) {
      super(message);
    }
  }

  private final JsonNode request;

  private BedrockRules(JsonNode request) {
    this.request = request;
  }

  /** What is wrong with a request, null if nothing is. */
  static @Nullable String refusal(JsonNode request) {
    try {
      new BedrockRules(request).check();
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

  private static void members(JsonNode node, Set<String> known) {
    node.properties()
        .forEach(
            member -> {
              require(
                  known.contains(member.getKey()),
                  "extraneous key [" + member.getKey() + "] is not permitted");
              require(!member.getValue().isNull(), member.getKey() + " is null");
            });
  }

  private void check() {
    members(request, MEMBERS);
    inference();
    for (JsonNode block : request.path("system")) {
      require(block.size() == 1, "system: one member is expected");
      require(
          block.has("cachePoint") || block.has("guardContent") || isText(block),
          "The text field in the ContentBlock object is blank.");
    }
    conversation();
    tools();
    thinking();
    output();
    for (var label : request.path("requestMetadata").properties()) {
      require(
          label.getValue().asText().matches("[a-zA-Z0-9\\s:_@$#=/+,.-]{0,256}"),
          "requestMetadata." + label.getKey() + " failed to satisfy constraint");
    }
    JsonNode tier = request.path("serviceTier");
    require(
        tier.isMissingNode()
            || Set.of("priority", "default", "flex", "reserved")
                .contains(tier.path("type").asText()),
        "serviceTier.type failed to satisfy enum value set");
  }

  private static boolean isText(JsonNode block) {
    return !block.path("text").asText("").isBlank();
  }

  private void inference() {
    JsonNode config = request.path("inferenceConfig");
    members(config, Set.of("maxTokens", "temperature", "topP", "stopSequences"));
    require(config.path("maxTokens").asLong(1) >= 1, "inferenceConfig.maxTokens: at least 1");
    require(
        config.path("maxTokens").asLong(1) <= 64_000,
        "The maximum tokens you requested exceeds the model limit of 64000.");
    for (String name : List.of("temperature", "topP")) {
      double value = config.path(name).asDouble(0);
      require(value >= 0 && value <= 1, "inferenceConfig." + name + ": must be between 0 and 1");
    }
    require(
        !config.has("temperature") || !config.has("topP"),
        "`temperature` and `top_p` cannot both be specified for this model.");
    config.path("stopSequences").forEach(text -> require(!text.asText().isBlank(), "blank stop"));
  }

  private void conversation() {
    JsonNode messages = request.path("messages");
    require(!messages.isEmpty(), "messages: at least one is needed");
    String expected = "user";
    List<String> open = new ArrayList<>();
    for (JsonNode message : messages) {
      members(message, Set.of("role", "content"));
      require(
          message.path("role").asText().equals(expected),
          "A conversation must alternate between user and assistant roles, and begin with user.");
      require(!message.path("content").isEmpty(), "The content field is empty.");
      List<String> calls = new ArrayList<>();
      List<String> results = new ArrayList<>();
      for (JsonNode block : message.path("content")) {
        block(block, expected);
        if (block.has("toolUse")) {
          calls.add(block.at("/toolUse/toolUseId").asText());
        }
        if (block.has("toolResult")) {
          results.add(block.at("/toolResult/toolUseId").asText());
        }
      }
      require(
          Set.copyOf(results).equals(Set.copyOf(open)),
          "The number of toolResult blocks exceeds or falls short of the toolUse blocks before.");
      open = calls;
      expected = expected.equals("user") ? "assistant" : "user";
    }
    require(open.isEmpty(), "Expected toolResult blocks for: " + open);
    boolean toolBlocks = messages.toString().contains("\"toolUse\"");
    require(
        !toolBlocks || request.has("toolConfig"),
        "The toolConfig field must be defined when using toolUse and toolResult content blocks.");
  }

  private static void block(JsonNode block, String role) {
    require(block.size() == 1, "A ContentBlock has exactly one member.");
    String kind = block.fieldNames().next();
    JsonNode value = block.path(kind);
    boolean user = role.equals("user");
    switch (kind) {
      case "text" -> require(isText(block), "The text field in the ContentBlock object is blank.");
      case "image" -> {
        require(user, "images come from the user");
        require(
            Set.of("png", "jpeg", "gif", "webp").contains(value.path("format").asText()),
            "image.format failed to satisfy enum value set");
        source(value.path("source"));
      }
      case "document" -> {
        require(user, "documents come from the user");
        require(DOCUMENTS.contains(value.path("format").asText()), "document.format is unknown");
        require(
            value.path("name").asText().matches("[a-zA-Z0-9()\\[\\]-]+( [a-zA-Z0-9()\\[\\]-]+)*"),
            "The document file name can only contain alphanumeric characters, whitespace...");
        source(value.path("source"));
      }
      case "toolUse" -> {
        require(!user, "toolUse comes from the assistant");
        members(value, Set.of("toolUseId", "name", "input"));
        require(
            value.path("toolUseId").asText().matches("[a-zA-Z0-9_-]{1,64}"),
            "toolUseId failed to satisfy constraint: [a-zA-Z0-9_-]+, at most 64");
        require(value.path("input").isObject(), "toolUse.input must be an object");
      }
      case "toolResult" -> {
        require(user, "toolResult comes from the user");
        members(value, Set.of("toolUseId", "content", "status"));
        require(value.path("content").isArray(), "toolResult.content is required");
        value.path("content").forEach(inner -> block(inner, role));
      }
      case "reasoningContent" -> {
        require(!user, "reasoningContent comes from the assistant");
        String thought = value.at("/reasoningText/text").asText();
        require(
            value.has("redactedContent")
                || value
                    .at("/reasoningText/signature")
                    .asText()
                    .equals(AnthropicConversation.signature(thought)),
            "Invalid `signature` in `thinking` block");
      }
      case "cachePoint" -> {
        members(value, Set.of("type", "ttl"));
        require(value.path("type").asText().equals("default"), "cachePoint.type: default");
      }
      default -> throw new Refused("ContentBlock has the unknown member " + kind);
    }
  }

  private static void source(JsonNode source) {
    members(source, Set.of("bytes", "s3Location"));
    try {
      require(Base64.getDecoder().decode(source.path("bytes").asText()).length > 0, "no bytes");
    } catch (IllegalArgumentException e) {
      throw new Refused("bytes are not base64");
    }
  }

  private void tools() {
    JsonNode config = request.path("toolConfig");
    if (config.isMissingNode()) {
      return;
    }
    members(config, Set.of("tools", "toolChoice"));
    require(!config.path("tools").isEmpty(), "toolConfig.tools: at least one");
    for (JsonNode tool : config.path("tools")) {
      if (!tool.has("cachePoint")) {
        members(tool.path("toolSpec"), Set.of("name", "description", "inputSchema", "strict"));
        require(tool.at("/toolSpec/name").asText().matches("[a-zA-Z0-9_-]{1,64}"), "toolSpec.name");
        require(
            tool.at("/toolSpec/inputSchema/json/type").asText().equals("object"),
            "The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be object");
        require(!tool.at("/toolSpec/description").asText("-").isBlank(), "toolSpec.description");
      }
    }
    JsonNode choice = config.path("toolChoice");
    members(choice, Set.of("auto", "any", "tool"));
    require(choice.isMissingNode() || choice.size() == 1, "toolChoice: exactly one");
  }

  private void thinking() {
    JsonNode thinking = request.at("/additionalModelRequestFields/thinking");
    String type = thinking.path("type").asText();
    if (thinking.isMissingNode() || type.equals("disabled")) {
      return;
    }
    JsonNode config = request.path("inferenceConfig");
    require(type.equals("enabled") || type.equals("adaptive"), "thinking.type is unknown");
    if (type.equals("enabled")) {
      long budget = thinking.path("budget_tokens").asLong();
      require(budget >= 1024, "thinking.enabled.budget_tokens: must be at least 1024");
      require(
          budget < config.path("maxTokens").asLong(4096),
          "`max_tokens` must be greater than `thinking.budget_tokens`.");
    }
    require(
        config.path("temperature").asDouble(1) == 1,
        "`temperature` may only be set to 1 when thinking is enabled.");
    require(
        !request.at("/toolConfig/toolChoice").has("any")
            && !request.at("/toolConfig/toolChoice").has("tool"),
        "Thinking may not be enabled when tool_choice forces tool use.");
  }

  private void output() {
    JsonNode config = request.path("outputConfig");
    if (config.isMissingNode()) {
      return;
    }
    JsonNode format = config.path("textFormat");
    require(format.path("type").asText().equals("json_schema"), "textFormat.type: json_schema");
    JsonNode schema = format.at("/structure/jsonSchema/schema");
    require(schema.isTextual(), "jsonSchema.schema is no string");
    try {
      require(Json.MAPPER.readTree(schema.asText()).isObject(), "the schema is no object");
    } catch (IOException e) {
      throw new Refused("the schema is no JSON");
    }
  }
}

package dev.bactrian.dialect;

import java.util.List;
import java.util.Set;

/**
 * What Bedrock accepts, and by which ids its models are called.
 *
 * @param maxTokens the limit of the answer's length that a thinking model gets from clients that
 *     set none
 * @param temperature the range of {@code temperature}
 * @param topP the range of {@code top_p}
 * @param pass top-level members of Bedrock's own that go through as they are
 * @param profile what is put before the ids of models that are only called through an inference
 *     profile, empty for nothing
 * @param profileModels those models
 * @param models what sets Anthropic's models apart
 * @param efforts where other models have their effort, by the member's path
 */
record BedrockQuirks(
    long maxTokens,
    Range temperature,
    Range topP,
    Set<String> pass,
    String profile,
    ModelNames profileModels,
    AnthropicModels models,
    List<Rule> efforts) {
  private static final long MAX_TOKENS = 16_384;
  private static final Range UNIT = new Range(0, 1);
  private static final Set<String> PASS =
      Set.of(
          "guardrailConfig",
          "performanceConfig",
          "serviceTier",
          "requestMetadata",
          "promptVariables",
          "additionalModelResponseFieldPaths");

  /** Reads them as a kamelet gives them. */
  static BedrockQuirks of(Options options) {
    Range temperature = options.range("temperature");
    Range topP = options.range("topP");
    List<String> pass = options.names("pass");
    String region = options.text("region", "us-east-1");
    String profile = options.text("inferenceProfile", "auto");
    return new BedrockQuirks(
        options.number("maxTokens", MAX_TOKENS),
        temperature == null ? UNIT : temperature,
        topP == null ? UNIT : topP,
        pass.isEmpty() ? PASS : Set.copyOf(pass),
        switch (profile) {
          case "auto" -> geography(region) + ".";
          case "none" -> "";
          default -> profile + ".";
        },
        options.models("profileModels"),
        AnthropicModels.parse(options.text("models")),
        options.rules("efforts"));
  }

  /** The inference profiles that keep a region's calls in its part of the world. */
  private static String geography(String region) {
    return switch (region) {
      case "ap-northeast-1", "ap-northeast-3" -> "jp";
      case "ap-southeast-2", "ap-southeast-4" -> "au";
      default ->
          switch (region.substring(0, Math.max(0, region.indexOf('-')))) {
            case "us" -> region.startsWith("us-gov") ? "us-gov" : "us";
            case "eu" -> "eu";
            case "ap" -> "apac";
            default -> "global";
          };
    };
  }

  /** The id by which Bedrock is asked for a model. */
  String modelId(String model) {
    return profileModels.contain(model) ? profile + model : model;
  }
}

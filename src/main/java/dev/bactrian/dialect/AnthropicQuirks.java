package dev.bactrian.dialect;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a provider of Anthropic's Messages accepts.
 *
 * @param maxTokens the limit of the answer's length for clients that set none; the API needs one
 * @param temperature the range of {@code temperature}
 * @param topP the range of {@code top_p}
 * @param pass top-level members of Anthropic's own that go through as they are
 * @param beta names of beta features for every request
 * @param bodyVersion {@code anthropic_version} of a provider that wants it in the body, and the
 *     model in the path alone; null where the version is a header
 * @param models what sets its models apart
 */
record AnthropicQuirks(
    long maxTokens,
    Range temperature,
    Range topP,
    Set<String> pass,
    List<String> beta,
    @Nullable String bodyVersion,
    AnthropicModels models) {
  private static final long MAX_TOKENS = 16_384;
  private static final Range UNIT = new Range(0, 1);
  private static final Set<String> PASS =
      Set.of(
          "thinking",
          "top_k",
          "container",
          "mcp_servers",
          "context_management",
          "cache_control",
          "inference_geo",
          "speed");

  /** Reads them as a kamelet gives them. */
  static AnthropicQuirks of(Options options) {
    Range temperature = options.range("temperature");
    Range topP = options.range("topP");
    List<String> pass = options.names("pass");
    return new AnthropicQuirks(
        options.number("maxTokens", MAX_TOKENS),
        temperature == null ? UNIT : temperature,
        topP == null ? UNIT : topP,
        pass.isEmpty() ? PASS : Set.copyOf(pass),
        options.names("beta"),
        options.text("bodyVersion"),
        AnthropicModels.parse(options.text("models")));
  }
}

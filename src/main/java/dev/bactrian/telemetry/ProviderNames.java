package dev.bactrian.telemetry;

import java.util.Map;

/**
 * What OpenTelemetry calls a provider: its well-known name where it has one, else ours. See
 * https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/.
 */
final class ProviderNames {
  private static final Map<String, String> WELL_KNOWN =
      Map.of(
          "azure", "azure.ai.openai",
          "bedrock", "aws.bedrock",
          "google", "gcp.gemini",
          "mistral", "mistral_ai",
          "vertex", "gcp.vertex_ai",
          "xai", "x_ai");

  private ProviderNames() {}

  /** The name of a provider of the catalogue. */
  static String of(String provider) {
    return WELL_KNOWN.getOrDefault(provider, provider);
  }
}

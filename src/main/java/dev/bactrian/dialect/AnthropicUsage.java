package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.Usage;

/** Anthropic's count of tokens, whose input leaves out what a cache was read or written for. */
final class AnthropicUsage {
  private long input;
  private long cacheRead;
  private long cacheWrite;
  private long output;
  private long thinking;

  /** Takes a {@code usage} object: counts are totals, and a later one corrects an earlier one. */
  AnthropicUsage take(JsonNode usage) {
    input = count(usage.path("input_tokens"), input);
    cacheRead = count(usage.path("cache_read_input_tokens"), cacheRead);
    cacheWrite = count(usage.path("cache_creation_input_tokens"), cacheWrite);
    output = count(usage.path("output_tokens"), output);
    thinking = count(usage.at("/output_tokens_details/thinking_tokens"), thinking);
    return this;
  }

  private static long count(JsonNode number, long before) {
    return number.isIntegralNumber() && number.canConvertToLong()
        ? Math.max(0, number.asLong())
        : before;
  }

  /** As OpenAI counts. */
  Usage usage() {
    return new Usage(input + cacheRead + cacheWrite, cacheRead, cacheWrite, output, thinking);
  }
}

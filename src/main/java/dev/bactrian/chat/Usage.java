package dev.bactrian.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * The tokens of one call, as OpenAI counts them: prompt includes cached and cache-write, completion
 * includes reasoning.
 *
 * @param prompt tokens in, all of them
 * @param cached tokens in that were read from a cache
 * @param cacheWrite tokens in that were written to a cache
 * @param completion tokens out, all of them
 * @param reasoning tokens out that were spent thinking
 */
public record Usage(long prompt, long cached, long cacheWrite, long completion, long reasoning) {
  /** Nothing was used. */
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

  /**
   * Reads a {@code usage} object; the parser stands on its opening brace and is left on its end.
   */
  public static Usage read(JsonParser json) throws IOException {
    long prompt = 0;
    long cached = 0;
    long cacheWrite = 0;
    long completion = 0;
    long reasoning = 0;
    long total = 0;
    String outer;
    while ((outer = json.nextFieldName()) != null) {
      JsonToken token = json.nextToken();
      if (token == JsonToken.START_OBJECT) {
        String inner;
        while ((inner = json.nextFieldName()) != null) {
          if (json.nextToken().isNumeric()) {
            switch (inner) {
              case "cached_tokens" -> cached = json.getLongValue();
              case "cache_write_tokens" -> cacheWrite = json.getLongValue();
              case "reasoning_tokens" -> reasoning = json.getLongValue();
              default -> {}
            }
          } else {
            json.skipChildren();
          }
        }
      } else if (token.isNumeric()) {
        switch (outer) {
          case "prompt_tokens" -> prompt = json.getLongValue();
          case "completion_tokens" -> completion = json.getLongValue();
          case "total_tokens" -> total = json.getLongValue();
          case "cached_tokens", "prompt_cache_hit_tokens" ->
              cached = Math.max(cached, json.getLongValue());
          default -> {}
        }
      } else {
        json.skipChildren();
      }
    }
    // Some count thoughts in the total only.
    boolean apart = reasoning > 0 && total == prompt + completion + reasoning;
    return new Usage(
        prompt, cached, cacheWrite, apart ? completion + reasoning : completion, reasoning);
  }
}

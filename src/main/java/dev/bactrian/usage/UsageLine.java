package dev.bactrian.usage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.usage.UsageQuery.Dimension;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sum of calls of one group and one currency. No token is in two kinds.
 *
 * @param group what these calls have in common, null values where they have none of it
 * @param currency ISO 4217, null for calls that have no price
 * @param requests how many there were
 * @param failed how many of them did not end well
 * @param attempts how many tries at providers they took
 * @param estimated how many of them have estimated tokens
 * @param unpriced how many of them have no cost since a price is unknown
 * @param cost nano-units of the currency, null when no call has a cost
 */
public record UsageLine(
    Map<Dimension, @Nullable String> group,
    @Nullable String currency,
    long requests,
    long failed,
    long attempts,
    long estimated,
    long unpriced,
    long prompt,
    long cached,
    long cacheWrite,
    long completion,
    long reasoning,
    @Nullable Long cost) {

  /** All tokens in. */
  public long in() {
    return prompt + cached + cacheWrite;
  }

  /** All tokens out. */
  public long out() {
    return completion + reasoning;
  }

  /** The cost in whole units, exact, such as {@code 0.000012}; null where there is none. */
  public @Nullable String amount() {
    return cost == null ? null : BigDecimal.valueOf(cost, 9).toPlainString();
  }

  /** As JSON. */
  public ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    group.forEach((dimension, value) -> json.put(dimension.word(), value));
    return json.put("requests", requests)
        .put("failed_requests", failed)
        .put("attempts", attempts)
        .put("estimated_requests", estimated)
        .put("unpriced_requests", unpriced)
        .put("prompt_tokens", prompt)
        .put("cached_tokens", cached)
        .put("cache_write_tokens", cacheWrite)
        .put("completion_tokens", completion)
        .put("reasoning_tokens", reasoning)
        .put("cost", amount())
        .put("currency", currency);
  }
}

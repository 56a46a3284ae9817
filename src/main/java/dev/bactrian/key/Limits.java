package dev.bactrian.key;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * How much at a time; null where there is no limit.
 *
 * @param requests requests a minute
 * @param tokens tokens a minute, in and out
 * @param concurrent requests that run at the same time
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Limits(
    @JsonProperty("requests_per_minute") @Nullable Long requests,
    @JsonProperty("tokens_per_minute") @Nullable Long tokens,
    @JsonProperty("concurrent_requests") @Nullable Long concurrent) {
  private static final long MOST = 10_000_000_000L;

  /** No limit. */
  public static final Limits NONE = new Limits(null, null, null);

  /** Limits, each of them at least 1 and at most ten thousand million. */
  public Limits {
    Rules.within("requests_per_minute", requests, MOST);
    Rules.within("tokens_per_minute", tokens, MOST);
    Rules.within("concurrent_requests", concurrent, MOST);
  }

  /** Whether there is none. */
  @com.fasterxml.jackson.annotation.JsonIgnore
  public boolean isNone() {
    return requests == null && tokens == null && concurrent == null;
  }
}

package dev.bactrian.limit;

import dev.bactrian.key.Limits;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one subject has left of its limits for this minute. A minute begins with the first call and
 * its limits are whole again when it is over, so that in none of them a call more is let in.
 */
final class Pace {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Limits limits;
  private final @Nullable Bucket requests;
  private final @Nullable Bucket tokens;

  Pace(Limits limits) {
    this.limits = limits;
    this.requests = bucket(limits.requests());
    this.tokens = bucket(limits.tokens());
  }

  private static @Nullable Bucket bucket(@Nullable Long perMinute) {
    return perMinute == null
        ? null
        : Bucket.builder()
            .addLimit(
                Bandwidth.builder().capacity(perMinute).refillIntervally(perMinute, MINUTE).build())
            .build();
  }

  Limits limits() {
    return limits;
  }

  /**
   * Takes what a call needs, all or nothing.
   *
   * @param seen notes what is left
   * @return what has no room, null if it is taken
   */
  @Nullable Refusal take(Estimate estimate, Remaining seen) {
    if (requests != null && limits.requests() != null) {
      long perMinute = limits.requests();
      ConsumptionProbe probe = requests.tryConsumeAndReturnRemaining(1);
      seen.requests(perMinute, probe.getRemainingTokens(), probe.getNanosToWaitForReset());
      if (!probe.isConsumed()) {
        return Refusal.requests(perMinute, probe.getNanosToWaitForRefill());
      }
    }
    if (tokens != null && limits.tokens() != null) {
      Refusal refusal = takeTokens(tokens, limits.tokens(), estimate.tokens(), seen);
      if (refusal != null) {
        giveBackRequest();
        return refusal;
      }
    }
    return null;
  }

  private static @Nullable Refusal takeTokens(
      Bucket bucket, long perMinute, long wanted, Remaining seen) {
    if (wanted > perMinute) {
      return Refusal.tooLarge(perMinute, wanted);
    }
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(wanted);
    seen.tokens(perMinute, probe.getRemainingTokens(), probe.getNanosToWaitForReset());
    return probe.isConsumed()
        ? null
        : Refusal.tokens(perMinute, wanted, probe.getNanosToWaitForRefill());
  }

  private void giveBackRequest() {
    if (requests != null) {
      requests.addTokens(1);
    }
  }

  /** Gives back all that was taken for a call that is not let in after all. */
  void giveBack(Estimate estimate) {
    giveBackRequest();
    settle(estimate, 0);
  }

  /** The call has used so many tokens. */
  void settle(Estimate estimate, long used) {
    long reserved = estimate.tokens();
    if (tokens != null && used < reserved) {
      tokens.addTokens(reserved - used);
    } else if (tokens != null && used > reserved) {
      tokens.consumeIgnoringRateLimits(used - reserved);
    }
  }
}

package dev.bactrian.limit;

import dev.bactrian.key.Limits;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How much of one subject is under way, and how much was in the last minute. */
final class Pace {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Limits limits;
  private final @Nullable Bucket requests;
  private final @Nullable Bucket tokens;
  private final AtomicLong running;

  /**
   * A pace.
   *
   * @param running how many calls run, shared with the pace that this one takes the place of
   */
  Pace(Limits limits, AtomicLong running) {
    this.limits = limits;
    this.requests = bucket(limits.requests());
    this.tokens = bucket(limits.tokens());
    this.running = running;
  }

  private static @Nullable Bucket bucket(@Nullable Long perMinute) {
    return perMinute == null
        ? null
        : Bucket.builder()
            .addLimit(
                Bandwidth.builder().capacity(perMinute).refillGreedy(perMinute, MINUTE).build())
            .build();
  }

  Limits limits() {
    return limits;
  }

  AtomicLong running() {
    return running;
  }

  /**
   * Takes what a call needs, all or nothing.
   *
   * @param seen notes what is left
   * @return what has no room, null if it is taken
   */
  @Nullable Refusal take(Estimate estimate, Remaining seen) {
    Long most = limits.concurrent();
    if (running.incrementAndGet() > (most == null ? Long.MAX_VALUE : most)) {
      running.decrementAndGet();
      return Refusal.concurrent(most == null ? 0 : most);
    }
    if (requests != null) {
      ConsumptionProbe probe = requests.tryConsumeAndReturnRemaining(1);
      seen.requests(limits.requests(), probe);
      if (!probe.isConsumed()) {
        running.decrementAndGet();
        return Refusal.requests(limits.requests(), probe.getNanosToWaitForRefill());
      }
    }
    if (tokens != null) {
      Refusal refusal = takeTokens(tokens, estimate.tokens(), seen);
      if (refusal != null) {
        running.decrementAndGet();
        giveBackRequest();
        return refusal;
      }
    }
    return null;
  }

  private @Nullable Refusal takeTokens(Bucket bucket, long wanted, Remaining seen) {
    long perMinute = limits.tokens() == null ? 0 : limits.tokens();
    if (wanted > perMinute) {
      return Refusal.tooLarge(perMinute, wanted);
    }
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(wanted);
    seen.tokens(perMinute, probe);
    return probe.isConsumed()
        ? null
        : Refusal.tokens(perMinute, wanted, probe.getNanosToWaitForRefill());
  }

  private void giveBackRequest() {
    if (requests != null) {
      requests.addTokens(1);
    }
  }

  /** Gives back all that was taken for a call that another subject has no room for. */
  void giveBack(Estimate estimate) {
    running.decrementAndGet();
    giveBackRequest();
    settleTokens(estimate.tokens(), 0);
  }

  /** The call is over. */
  void settle(Estimate estimate, long used) {
    running.decrementAndGet();
    settleTokens(estimate.tokens(), used);
  }

  private void settleTokens(long reserved, long used) {
    if (tokens != null && used < reserved) {
      tokens.addTokens(reserved - used);
    } else if (tokens != null && used > reserved) {
      tokens.consumeIgnoringRateLimits(used - reserved);
    }
  }
}

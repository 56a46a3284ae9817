package dev.bactrian.plan;

import dev.bactrian.chat.Usage;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.pool.Lease;
import org.jspecify.annotations.Nullable;

/**
 * One try at one target.
 *
 * @param target where it went
 * @param started when it began, on {@link System#nanoTime}'s clock
 * @param ended when it failed, on the same clock, 0 while it runs and when it succeeded
 * @param failure why it failed, null while it runs and when it succeeded
 * @param lease what it has of the provider's pool, null where there is none
 * @param part what of its answer was sent before it failed, null for nothing
 */
public record Attempt(
    Target target,
    long started,
    long ended,
    @Nullable UpstreamException failure,
    @Nullable Lease lease,
    @Nullable Part part) {

  /** The same one now that it has failed. */
  public Attempt failed(UpstreamException why, @Nullable Part sent) {
    return new Attempt(target, started, System.nanoTime(), why, lease, sent);
  }

  /**
   * The part of an answer that was sent before it broke off.
   *
   * @param usage the tokens as the provider told them, null where it did not
   * @param relayed an estimate of the tokens out that reached the client
   * @param finished whether the usage is of all that the model wanted to say
   * @param skipped how many of its events could not be read and were passed over
   */
  public record Part(@Nullable Usage usage, long relayed, boolean finished, int skipped) {}
}

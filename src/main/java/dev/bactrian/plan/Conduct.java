package dev.bactrian.plan;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What follows a failed attempt: the same target once more, the next one, or the end.
 *
 * @param maxAttempts how many attempts a call may make in all, retries and fallbacks together
 * @param backoffMillis the longest wait before a target is tried again without being told when
 * @param maxWaitMillis the longest wait that a provider may ask for
 */
public record Conduct(int maxAttempts, long backoffMillis, long maxWaitMillis) {

  /**
   * What to do next.
   *
   * @param plan the targets that are left, empty to give up
   * @param waitMillis how long to wait first
   */
  public record Next(List<Target> plan, long waitMillis) {}

  /**
   * Decides.
   *
   * @param failed the target that failed
   * @param failure how
   * @param rest the targets that were not tried yet
   * @param attempts how many attempts there were
   * @param remainingMillis how long the call may go on
   */
  public Next after(
      Target failed,
      UpstreamException failure,
      List<Target> rest,
      int attempts,
      long remainingMillis) {
    ErrorClass kind = failure.errorClass();
    if (attempts >= maxAttempts || remainingMillis <= 0 || !kind.triedElsewhere()) {
      return new Next(List.of(), 0);
    }
    long wait = wait(failure);
    boolean inTime = wait <= maxWaitMillis && wait < remainingMillis;
    if (kind.retriedOnSameTarget() && !failed.retry() && inTime) {
      List<Target> plan = new java.util.ArrayList<>(rest.size() + 1);
      plan.add(failed.again());
      plan.addAll(rest);
      return new Next(List.copyOf(plan), wait);
    }
    return new Next(rest, 0);
  }

  /** As long as the provider asks for, else a random time up to the longest backoff. */
  private long wait(UpstreamException failure) {
    return failure.retryAfterMillis() >= 0
        ? failure.retryAfterMillis()
        : ThreadLocalRandom.current().nextLong(backoffMillis / 2, backoffMillis + 1);
  }
}

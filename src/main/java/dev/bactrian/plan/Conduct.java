package dev.bactrian.plan;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What follows a failed attempt: the same target once more, the next one, or the end.
 *
 * @param maxAttempts how many attempts a call may make in all, retries and fallbacks together
 * @param retries how often one target is tried again
 * @param backoff how long to wait before a target is tried again without being told when
 * @param maxWaitMillis the longest wait that a provider may ask for, and the longest backoff
 */
public record Conduct(int maxAttempts, int retries, Backoff backoff, long maxWaitMillis) {

  /**
   * The wait before the next try of a target: random, from half of its length to all of it.
   *
   * @param firstMillis its length before the first retry
   * @param linear whether the second wait is twice as long as the first and the third three times;
   *     else each is twice the one before
   */
  public record Backoff(long firstMillis, boolean linear) {
    /** The length before a retry, the first being 1. */
    long millis(int retry) {
      return linear ? firstMillis * retry : firstMillis << Math.min(retry - 1, 20);
    }
  }

  /** The rules as the settings give them. */
  public Conduct(
      int maxAttempts, int retries, long backoffMillis, String growth, long maxWaitMillis) {
    this(maxAttempts, retries, new Backoff(backoffMillis, isLinear(growth)), maxWaitMillis);
  }

  private static boolean isLinear(String growth) {
    return switch (growth) {
      case "linear" -> true;
      case "exponential" -> false;
      default ->
          throw new IllegalArgumentException(
              "bactrian.backoff-growth is '" + growth + "': use exponential or linear.");
    };
  }

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
    long wait = wait(failure, failed.tries() + 1);
    boolean inTime = wait <= maxWaitMillis && wait < remainingMillis;
    if (kind.retriedOnSameTarget() && failed.tries() < retries && inTime) {
      return new Next(before(failed.again(), rest), wait);
    }
    return new Next(rest, 0);
  }

  /** What to do where another key or endpoint of the same provider can be tried at once. */
  public Next atAnotherKey(Target failed, List<Target> rest, int attempts, long remainingMillis) {
    return attempts >= maxAttempts || remainingMillis <= 0
        ? new Next(List.of(), 0)
        : new Next(before(failed, rest), 0);
  }

  private static List<Target> before(Target first, List<Target> rest) {
    List<Target> plan = new ArrayList<>(rest.size() + 1);
    plan.add(first);
    plan.addAll(rest);
    return List.copyOf(plan);
  }

  /** As long as the provider asks for, else the backoff. */
  private long wait(UpstreamException failure, int retry) {
    if (failure.retryAfterMillis() >= 0) {
      return failure.retryAfterMillis();
    }
    long longest = Math.min(backoff.millis(retry), maxWaitMillis);
    return ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
  }

  /**
   * What is left to try when the prompt was too long for a target: the targets whose window is
   * known to be larger.
   */
  static List<Target> larger(Target failed, List<Target> rest) {
    Long window = failed.model().context();
    return rest.stream()
        .filter(
            target -> {
              Long other = target.model().context();
              return other != null && (window == null || other > window);
            })
        .toList();
  }
}

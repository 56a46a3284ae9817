package dev.bactrian.limit;

import dev.bactrian.error.ApiException;
import java.time.Instant;
import java.util.Map;

/**
 * Why a call is not let in.
 *
 * @param type {@code error.type}
 * @param message why, to which the subject is added
 * @param retryMillis when to come back, -1 where that does not help
 */
record Refusal(String type, String message, long retryMillis) {
  private static final long MILLION = 1_000_000;
  private static final long BUSY_MILLIS = 1_000;
  private static final String QUOTA = "insufficient_quota";

  static Refusal concurrent(long most) {
    return new Refusal(
        "requests", "Limit of " + most + " requests at the same time reached for ", BUSY_MILLIS);
  }

  static Refusal requests(long perMinute, long waitNanos) {
    return new Refusal(
        "requests",
        "Rate limit of " + perMinute + " requests a minute reached for ",
        millis(waitNanos));
  }

  static Refusal tokens(long perMinute, long wanted, long waitNanos) {
    return new Refusal(
        "tokens",
        "Rate limit of " + perMinute + " tokens a minute reached, with " + wanted + " wanted, for ",
        millis(waitNanos));
  }

  static Refusal tooLarge(long perMinute, long wanted) {
    return new Refusal(
        "tokens",
        "The request may take " + wanted + " tokens, more than " + perMinute + " a minute for ",
        -1);
  }

  static Refusal exhausted(Purse.Exhausted bound) {
    Long resets = bound.resets();
    String when = resets == null ? "" : " until " + Instant.ofEpochMilli(resets);
    return new Refusal(
        QUOTA, "The " + bound.name() + " has no room for the request" + when + " for ", -1);
  }

  private static long millis(long nanos) {
    return Math.max(1, (nanos + MILLION - 1) / MILLION);
  }

  /**
   * The error.
   *
   * @param what the subject
   * @param headers the limits' headers
   */
  ApiException error(String what, Map<String, String> headers) {
    String code = type.equals(QUOTA) ? QUOTA : "rate_limit_exceeded";
    ApiException error = new ApiException(429, type, code, null, message + what + ".");
    headers.forEach(error::header);
    return retryMillis < 0
        ? error.header("x-should-retry", "false")
        : error.retryAfter(retryMillis);
  }
}

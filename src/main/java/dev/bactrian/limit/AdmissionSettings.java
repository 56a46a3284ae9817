package dev.bactrian.limit;

/**
 * What holds for all keys.
 *
 * @param unpriced whether a key with a budget in money may use models whose price is unknown
 * @param waitMillis how long a call may wait for the database
 * @param refuse whether calls are refused while it cannot be told what was spent; else they go on
 *     with what this node knows
 * @param redisUrl the Redis that several nodes share, blank for counters of this node
 * @param redisWaitMillis how long a call may wait for it
 */
public record AdmissionSettings(
    boolean unpriced, long waitMillis, boolean refuse, String redisUrl, long redisWaitMillis) {
  /**
   * Reads settings.
   *
   * @param unpriced {@code allow} or {@code refuse}
   * @param failure {@code refuse} or {@code local}
   * @throws IllegalArgumentException with the setting that is wrong
   */
  public static AdmissionSettings of(
      String unpriced, long waitMillis, String failure, String redisUrl, long redisWaitMillis) {
    return new AdmissionSettings(
        is("BACTRIAN_UNPRICED", unpriced, "allow", "refuse"),
        waitMillis,
        is("BACTRIAN_STORE_FAILURE", failure, "refuse", "local"),
        redisUrl.strip(),
        redisWaitMillis);
  }

  private static boolean is(String name, String value, String yes, String no) {
    if (!value.equals(yes) && !value.equals(no)) {
      throw new IllegalArgumentException(
          name + " is '" + value + "'; it must be " + yes + " or " + no + ".");
    }
    return value.equals(yes);
  }
}

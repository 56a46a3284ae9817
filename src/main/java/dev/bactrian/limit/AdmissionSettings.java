package dev.bactrian.limit;

import dev.bactrian.key.Rules;
import dev.bactrian.key.Rules.ModelLimits;
import java.util.List;

/**
 * What holds for all keys.
 *
 * @param modelLimits limits of models for all calls together
 * @param unpriced whether a key with a budget in money may use models whose price is unknown
 * @param waitMillis how long a call may wait for the database
 * @param refuse whether calls are refused while it cannot be told what was spent; else they go on
 *     with what this node knows
 */
public record AdmissionSettings(
    List<ModelLimits> modelLimits, boolean unpriced, long waitMillis, boolean refuse) {
  /**
   * Reads settings.
   *
   * @param modelLimits a JSON array, blank for none
   * @param unpriced {@code allow} or {@code refuse}
   * @param failure {@code refuse} or {@code local}
   * @throws IllegalArgumentException with the setting that is wrong
   */
  public static AdmissionSettings of(
      String modelLimits, String unpriced, long waitMillis, String failure) {
    List<ModelLimits> limits;
    try {
      limits = Rules.modelLimits(modelLimits);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("BACTRIAN_MODEL_LIMITS: " + e.getMessage());
    }
    return new AdmissionSettings(
        limits,
        is("BACTRIAN_UNPRICED", unpriced, "allow", "refuse"),
        waitMillis,
        is("BACTRIAN_STORE_FAILURE", failure, "refuse", "local"));
  }

  private static boolean is(String name, String value, String yes, String no) {
    if (!value.equals(yes) && !value.equals(no)) {
      throw new IllegalArgumentException(
          name + " is '" + value + "'; it must be " + yes + " or " + no + ".");
    }
    return value.equals(yes);
  }
}

package dev.bactrian.plan;

import org.jspecify.annotations.Nullable;

/**
 * One place a call can go to.
 *
 * @param provider the provider's id, which names its route
 * @param model the catalogue's id of the model
 * @param upstream the provider's own id of the model
 * @param maxOutput the most tokens that the model can write, null where unknown
 * @param retry whether this is the second try at the same place
 */
public record Target(
    String provider, String model, String upstream, @Nullable Long maxOutput, boolean retry) {
  /** The same place once more. */
  public Target again() {
    return new Target(provider, model, upstream, maxOutput, true);
  }
}

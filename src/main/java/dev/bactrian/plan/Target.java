package dev.bactrian.plan;

/**
 * One place a call can go to.
 *
 * @param provider the provider's id, which names its route
 * @param model the catalogue's id of the model
 * @param upstream the provider's own id of the model
 * @param retry whether this is the second try at the same place
 */
public record Target(String provider, String model, String upstream, boolean retry) {
  /** The same place once more. */
  public Target again() {
    return new Target(provider, model, upstream, true);
  }
}

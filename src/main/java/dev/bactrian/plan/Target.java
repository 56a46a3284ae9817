package dev.bactrian.plan;

import dev.bactrian.catalogue.Model;

/**
 * One place a call can go to.
 *
 * @param model what the catalogue knows of it
 * @param reason why it was chosen, empty where the client named it
 * @param tries how often it was tried before
 */
public record Target(Model model, String reason, int tries) {
  private static final String FOLLOWS = "follows ";

  /** A place that nobody has named: it is in the chain of a model. */
  static Target after(String model, Model following) {
    return new Target(following, FOLLOWS + model, 0);
  }

  /** Whether it is in a chain, and was named neither by the client nor by a list that it chose. */
  public boolean isInChain() {
    return reason.startsWith(FOLLOWS);
  }

  /** The same place once more. */
  public Target again() {
    return new Target(model, reason, tries + 1);
  }

  /** The provider's id, which names its route. */
  public String provider() {
    return model.provider();
  }

  /** The catalogue's id of the model. */
  public String id() {
    return model.id();
  }
}

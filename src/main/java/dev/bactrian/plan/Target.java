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

package dev.bactrian.key;

import org.jspecify.annotations.Nullable;

/**
 * A client's key, without its secret.
 *
 * @param id what names the key in logs and accounts
 * @param name for whom or what it was made
 * @param owner whom it belongs to, null for nobody
 * @param rules what may be done with it
 * @param expires from when on it is not valid, milliseconds since 1970, null for never
 */
public record ApiKey(
    String id, String name, @Nullable Owner owner, Rules rules, @Nullable Long expires) {
  /** A key of nobody's that may do anything. */
  public ApiKey(String id, String name) {
    this(id, name, null, Rules.NONE, null);
  }

  /** Whether neither it nor its owner has limits or a budget. */
  public boolean isUnlimited() {
    return rules.isUnlimited() && (owner == null || owner.rules().isUnlimited());
  }

  /** Whether it may be used for a model, by its own rules and its owner's. */
  public boolean permits(String model, String provider) {
    return rules.permits(model, provider)
        && (owner == null || owner.rules().permits(model, provider));
  }
}

package dev.bactrian.key;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's key, without its secret. */
public final class ApiKey {
  private final String id;
  private final String name;
  private final @Nullable Owner owner;
  private final Rules rules;
  private final @Nullable Long expires;
  private final List<Bound> bounds;
  private final boolean byModel;
  private final List<String> subjects;

  /**
   * A key.
   *
   * @param id what names the key in logs and accounts
   * @param name for whom or what it was made
   * @param owner whom it belongs to, null for nobody
   * @param rules what may be done with it
   * @param expires from when on it is not valid, milliseconds since 1970, null for never
   */
  public ApiKey(
      String id, String name, @Nullable Owner owner, Rules rules, @Nullable Long expires) {
    this.id = id;
    this.name = name;
    this.owner = owner;
    this.rules = rules;
    this.expires = expires;
    this.bounds = Bound.of(id, rules, owner);
    this.byModel = bounds.stream().anyMatch(bound -> bound.models() != null);
    this.subjects =
        owner == null ? List.of(Bound.key(id)) : List.of(Bound.key(id), Bound.owner(owner.id()));
  }

  /** A key of nobody's that may do anything. */
  public ApiKey(String id, String name) {
    this(id, name, null, Rules.NONE, null);
  }

  /** What names the key in logs and accounts. */
  public String id() {
    return id;
  }

  /** For whom or what it was made. */
  public String name() {
    return name;
  }

  /** Whom it belongs to, null for nobody. */
  public @Nullable Owner owner() {
    return owner;
  }

  /** What may be done with it. */
  public Rules rules() {
    return rules;
  }

  /** From when on it is not valid, milliseconds since 1970, null for never. */
  public @Nullable Long expires() {
    return expires;
  }

  /** Its limits and budgets, and those of its owner; worked out once, for each call asks. */
  public List<Bound> bounds() {
    return bounds;
  }

  /** Whether some of its bounds are for some models only. */
  public boolean isBoundByModel() {
    return byModel;
  }

  /** As what its spending is counted: as the key's and as its owner's. */
  public List<String> subjects() {
    return subjects;
  }

  /** Whether it may be used for a model, by its own rules and its owner's. */
  public boolean permits(String model, String provider) {
    return rules.permits(model, provider)
        && (owner == null || owner.rules().permits(model, provider));
  }

  @Override
  public String toString() {
    return "ApiKey[" + id + "]";
  }
}

package dev.bactrian.key;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What binds calls: the limits and the budget of something that is counted.
 *
 * @param subject what is counted, for example {@code key:0123abcd}
 * @param what the same for people
 * @param models which models it is for, null for all
 * @param limits how much at a time
 * @param budget how much in all
 * @param zone the time zone of the budget
 */
public record Bound(
    String subject,
    String what,
    Rules.@Nullable ModelLimits models,
    Limits limits,
    Budget budget,
    ZoneId zone) {

  /** How a key is counted. */
  public static String key(String id) {
    return "key:" + id;
  }

  /** How an owner is counted. */
  public static String owner(String id) {
    return "owner:" + id;
  }

  /** Whether it is for a model. */
  public boolean isFor(String model) {
    return models == null || models.isFor(model);
  }

  /** The bounds of some models, for all calls together. */
  public static List<Bound> of(List<Rules.ModelLimits> limits) {
    List<Bound> bounds = new ArrayList<>();
    add(bounds, "all", "this gateway", limits);
    return List.copyOf(bounds);
  }

  /** The bounds of a key and of its owner. */
  static List<Bound> of(String keyId, Rules rules, @Nullable Owner owner) {
    List<Bound> bounds = new ArrayList<>(2);
    add(bounds, key(keyId), "this API key", rules);
    if (owner != null) {
      add(bounds, owner(owner.id()), "the owner '" + owner.id() + "'", owner.rules());
    }
    return List.copyOf(bounds);
  }

  private static void add(List<Bound> bounds, String subject, String what, Rules rules) {
    if (!rules.limits().isNone() || !rules.budget().isNone()) {
      bounds.add(new Bound(subject, what, null, rules.limits(), rules.budget(), rules.zone()));
    }
    add(bounds, subject, what, rules.modelLimits());
  }

  private static void add(
      List<Bound> bounds, String subject, String what, List<Rules.ModelLimits> limits) {
    for (Rules.ModelLimits one : limits) {
      bounds.add(
          new Bound(
              subject + " model:" + one.model(),
              "the model '" + one.model() + "' with " + what,
              one,
              one.limits(),
              Budget.NONE,
              ZoneOffset.UTC));
    }
  }
}

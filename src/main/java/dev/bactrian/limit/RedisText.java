package dev.bactrian.limit;

import dev.bactrian.key.Bound;
import dev.bactrian.key.Budget;
import dev.bactrian.key.Limits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys and arguments of the scripts, as their files describe them. */
final class RedisText {
  /** The set of the living nodes. */
  static final String NODES = "bactrian:nodes";

  private RedisText() {}

  /** What calls of a subject have reserved, by node. */
  static String open(String subject) {
    return "bactrian:open:" + subject;
  }

  /** What a subject has spent. */
  static String spent(String subject) {
    return "bactrian:spent:" + subject;
  }

  private static void keys(List<String> keys, String subject) {
    keys.add(open(subject));
    keys.add("bactrian:minute:" + subject);
    keys.add(spent(subject));
  }

  /** The keys of one subject. */
  static List<String> keys(String subject) {
    List<String> keys = new ArrayList<>(3);
    keys(keys, subject);
    return keys;
  }

  /**
   * The keys of bounds.
   *
   * @param nodes whether the set of nodes comes first
   */
  static List<String> keys(List<Bound> bounds, boolean nodes) {
    List<String> keys = new ArrayList<>(bounds.size() * 3 + 1);
    if (nodes) {
      keys.add(NODES);
    }
    bounds.forEach(bound -> keys(keys, bound.subject()));
    return keys;
  }

  static List<String> reserve(
      String node, Estimate estimate, List<Bound> bounds, List<Spent.Day> days) {
    List<String> arguments = new ArrayList<>(3 + bounds.size() * 10);
    arguments.add(node);
    arguments.add(Long.toString(estimate.tokens()));
    arguments.add(Long.toString(estimate.nanos()));
    for (int i = 0; i < bounds.size(); i++) {
      Bound bound = bounds.get(i);
      Limits limits = bound.limits();
      Budget budget = bound.budget();
      arguments.add(text(limits.concurrent()));
      arguments.add(text(limits.requests()));
      arguments.add(text(limits.tokens()));
      arguments.add(text(budget.day()));
      arguments.add(text(budget.month()));
      arguments.add(text(budget.total()));
      arguments.add(text(budget.tokens()));
      arguments.add(Long.toString(days.get(i).start()));
      arguments.add(Long.toString(days.get(i).monthStart()));
      arguments.add(bound.zone().getId());
    }
    return arguments;
  }

  /**
   * What {@link RedisScript#SETTLE} takes before its bounds.
   *
   * @param node who reserved it, empty when nothing was reserved
   * @param over when it was over, null for just now
   */
  static List<String> settle(
      String node, @Nullable Estimate estimate, Purse.Settled call, @Nullable Long over) {
    List<String> arguments = new ArrayList<>(11);
    arguments.add(node);
    arguments.add(estimate == null ? "0" : Long.toString(estimate.tokens()));
    arguments.add(estimate == null ? "0" : Long.toString(estimate.nanos()));
    arguments.add(Long.toString(call.tokens()));
    arguments.add(Long.toString(call.nanos()));
    arguments.add(Long.toString(call.started()));
    arguments.add(text(over));
    return arguments;
  }

  /**
   * What it takes for one bound.
   *
   * @param minute where the minute began in which the call was let in, empty when it was not
   */
  static void settle(List<String> arguments, String minute, Spent.Day day, String zone) {
    arguments.add(minute);
    arguments.add(Long.toString(day.start()));
    arguments.add(Long.toString(day.monthStart()));
    arguments.add(zone);
  }

  static List<String> seed(String zone, Spent spent, long read) {
    return List.of(
        zone,
        Long.toString(spent.day().start()),
        Long.toString(spent.day().monthStart()),
        Long.toString(spent.dayNanos()),
        Long.toString(spent.monthNanos()),
        Long.toString(spent.totalNanos()),
        Long.toString(spent.totalTokens()),
        Long.toString(read));
  }

  private static String text(@Nullable Long number) {
    return number == null ? "" : number.toString();
  }
}

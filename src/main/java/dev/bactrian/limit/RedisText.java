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

  /** How much of what a node has told was heard. */
  static String told(String node) {
    return "bactrian:told:" + node;
  }

  /** The keys of {@link RedisScript#RESERVE}. */
  static List<String> reserveKeys(List<Bound> bounds) {
    List<String> keys = new ArrayList<>(bounds.size() * 3 + 1);
    keys.add(NODES);
    bounds.forEach(bound -> keys(keys, bound.subject()));
    return keys;
  }

  /** The keys of {@link RedisScript#SETTLE}. */
  static List<String> settleKeys(String node, List<String> subjects) {
    List<String> keys = new ArrayList<>(subjects.size() * 3 + 2);
    keys.add(NODES);
    keys.add(told(node));
    subjects.forEach(subject -> keys(keys, subject));
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

  /** The end of a call that has reserved something, but for its bounds; they are to be added. */
  static List<String> settle(String node, long number, Estimate estimate, Purse.Settled call) {
    List<String> arguments = new ArrayList<>(9 + 4 * 4);
    arguments.addAll(List.of(node, Long.toString(number), "1"));
    arguments.add(Long.toString(estimate.tokens()));
    arguments.add(Long.toString(estimate.nanos()));
    settled(arguments, call);
    arguments.add("");
    return arguments;
  }

  private static void settled(List<String> arguments, Purse.Settled call) {
    arguments.add(Long.toString(call.tokens()));
    arguments.add(Long.toString(call.nanos()));
    arguments.add(Long.toString(call.started()));
  }

  /** What was spent beside all reservations. */
  static RedisNode.Ending ending(Debts.Debt debt) {
    Spent.Day today = Spent.Day.of(System.currentTimeMillis(), debt.zone());
    return (node, number) -> {
      List<String> arguments = new ArrayList<>(9 + 4);
      arguments.addAll(List.of(node, Long.toString(number), "0", "0", "0"));
      settled(arguments, debt.call());
      arguments.add(Long.toString(debt.over()));
      settle(arguments, "", today, debt.zone().getId());
      return arguments;
    };
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

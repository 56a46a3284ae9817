package dev.bactrian.limit;

import dev.bactrian.key.Budget;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** What one subject has spent and reserved. Reservations count like spending until they end. */
final class Purse {
  private final ZoneId zone;
  private Spent spent;
  private long reservedNanos;
  private long reservedTokens;

  Purse(ZoneId zone, Spent spent) {
    this.zone = zone;
    this.spent = spent;
  }

  /**
   * Which bound of a budget has no room.
   *
   * @param name the bound
   * @param resets when it has room again, milliseconds since 1970, null for never
   */
  record Exhausted(String name, @Nullable Long resets) {}

  /** Reserves an estimate; says what has no room for it, null if it is reserved. */
  synchronized @Nullable Exhausted reserve(Budget budget, Estimate estimate, long now) {
    Spent before = current(now);
    Spent after = before.plus(reservedNanos + estimate.nanos(), reservedTokens + estimate.tokens());
    if (isOver(after.dayNanos(), budget.day())) {
      return new Exhausted("budget of a day", before.day().end());
    }
    if (isOver(after.monthNanos(), budget.month())) {
      return new Exhausted("budget of a month", before.day().monthEnd());
    }
    if (isOver(after.totalNanos(), budget.total())) {
      return new Exhausted("budget", null);
    }
    if (isOver(after.totalTokens(), budget.tokens())) {
      return new Exhausted("allowance of tokens", null);
    }
    reservedNanos += estimate.nanos();
    reservedTokens += estimate.tokens();
    return null;
  }

  private static boolean isOver(long amount, @Nullable Long bound) {
    return bound != null && amount > bound;
  }

  /** Ends a reservation with what the call came to. */
  synchronized void settle(Estimate estimate, long nanos, long tokens, long now) {
    reservedNanos -= estimate.nanos();
    reservedTokens -= estimate.tokens();
    spent = current(now).plus(nanos, tokens);
  }

  /** What was spent. */
  synchronized Spent spent(long now) {
    spent = current(now);
    return spent;
  }

  private Spent current(long now) {
    return now < spent.day().end() ? spent : spent.on(Spent.Day.of(now, zone));
  }
}

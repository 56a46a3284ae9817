package dev.bactrian.limit;

import dev.bactrian.key.Budget;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one subject has spent and reserved. Reservations count like spending until they end. While
 * what was spent before is still being read, calls that end are noted beside it.
 */
final class Purse {
  private static final int MOST_NOTED = 10_000;

  private final ZoneId zone;
  private final long made = System.currentTimeMillis();
  private final ArrayDeque<Settled> noted = new ArrayDeque<>();
  private Spent spent;
  private boolean known;
  private long reservedNanos;
  private long reservedTokens;

  /** A purse of which it is not known yet what was spent. */
  Purse(ZoneId zone) {
    this.zone = zone;
    this.spent = new Spent(Spent.Day.of(System.currentTimeMillis(), zone), 0, 0, 0, 0);
  }

  /**
   * What a call came to.
   *
   * @param id the call
   * @param started when it came in, milliseconds since 1970
   * @param nanos billionths of a US dollar
   * @param tokens tokens in and out
   */
  record Settled(String id, long started, long nanos, long tokens) {}

  /**
   * Which bound of a budget has no room.
   *
   * @param name the bound
   * @param resets when it has room again, milliseconds since 1970, null for never
   */
  record Exhausted(String name, @Nullable Long resets) {
    /** The budget in all. */
    static final Exhausted TOTAL = new Exhausted("budget", null);

    /** The tokens in all. */
    static final Exhausted TOKENS = new Exhausted("allowance of tokens", null);

    /** The budget of a day. */
    static Exhausted day(Spent.Day day) {
      return new Exhausted("budget of a day", day.end());
    }

    /** The budget of a month. */
    static Exhausted month(Spent.Day day) {
      return new Exhausted("budget of a month", day.monthEnd());
    }

    /** The first bound that would be exceeded, null if none would. */
    static @Nullable Exhausted of(Budget budget, Spent after) {
      Spent.Day day = after.day();
      if (isOver(after.dayNanos(), budget.day())) {
        return day(day);
      }
      if (isOver(after.monthNanos(), budget.month())) {
        return month(day);
      }
      if (isOver(after.totalNanos(), budget.total())) {
        return TOTAL;
      }
      return isOver(after.totalTokens(), budget.tokens()) ? TOKENS : null;
    }

    private static boolean isOver(long amount, @Nullable Long bound) {
      return bound != null && amount > bound;
    }
  }

  ZoneId zone() {
    return zone;
  }

  /** When it was made, milliseconds since 1970: since then calls that end are noted. */
  long made() {
    return made;
  }

  /** Whether it is known what was spent. */
  synchronized boolean isKnown() {
    return known;
  }

  /** The calls that have ended since it was made, while it is not known what was spent. */
  synchronized List<String> noted() {
    return noted.stream().map(Settled::id).toList();
  }

  /**
   * What was spent before is known now.
   *
   * @param counted those of the calls noted that are part of it
   */
  synchronized void known(Spent before, Set<String> counted) {
    Spent sum = before;
    for (Settled each : noted) {
      if (!counted.contains(each.id())) {
        sum = sum.plus(each);
      }
    }
    noted.clear();
    spent = sum;
    known = true;
  }

  /** Reserves an estimate; says what has no room for it, null if it is reserved. */
  synchronized @Nullable Exhausted reserve(Budget budget, Estimate estimate) {
    Spent before = spent(System.currentTimeMillis());
    Exhausted exhausted =
        Exhausted.of(
            budget,
            before.plus(reservedNanos + estimate.nanos(), reservedTokens + estimate.tokens()));
    if (exhausted == null) {
      reservedNanos += estimate.nanos();
      reservedTokens += estimate.tokens();
    }
    return exhausted;
  }

  /** Ends a reservation with what the call came to. */
  synchronized void settle(Estimate estimate, Settled call) {
    release(estimate);
    add(call);
  }

  /** Ends a reservation of a call that is not let in after all. */
  synchronized void release(Estimate estimate) {
    reservedNanos -= estimate.nanos();
    reservedTokens -= estimate.tokens();
  }

  /** A call has ended that had nothing reserved here. */
  synchronized void add(Settled call) {
    spent = spent(System.currentTimeMillis()).plus(call);
    if (!known) {
      noted.add(call);
      if (noted.size() > MOST_NOTED) {
        noted.remove(); // by the time that it is asked for, the ledger has long stored it
      }
    }
  }

  /** What was spent; while that is not known, what was spent since the purse was made. */
  synchronized Spent spent(long now) {
    if (now >= spent.day().end()) {
      spent = spent.on(Spent.Day.of(now, zone));
    }
    return spent;
  }
}

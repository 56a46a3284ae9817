package dev.bactrian.limit;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was spent while Redis was away, until it can be told. Calls of one subject that ended in the
 * same minute and began in the same quarter of an hour are one debt, so that a long time away takes
 * little room.
 */
final class Debts {
  private static final long MINUTE = 60_000;
  private static final long QUARTER = 15 * MINUTE;

  private final Map<Slot, Debt> bySlot = new HashMap<>();

  private record Slot(String subject, ZoneId zone, long quarter, long minute) {}

  /**
   * What one subject owes.
   *
   * @param subject the subject
   * @param zone the time zone of its budget
   * @param call the sum of its calls
   * @param over when the last of them was over, milliseconds since 1970
   */
  record Debt(String subject, ZoneId zone, Purse.Settled call, long over) {}

  synchronized void add(Debt debt) {
    Slot slot =
        new Slot(
            debt.subject(), debt.zone(), debt.call().started() / QUARTER, debt.over() / MINUTE);
    bySlot.merge(slot, debt, Debts::sum);
  }

  private static Debt sum(Debt one, Debt other) {
    Purse.Settled first = one.call();
    Purse.Settled second = other.call();
    return new Debt(
        one.subject(),
        one.zone(),
        new Purse.Settled(
            first.id(),
            Math.max(first.started(), second.started()),
            first.nanos() + second.nanos(),
            first.tokens() + second.tokens()),
        Math.max(one.over(), other.over()));
  }

  /** Takes all of them. */
  synchronized List<Debt> take() {
    List<Debt> all = new ArrayList<>(bySlot.values());
    bySlot.clear();
    return all;
  }
}

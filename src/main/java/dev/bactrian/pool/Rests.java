package dev.bactrian.pool;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Until when a key is not to be asked for a model: providers limit each model apart, and a key that
 * has used up one has others left. Not thread-safe. Times are of {@link System#nanoTime}'s clock.
 */
final class Rests {
  private static final long FIRST_MILLIS = 1_000;
  private static final int DOUBLINGS = 5;

  /** Until when, and how many refusals in a row there were. */
  private record Rest(long until, int refusals) {}

  private final Map<String, Rest> byModel = new HashMap<>();
  private final long longestMillis;

  /** None, and none to come that is longer than that. */
  Rests(long longestMillis) {
    this.longestMillis = longestMillis;
  }

  /**
   * The provider refused a model for having asked too often.
   *
   * @param askedMillis how long it wants to be left alone, -1 where it does not say: then a second,
   *     and twice as long after each refusal that follows
   */
  void refused(String model, long askedMillis, long now) {
    long longest = TimeUnit.MILLISECONDS.toNanos(longestMillis);
    byModel.values().removeIf(rest -> now - rest.until() > longest);
    Rest before = byModel.getOrDefault(model, new Rest(now, 0));
    int refusals = before.refusals();
    long own = FIRST_MILLIS << Math.min(refusals, DOUBLINGS);
    long millis = Math.min(askedMillis < 0 ? own : askedMillis, longestMillis);
    long until = now + TimeUnit.MILLISECONDS.toNanos(millis);
    byModel.put(model, new Rest(until - before.until() > 0 ? until : before.until(), refusals + 1));
  }

  /** The provider answered; what began before a rest says nothing about it. */
  void answered(String model, long now) {
    if (!byModel.isEmpty() && readyIn(model, now) == 0) {
      byModel.remove(model);
    }
  }

  /** Nanoseconds until a model can be asked for, 0 if it can. */
  long readyIn(String model, long now) {
    Rest rest = byModel.isEmpty() ? null : byModel.get(model);
    return rest == null ? 0 : Math.max(0, rest.until() - now);
  }

  /** Milliseconds until each model can be asked for that cannot now. */
  Map<String, Long> seen(long now) {
    Map<String, Long> seen = new java.util.TreeMap<>();
    byModel.forEach(
        (model, rest) -> {
          if (rest.until() - now > 0) {
            seen.put(model, TimeUnit.NANOSECONDS.toMillis(rest.until() - now));
          }
        });
    return seen;
  }

  /** It is given another chance. */
  void clear() {
    byModel.clear();
  }
}

package dev.bactrian.pool;

import java.time.Duration;

/**
 * What was used within a sliding window of time, in 60 slots. No stretch of time as long as the
 * window ever has more in it than the limit; room comes back a slot later at worst. Not
 * thread-safe. Times are of {@link System#nanoTime}'s clock.
 */
final class Window {
  private static final int SLOTS = 60;

  /** One more than the window has, so that a slot is forgotten only when all of it is outside. */
  private static final int KEPT = SLOTS + 1;

  private final long origin;
  private final long slotNanos;
  private final long[] used = new long[KEPT];
  private long newest;
  private long total;
  private long limit;

  /**
   * A window in which nothing was used yet.
   *
   * @param limit how much may be used in it, 0 for any amount
   */
  Window(Duration length, long limit, long now) {
    this.slotNanos = length.toNanos() / SLOTS;
    this.origin = now;
    this.limit = limit;
  }

  /** Another limit; what was used stays. */
  void limit(long other) {
    limit = other;
  }

  /** The part of the limit that is left, 1 where there is none. */
  double room(long now) {
    advance(now);
    return limit == 0 ? 1 : Math.max(0, limit - total) / (double) limit;
  }

  /**
   * Nanoseconds until there is room for so much, 0 if there is. What is more than the limit itself
   * has room in an empty window.
   */
  long readyIn(long now, long amount) {
    advance(now);
    if (limit == 0) {
      return 0;
    }
    long left = total + Math.min(amount, limit) - limit;
    for (long slot = newest - SLOTS; left > 0 && slot <= newest; slot++) {
      left -= used[place(slot)];
      if (left <= 0) {
        return origin + (slot + KEPT) * slotNanos - now;
      }
    }
    return 0;
  }

  /** Uses so much, whether there is room or not, and says in which slot that was noted. */
  long add(long now, long amount) {
    advance(now);
    used[place(newest)] += amount;
    total += amount;
    return newest;
  }

  /** So much more was used than was noted in that slot, or less. */
  void correct(long now, long slot, long amount) {
    advance(now);
    if (newest - slot <= SLOTS) {
      used[place(slot)] += amount;
      total += amount;
    }
  }

  private void advance(long now) {
    long current = (now - origin) / slotNanos;
    if (current - newest >= KEPT) {
      java.util.Arrays.fill(used, 0);
      total = 0;
      newest = current;
    }
    while (newest < current) {
      newest++;
      total -= used[place(newest)];
      used[place(newest)] = 0;
    }
  }

  private static int place(long slot) {
    return (int) Math.floorMod(slot, (long) KEPT);
  }
}

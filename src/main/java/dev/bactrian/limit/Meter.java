package dev.bactrian.limit;

import dev.bactrian.key.Bound;
import dev.bactrian.key.Limits;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** All that is counted of one subject on this node. */
final class Meter {
  private static final long RETIRED = Long.MIN_VALUE / 2;

  private final AtomicLong running = new AtomicLong();
  private volatile long lastUse = System.nanoTime();
  private volatile Pace pace = new Pace(Limits.NONE);
  private volatile @Nullable Purse purse;

  /**
   * A call begins that is bound by it.
   *
   * @return how many run now, this one included; less than 1 when it is retired and another has to
   *     be taken
   */
  long enter() {
    lastUse = System.nanoTime();
    return running.incrementAndGet();
  }

  /** Such a call is over. */
  void leave() {
    running.decrementAndGet();
  }

  /** Retires it for good, unless a call runs or it was used after a moment. */
  boolean retire(long moment) {
    return lastUse - moment < 0 && running.compareAndSet(0, RETIRED);
  }

  /** The last minute; it begins anew when an administrator has changed the limits. */
  Pace pace(Bound bound) {
    Pace current = pace;
    if (current.limits() == bound.limits() || current.limits().equals(bound.limits())) {
      return current;
    }
    return replaced(bound);
  }

  private synchronized Pace replaced(Bound bound) {
    if (!pace.limits().equals(bound.limits())) {
      pace = new Pace(bound.limits());
    }
    return pace;
  }

  /** What was spent, null while nobody needs to know. */
  @Nullable Purse purse() {
    return purse;
  }

  /** The same for a budget of some time zone; made when there is none yet. */
  synchronized Purse purse(ZoneId zone) {
    Purse current = purse;
    if (current == null || !current.zone().equals(zone)) {
      current = new Purse(zone);
      purse = current;
    }
    return current;
  }

  /** From now on nothing is counted. */
  synchronized void forgetPurse() {
    purse = null;
  }
}

package dev.bactrian.pool;

import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.provider.PoolSettings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The pool of one provider: gives its members to calls, which wait in turn where all are busy. */
final class Pool {
  private static final long UNKNOWN_WAIT_MILLIS = 1_000;

  private final String provider;
  private final Pools pools;
  private final LongSupplier clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Lease> waiting = new ArrayDeque<>();
  private final Roster roster;

  Pool(String provider, Pools pools, LongSupplier clock) {
    this.provider = provider;
    this.pools = pools;
    this.clock = clock;
    this.roster = new Roster(provider, pools);
  }

  String provider() {
    return provider;
  }

  /** Has these members from now on; those whose parameters are the same keep what is known. */
  void use(PoolSettings next) {
    lock.lock();
    try {
      if (!next.equals(roster.settings())) {
        roster.use(next, clock.getAsLong());
        serve();
      }
    } finally {
      lock.unlock();
    }
  }

  private long patience() {
    return TimeUnit.MILLISECONDS.toNanos(pools.wait(roster.settings()));
  }

  /**
   * Gives a member to a call, which waits for it if need be.
   *
   * @throws UpstreamException when there was none in time
   */
  Member take(Lease lease, long remainingMillis) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long start = clock.getAsLong();
      Member free = waiting.isEmpty() ? grab(lease, start) : null;
      if (free != null) {
        return free;
      }
      long soonest = roster.soonest(lease, start);
      long patience = Math.min(patience(), TimeUnit.MILLISECONDS.toNanos(remainingMillis));
      if (lease.abandoned
          || patience == 0
          || soonest > patience
          || waiting.size() >= pools.queue(roster.settings())) {
        throw refusal(lease, soonest, start);
      }
      waiting.add(lease);
      return await(lease, start + patience);
    } finally {
      lock.unlock();
    }
  }

  private Member await(Lease lease, long deadline) throws InterruptedException {
    lease.turn = lock.newCondition();
    try {
      while (true) {
        serve();
        if (lease.member != null) {
          return lease.member;
        }
        long now = clock.getAsLong();
        long left = deadline - now;
        long soonest = roster.soonest(lease, now);
        if (lease.abandoned || left <= 0) {
          throw refusal(lease, soonest, now);
        }
        boolean first = lease == waiting.peek();
        lease.turn.awaitNanos(first && soonest > 0 ? Math.min(soonest, left) : left);
      }
    } finally {
      lease.turn = null;
      if (waiting.remove(lease)) {
        serve();
      }
    }
  }

  /** Gives members to those who have waited longest. */
  private void serve() {
    long now = clock.getAsLong();
    Lease first;
    while ((first = waiting.peek()) != null && grab(first, now) != null) {
      waiting.remove();
      wake(first);
    }
    if (first != null) {
      wake(first); // it is the one that looks at the clock
    }
  }

  private static void wake(Lease lease) {
    if (lease.turn != null) {
      lease.turn.signal();
    }
  }

  private @Nullable Member grab(Lease lease, long now) {
    Member best = roster.best(lease, now);
    if (best != null) {
      lease.member = best;
      best.begin(lease, now);
    }
    return best;
  }

  private UpstreamException refusal(Lease lease, long soonest, long now) {
    if (lease.abandoned) {
      return UpstreamException.noticed(ErrorClass.ABORT, "The client went away.");
    }
    if (roster.isOut(lease, now)) {
      return UpstreamException.noticed(
          ErrorClass.UNAVAILABLE,
          "No key of the provider '" + provider + "' can be used at the moment.");
    }
    return new UpstreamException(
        ErrorClass.BUSY,
        0,
        "All keys of the provider '" + provider + "' are busy.",
        null,
        null,
        soonest == 0 ? UNKNOWN_WAIT_MILLIS : TimeUnit.NANOSECONDS.toMillis(soonest) + 1);
  }

  /** The client of a call has gone. */
  void abandon(Lease lease) {
    lock.lock();
    try {
      lease.abandoned = true;
      wake(lease);
    } finally {
      lock.unlock();
    }
  }

  /** A call was answered, or its stream has begun. */
  void answered(Lease lease) {
    lock.lock();
    try {
      if (lease.member != null && !lease.answered) {
        lease.answered = true;
        lease.member.answered(lease, clock.getAsLong());
        serve();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A call failed, or its stream broke; says whether another member can be tried at once. */
  boolean failed(Lease lease, UpstreamException failure) {
    lock.lock();
    try {
      Member failed = lease.member;
      if (failed == null) {
        return false;
      }
      long now = clock.getAsLong();
      ErrorClass why = failure.errorClass();
      failed.failed(lease, failure, now);
      if (!lease.answered) {
        // What was silent may have worked on it for all that.
        boolean spent = why == ErrorClass.SILENCE || why == ErrorClass.ABORT;
        release(lease, spent ? lease.tokens : 0, now);
      }
      return why.triedElsewhere() && roster.isAnother(lease, failed, why, now, patience());
    } finally {
      lock.unlock();
    }
  }

  /** A call is over. */
  void end(Lease lease, @Nullable Usage usage) {
    lock.lock();
    try {
      long used = usage == null ? lease.tokens : usage.prompt() + usage.completion();
      release(lease, used, clock.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  private void release(Lease lease, long used, long now) {
    if (lease.member != null && !lease.ended) {
      lease.ended = true;
      lease.member.end(lease, used, now);
      serve();
    }
  }

  /** The name of the member that a call has or had, null where it had none. */
  @Nullable String name(Lease lease) {
    lock.lock();
    try {
      return lease.member == null ? null : lease.member.name();
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is no use in asking it for a model now. */
  boolean isOut(String model) {
    lock.lock();
    try {
      long now = clock.getAsLong();
      long patience = patience();
      return roster.members().stream().allMatch(member -> member.readyIn(model, 0, now) > patience);
    } finally {
      lock.unlock();
    }
  }

  /** What it is now, for those who look after the gateway. */
  Pools.SeenPool seen() {
    lock.lock();
    try {
      long now = clock.getAsLong();
      return new Pools.SeenPool(
          provider,
          waiting.size(),
          roster.members().stream().map(member -> member.seen(now)).toList());
    } finally {
      lock.unlock();
    }
  }
}

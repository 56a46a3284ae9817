package dev.bactrian.pool;

import dev.bactrian.chat.Usage;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.provider.PoolSettings;
import dev.bactrian.provider.Providers;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** One attempt's use of a member of a pool: it takes one, says how it went, and gives it back. */
public final class Lease {
  private final Pool pool;

  /** The pool as the call's edition knows it. */
  final PoolSettings known;

  /** The provider's id of the model. */
  final String model;

  final long conversation;
  final long tokens;

  /** The names of the members that failed this call before. */
  final Set<String> tried;

  // Guarded by the pool's lock.
  long minuteSlot;
  long daySlot;
  @Nullable Member member;
  @Nullable Condition turn;
  boolean abandoned;
  boolean answered;
  boolean ended;

  Lease(
      Pool pool,
      PoolSettings known,
      String model,
      long conversation,
      long tokens,
      Set<String> tried) {
    this.pool = pool;
    this.known = known;
    this.model = model;
    this.conversation = conversation;
    this.tokens = tokens;
    this.tried = tried;
  }

  /**
   * Takes a member, and waits a little where all are busy.
   *
   * @param remainingMillis how long the call may go on
   * @return what the member's kamelet is called
   * @throws UpstreamException BUSY when there was no room in time, UNAVAILABLE when no member can
   *     be used, ABORT when it was abandoned meanwhile
   */
  public String take(long remainingMillis) throws InterruptedException {
    return Providers.instance(pool.provider(), pool.take(this, remainingMillis).name());
  }

  /** The call's client has gone: it need not wait any longer. */
  public void abandon() {
    pool.abandon(this);
  }

  /** The member has answered. */
  public void answered() {
    pool.answered(this);
  }

  /**
   * The attempt failed, or its stream broke.
   *
   * @return whether another member can be tried at once
   */
  public boolean failed(UpstreamException failure) {
    return pool.failed(this, failure);
  }

  /**
   * Gives the member back, if that has not happened yet.
   *
   * @param usage the tokens, null where they are unknown
   */
  public void end(@Nullable Usage usage) {
    pool.end(this, usage);
  }

  /** The member's name, null before there is one. */
  public @Nullable String name() {
    return pool.name(this);
  }
}

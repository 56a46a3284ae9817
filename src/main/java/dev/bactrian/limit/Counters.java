package dev.bactrian.limit;

import dev.bactrian.key.Bound;
import java.util.List;

/** Counts what calls take of their bounds. */
interface Counters extends AutoCloseable {
  /**
   * Takes what a call needs of all its bounds, or nothing.
   *
   * @throws dev.bactrian.error.ApiException 429 when one has no room, 503 when that cannot be told
   */
  Reservation reserve(List<Bound> bounds, Estimate estimate);

  /** What a call has taken. */
  interface Reservation {
    /** What is left. */
    Remaining remaining();

    /** The call is over; called once. */
    void settle(Purse.Settled call);
  }

  /** A call is over that had to reserve nothing. */
  void add(List<String> subjects, Purse.Settled call);

  /**
   * What a subject has spent.
   *
   * @throws dev.bactrian.error.ApiException 503 when that cannot be told
   */
  Spent spent(Bound bound);

  /** Connects; returns when it is known whether what they need is there, so that no call waits. */
  void open();

  /**
   * A subject has a budget from now on that had none before: what is known of it is out of date.
   */
  void forget(String subject);

  @Override
  void close();
}

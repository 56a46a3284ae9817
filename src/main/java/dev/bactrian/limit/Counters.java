package dev.bactrian.limit;

import java.util.List;

/** Counts what calls take of their bounds. */
interface Counters {
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
    void settle(long nanos, long tokens);
  }

  /** What a subject has spent. */
  Spent spent(Bound bound);
}

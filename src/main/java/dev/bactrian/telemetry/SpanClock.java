package dev.bactrian.telemetry;

import java.time.Instant;

/** Turns moments of {@link System#nanoTime}'s clock into moments of the calendar. */
final class SpanClock {
  private final Instant now = Instant.now();
  private final long begun = System.nanoTime();

  /** When it was made, on {@link System#nanoTime}'s clock. */
  long begun() {
    return begun;
  }

  Instant at(long nanoTime) {
    return now.plusNanos(nanoTime - begun);
  }
}

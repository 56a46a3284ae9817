package dev.bactrian.telemetry;

import dev.bactrian.call.Trace;

/** Is told of every call that has ended, once. */
public final class Telemetry {
  private final Metrics metrics;
  private final boolean counting;

  /**
   * Telemetry.
   *
   * @param metrics count the calls
   * @param counting whether they do
   */
  public Telemetry(Metrics metrics, boolean counting) {
    this.metrics = metrics;
    this.counting = counting;
  }

  /** A call has ended. */
  public void ended(EndedCall ended) {
    if (counting) {
      metrics.count(ended);
    }
    Trace trace = ended.trace();
    CallLog.write(ended, trace == null ? null : trace.id());
    if (trace instanceof RecordedTrace recorded) {
      recorded.ended(ended);
    }
  }
}

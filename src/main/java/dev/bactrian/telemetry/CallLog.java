package dev.bactrian.telemetry;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each call, without bodies and keys. */
final class CallLog {
  private static final Logger LOG = LoggerFactory.getLogger("bactrian.calls");

  private CallLog() {}

  static void write(EndedCall ended, @Nullable String trace) {
    if (LOG.isInfoEnabled()) {
      // An argument and no text: what becomes of it is up to the encoder.
      LOG.info("{}", new CallLine(ended, trace));
    }
  }
}

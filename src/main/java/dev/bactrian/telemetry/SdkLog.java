package dev.bactrian.telemetry;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/** Has OpenTelemetry's SDK, which uses the JDK's log, write into the gateway's. */
final class SdkLog extends Handler {
  // The JDK forgets loggers that nobody holds, and what was attached to them.
  private static final Logger SDK = Logger.getLogger("io.opentelemetry");

  private SdkLog() {
    setFormatter(new SimpleFormatter());
  }

  /** From now on its lines are in the gateway's log. */
  static synchronized void take() {
    if (SDK.getHandlers().length == 0) {
      SDK.setUseParentHandlers(false);
      SDK.addHandler(new SdkLog());
    }
  }

  @Override
  public void publish(LogRecord line) {
    org.slf4j.Logger log = LoggerFactory.getLogger(line.getLoggerName());
    String message = getFormatter().formatMessage(line);
    if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
      log.warn(message, line.getThrown());
    } else {
      log.debug(message, line.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}

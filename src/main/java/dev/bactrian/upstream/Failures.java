package dev.bactrian.upstream;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.TimeoutException;

/** What can go wrong on the way to a provider, in words a client may read: no address, no key. */
final class Failures {
  private Failures() {}

  static UpstreamException connect(Throwable cause, String place) {
    if (cause instanceof ConnectTimeoutException
        || cause instanceof TimeoutException
        || cause instanceof io.vertx.core.impl.NoStackTraceTimeoutException) {
      return UpstreamException.noticed(
          ErrorClass.TIMEOUT, "No connection to the provider could be made in time.");
    }
    if (cause instanceof ConnectionPoolTooBusyException) {
      return UpstreamException.noticed(
          ErrorClass.OVERLOAD, "Too many calls wait for a connection to the provider.");
    }
    return logged(
        UpstreamException.noticed(ErrorClass.SERVER, "The provider could not be reached."),
        cause,
        place);
  }

  static UpstreamException broken(Throwable cause, String place) {
    return logged(
        UpstreamException.noticed(
            ErrorClass.SERVER,
            "The provider closed the connection before its answer was complete."),
        cause,
        place);
  }

  private static UpstreamException logged(
      UpstreamException failure, Throwable cause, String place) {
    org.slf4j.LoggerFactory.getLogger(Failures.class)
        .debug("{}: {} ({})", place, failure.getMessage(), inWords(cause));
    return failure;
  }

  /** Only the system's own words: those of a parser may repeat what the provider sent. */
  private static String inWords(Throwable cause) {
    return cause instanceof IOException ? cause.toString() : cause.getClass().getName();
  }

  static UpstreamException silent(long millis) {
    return UpstreamException.noticed(
        ErrorClass.SILENCE, "The provider sent nothing within " + seconds(millis) + ".");
  }

  static UpstreamException stalled(long millis) {
    return UpstreamException.noticed(
        ErrorClass.SILENCE, "The provider's stream stood still for " + seconds(millis) + ".");
  }

  static UpstreamException overall() {
    return UpstreamException.noticed(
        ErrorClass.SILENCE, "The answer was not complete within the time allowed for a call.");
  }

  static UpstreamException tooLong(int limit) {
    return UpstreamException.noticed(
        ErrorClass.SERVER, "The provider sent more than " + limit + " bytes at once.");
  }

  static UpstreamException withheld() {
    return UpstreamException.noticed(
        ErrorClass.UNAVAILABLE, "The end of the answer could not be accounted for.");
  }

  static UpstreamException gone() {
    return UpstreamException.noticed(ErrorClass.ABORT, "The client went away.");
  }

  /** What {@code retry-after-ms} or {@code retry-after} asks for, -1 where neither is readable. */
  static long retryAfterMillis(MultiMap headers) {
    String millis = headers.get("retry-after-ms");
    String seconds = headers.get("retry-after");
    try {
      if (millis != null) {
        return Math.max(0, (long) Double.parseDouble(millis.strip()));
      }
      if (seconds != null) {
        return Math.max(0, (long) (1000 * Double.parseDouble(seconds.strip())));
      }
    } catch (NumberFormatException e) {
      return seconds == null ? -1 : untilDate(seconds);
    }
    return -1;
  }

  private static long untilDate(String date) {
    try {
      Instant when = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Math.max(0, Duration.between(Instant.now(), when).toMillis());
    } catch (DateTimeParseException e) {
      return -1;
    }
  }

  private static String seconds(long millis) {
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }
}

package dev.bactrian.limit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/**
 * What was spent: on a day, in its month, and ever.
 *
 * @param day the day, in the budget's time zone
 * @param dayNanos billionths of a US dollar on that day
 * @param monthNanos in the month of that day
 * @param totalNanos ever
 * @param totalTokens tokens in and out, ever
 */
public record Spent(Day day, long dayNanos, long monthNanos, long totalNanos, long totalTokens) {

  /**
   * A day and its month, in milliseconds since 1970.
   *
   * @param start when the day begins
   * @param end when the next one does
   * @param monthStart when the month begins
   * @param monthEnd when the next one does
   */
  public record Day(long start, long end, long monthStart, long monthEnd) {
    /** The day of a moment somewhere. */
    static Day of(long millis, ZoneId zone) {
      ZonedDateTime day =
          Instant.ofEpochMilli(millis).atZone(zone).toLocalDate().atStartOfDay(zone);
      ZonedDateTime month = day.toLocalDate().withDayOfMonth(1).atStartOfDay(zone);
      return new Day(
          millis(day),
          millis(day.toLocalDate().plusDays(1).atStartOfDay(zone)),
          millis(month),
          millis(month.toLocalDate().plus(1, ChronoUnit.MONTHS).atStartOfDay(zone)));
    }

    private static long millis(ZonedDateTime time) {
      return time.toInstant().toEpochMilli();
    }
  }

  /** As JSON. */
  public ObjectNode json() {
    return Json.MAPPER
        .createObjectNode()
        .put("day_nanos", dayNanos)
        .put("month_nanos", monthNanos)
        .put("total_nanos", totalNanos)
        .put("total_tokens", totalTokens);
  }

  /** The same on a later day. */
  Spent on(Day later) {
    if (later.start() == day.start()) {
      return this;
    }
    boolean sameMonth = later.monthStart() == day.monthStart();
    return new Spent(later, 0, sameMonth ? monthNanos : 0, totalNanos, totalTokens);
  }

  /** The same and something more on that day. */
  Spent plus(long nanos, long tokens) {
    return new Spent(
        day, dayNanos + nanos, monthNanos + nanos, totalNanos + nanos, totalTokens + tokens);
  }

  /** The same and a call, which counts on the day on which it came in. */
  Spent plus(Purse.Settled call) {
    return new Spent(
        day,
        dayNanos + (call.started() >= day.start() ? call.nanos() : 0),
        monthNanos + (call.started() >= day.monthStart() ? call.nanos() : 0),
        totalNanos + call.nanos(),
        totalTokens + call.tokens());
  }
}

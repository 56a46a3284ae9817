package dev.bactrian.limit;

import dev.bactrian.key.Bound;
import io.vertx.redis.client.Response;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link RedisScript#RESERVE} has answered. */
final class RedisReply {
  /** The members of what a subject has spent. */
  static final List<String> SPENT =
      List.of("zone", "day", "month", "day_nanos", "month_nanos", "nanos", "tokens");

  private static final int TAKEN = 0;
  private static final int UNKNOWN = 2;
  private static final int DEAD = 3;
  private static final int FIRST = 4;
  private static final int FIELDS = 6;
  private static final long MILLION = 1_000_000;

  private final Response answer;
  private final List<Bound> bounds;
  private final List<Spent.Day> days;
  private final int status;

  RedisReply(Response answer, List<Bound> bounds, List<Spent.Day> days) {
    this.answer = answer;
    this.bounds = bounds;
    this.days = days;
    this.status = answer.get(0).toInteger();
  }

  /** Whether there was room, and the call has taken it. */
  boolean isTaken() {
    return status == TAKEN;
  }

  /** Whether it is not known there what the bound's subject has spent. */
  boolean isUnknown() {
    return status == UNKNOWN;
  }

  /** Whether this node counts as dead. */
  boolean isDead() {
    return status == DEAD;
  }

  /** The bound that it is about. */
  Bound bound() {
    return bounds.get(answer.get(1).toInteger());
  }

  /** Where the minute begins in which the call was let in by a bound. */
  String minute(int bound) {
    return answer.get(FIRST + bound * FIELDS).toString();
  }

  /** What is left of all bounds. */
  Remaining remaining() {
    Remaining remaining = new Remaining();
    for (int at = FIRST; at + FIELDS <= answer.size(); at += FIELDS) {
      long reset = answer.get(at + 5).toLong() * MILLION;
      String requests = answer.get(at + 1).toString();
      if (!requests.isEmpty()) {
        remaining.requests(Long.parseLong(requests), answer.get(at + 2).toLong(), reset);
      }
      String tokens = answer.get(at + 3).toString();
      if (!tokens.isEmpty()) {
        remaining.tokens(Long.parseLong(tokens), answer.get(at + 4).toLong(), reset);
      }
    }
    return remaining;
  }

  /** Why there is no room, null where there is. */
  @Nullable Refusal refusal(Estimate estimate) {
    if (status == TAKEN) {
      return null;
    }
    int index = answer.get(1).toInteger();
    Bound bound = bounds.get(index);
    Spent.Day day = days.get(index);
    long wait = answer.get(3).toLong() * MILLION;
    String what = answer.get(2).toString();
    return switch (what) {
      case "concurrent" -> Refusal.concurrent(number(bound.limits().concurrent()));
      case "requests" -> Refusal.requests(number(bound.limits().requests()), wait);
      case "large" -> Refusal.tooLarge(number(bound.limits().tokens()), estimate.tokens());
      case "tokens" -> Refusal.tokens(number(bound.limits().tokens()), estimate.tokens(), wait);
      case "day" -> Refusal.exhausted(Purse.Exhausted.day(day));
      case "month" -> Refusal.exhausted(Purse.Exhausted.month(day));
      case "total" -> Refusal.exhausted(Purse.Exhausted.TOTAL);
      default -> Refusal.exhausted(Purse.Exhausted.TOKENS);
    };
  }

  private static long number(@Nullable Long limit) {
    return limit == null ? 0 : limit;
  }

  /** Reads {@link #SPENT}; null when it is not there. */
  static @Nullable Spent spent(@Nullable Response answer, ZoneId zone, Spent.Day today) {
    if (answer == null || answer.get(0) == null || !zone.getId().equals(answer.get(0).toString())) {
      return null;
    }
    boolean sameDay = answer.get(1).toLong() >= today.start();
    boolean sameMonth = answer.get(2).toLong() >= today.monthStart();
    return new Spent(
        today,
        sameDay ? answer.get(3).toLong() : 0,
        sameMonth ? answer.get(4).toLong() : 0,
        answer.get(5).toLong(),
        answer.get(6).toLong());
  }
}

package dev.bactrian.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bactrian.error.ApiException;
import dev.bactrian.storage.Database;
import dev.bactrian.storage.Lookup;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counters of this node alone. What was spent before comes from the database. */
final class LocalCounters implements Counters, AutoCloseable {
  /** Longer than any call and than a minute's limits need to fill up again. */
  private static final Duration IDLE = Duration.ofHours(1);

  private final Database database;
  private final Cache<String, Pace> paces = Caffeine.newBuilder().expireAfterAccess(IDLE).build();
  private final Cache<String, Purse> purses = Caffeine.newBuilder().expireAfterAccess(IDLE).build();
  private final Lookup<Purse> lookup;

  LocalCounters(Database database, long waitMillis) {
    this.database = database;
    this.lookup = new Lookup<>("budgets", waitMillis, LocalCounters::unavailable, this::load);
  }

  /** What was taken of one bound. */
  private record Taken(Bound bound, Pace pace, @Nullable Purse purse) {}

  @Override
  public Reservation reserve(List<Bound> bounds, Estimate estimate) {
    List<Taken> taken = new ArrayList<>(bounds.size());
    Remaining remaining = new Remaining();
    long now = System.currentTimeMillis();
    for (Bound bound : bounds) {
      try {
        Purse purse = bound.budget().isNone() ? null : purse(bound);
        Pace pace = pace(bound);
        Refusal refusal = pace.take(estimate, remaining);
        if (refusal == null && purse != null) {
          Purse.Exhausted exhausted = purse.reserve(bound.budget(), estimate, now);
          if (exhausted != null) {
            pace.giveBack(estimate);
            refusal = Refusal.exhausted(exhausted);
          }
        }
        if (refusal != null) {
          throw refusal.error(bound.what(), remaining.headers());
        }
        taken.add(new Taken(bound, pace, purse));
      } catch (ApiException e) {
        giveBack(taken, estimate, now);
        throw e;
      }
    }
    return new Local(taken, estimate, remaining);
  }

  private static void giveBack(List<Taken> taken, Estimate estimate, long now) {
    for (Taken one : taken) {
      one.pace().giveBack(estimate);
      if (one.purse() != null) {
        one.purse().settle(estimate, 0, 0, now);
      }
    }
  }

  private record Local(List<Taken> taken, Estimate estimate, Remaining remaining)
      implements Reservation {
    @Override
    public void settle(long nanos, long tokens) {
      long now = System.currentTimeMillis();
      for (Taken one : taken) {
        one.pace().settle(estimate, tokens);
        if (one.purse() != null) {
          one.purse().settle(estimate, nanos, tokens, now);
        }
      }
    }
  }

  private Pace pace(Bound bound) {
    Pace pace = paces.getIfPresent(bound.subject());
    if (pace != null && pace.limits().equals(bound.limits())) {
      return pace;
    }
    // Limits that an administrator has changed begin anew; what runs goes on being counted.
    return paces
        .asMap()
        .compute(
            bound.subject(),
            (subject, old) ->
                old != null && old.limits().equals(bound.limits())
                    ? old
                    : new Pace(bound.limits(), old == null ? new AtomicLong() : old.running()));
  }

  private Purse purse(Bound bound) {
    String name = bound.zone().getId() + " " + bound.subject();
    Purse purse = purses.getIfPresent(name);
    if (purse != null) {
      return purse;
    }
    Purse found = lookup.find(name);
    if (found == null) {
      throw unavailable();
    }
    return found;
  }

  private Purse load(String name) throws SQLException {
    int space = name.indexOf(' ');
    ZoneId zone = ZoneId.of(name.substring(0, space));
    Spent.Day day = Spent.Day.of(System.currentTimeMillis(), zone);
    try (Connection connection = database.getConnection()) {
      if (!database.isEmbedded()) {
        connection.setNetworkTimeout(Runnable::run, 1_000);
      }
      Spent spent = SpentTable.read(connection, name.substring(space + 1), day);
      return purses.asMap().computeIfAbsent(name, none -> new Purse(zone, spent));
    }
  }

  @Override
  public Spent spent(Bound bound) {
    return purse(bound).spent(System.currentTimeMillis());
  }

  private static ApiException unavailable() {
    return new ApiException(
            503,
            "service_unavailable_error",
            "budget_unavailable",
            null,
            "The budget of this API key cannot be checked now; try again.")
        .retryAfter(1000);
  }

  @Override
  public void close() {
    lookup.close();
  }
}

package dev.bactrian.limit;

import dev.bactrian.error.ApiException;
import dev.bactrian.key.Bound;
import dev.bactrian.limit.SpentReader.Spender;
import dev.bactrian.storage.Lookup;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Counters of this node alone. What was spent before comes from the database. */
final class LocalCounters implements Counters {
  /** Twice as long as a minute's limits need to be whole again. */
  private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(2);

  /** How long one may wait who only wants to see what was spent. */
  private static final long SHOWN_MILLIS = 2_000;

  private final SpentReader reader;
  private final boolean refuse;
  private final ConcurrentHashMap<String, Meter> meters = new ConcurrentHashMap<>();
  private final Lookup<Spender, Purse> lookup;
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "limits");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Counters that know nothing yet.
   *
   * @param waitMillis how long a call may wait for the database
   * @param refuse whether calls are refused while it cannot be told what was spent; else they are
   *     let in as if that were nothing
   */
  LocalCounters(SpentReader reader, long waitMillis, boolean refuse) {
    this.reader = reader;
    this.refuse = refuse;
    this.lookup = new Lookup<>("budgets", waitMillis, SpentReader::unavailable, this::load);
  }

  private void sweep() {
    long moment = System.nanoTime() - IDLE_NANOS;
    meters.forEach(
        (subject, meter) -> {
          if (meter.retire(moment)) {
            meters.remove(subject, meter);
          }
        });
  }

  /** What was taken of one bound. */
  private record Taken(Bound bound, Meter meter, Pace pace, @Nullable Purse purse) {
    void giveBack(Estimate estimate) {
      meter.leave();
      pace.giveBack(estimate);
      if (purse != null) {
        purse.release(estimate);
      }
    }

    void settle(Estimate estimate, Purse.Settled call) {
      meter.leave();
      pace.settle(estimate, call.tokens());
      Purse current = meter.purse();
      if (purse != null && purse == current) {
        purse.settle(estimate, call);
      } else {
        if (purse != null) {
          purse.release(estimate);
        }
        if (current != null) {
          current.add(call);
        }
      }
    }
  }

  @Override
  public Reservation reserve(List<Bound> bounds, Estimate estimate) {
    List<Taken> taken = new ArrayList<>(bounds.size());
    Remaining remaining = new Remaining();
    long deadline = lookup.deadline();
    try {
      for (Bound bound : bounds) {
        taken.add(take(bound, estimate, remaining, deadline));
      }
    } catch (ApiException e) {
      taken.forEach(one -> one.giveBack(estimate));
      throw e;
    }
    return new Local(taken, estimate, remaining);
  }

  private Taken take(Bound bound, Estimate estimate, Remaining remaining, long deadline) {
    Meter meter = meter(bound.subject());
    long running = meter.enter();
    while (running < 1) {
      meters.remove(bound.subject(), meter);
      meter = meter(bound.subject());
      running = meter.enter();
    }
    try {
      Long most = bound.limits().concurrent();
      if (most != null && running > most) {
        throw Refusal.concurrent(most).error(bound.what(), remaining.headers());
      }
      Purse purse = bound.budget().isNone() ? null : purse(bound, meter, deadline);
      Pace pace = meter.pace(bound);
      Refusal refusal = pace.take(estimate, remaining);
      if (refusal == null && purse != null) {
        Purse.Exhausted exhausted = purse.reserve(bound.budget(), estimate);
        if (exhausted != null) {
          pace.giveBack(estimate);
          refusal = Refusal.exhausted(exhausted);
        }
      }
      if (refusal != null) {
        throw refusal.error(bound.what(), remaining.headers());
      }
      return new Taken(bound, meter, pace, purse);
    } catch (ApiException e) {
      meter.leave();
      throw e;
    }
  }

  private Meter meter(String subject) {
    Meter meter = meters.get(subject);
    return meter == null ? meters.computeIfAbsent(subject, none -> new Meter()) : meter;
  }

  private record Local(List<Taken> taken, Estimate estimate, Remaining remaining)
      implements Reservation {
    @Override
    public void settle(Purse.Settled call) {
      for (Taken one : taken) {
        one.settle(estimate, call);
      }
    }
  }

  @Override
  public void add(List<String> subjects, Purse.Settled call) {
    for (String subject : subjects) {
      Meter meter = meters.get(subject);
      Purse purse = meter == null ? null : meter.purse();
      if (purse != null) {
        purse.add(call);
      }
    }
  }

  private Purse purse(Bound bound, Meter meter, long deadline) {
    Purse purse = meter.purse();
    if (purse != null && purse.isKnown() && purse.zone().equals(bound.zone())) {
      return purse;
    }
    try {
      Purse found = lookup.find(Spender.of(bound), deadline);
      if (found != null) {
        return found;
      }
    } catch (ApiException e) {
      if (refuse) {
        throw e;
      }
      return meter.purse(bound.zone());
    }
    throw SpentReader.unavailable();
  }

  /** Reads what was spent, on a thread of the look-ups; calls that end meanwhile are noted. */
  private Map<Spender, Purse> load(List<Spender> spenders) throws SQLException {
    Map<Spender, Purse> found = new HashMap<>();
    Map<Spender, Purse> unknown = new HashMap<>();
    for (Spender spender : spenders) {
      Meter meter = meters.get(spender.subject());
      if (meter != null) {
        Purse purse = meter.purse(spender.zone());
        found.put(spender, purse);
        if (!purse.isKnown()) {
          unknown.put(spender, purse);
        }
      }
    }
    if (!unknown.isEmpty()) {
      reader.read(unknown);
    }
    return found;
  }

  /** What was spent is read from the database again, by whoever needs it next. */
  void forget() {
    meters.values().forEach(Meter::forgetPurse);
  }

  @Override
  public void forget(String subject) {
    Meter meter = meters.get(subject);
    if (meter != null) {
      meter.forgetPurse();
    }
  }

  @Override
  public Spent spent(Bound bound) {
    Meter meter = meter(bound.subject());
    boolean entered = meter.enter() > 0;
    try {
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SHOWN_MILLIS);
      Purse purse = purse(bound, meter, deadline);
      if (!purse.isKnown()) {
        throw SpentReader.unavailable();
      }
      return purse.spent(System.currentTimeMillis());
    } finally {
      if (entered) {
        meter.leave();
      }
    }
  }

  @Override
  public void open() {
    sweeper.scheduleWithFixedDelay(this::sweep, 30, 30, TimeUnit.SECONDS);
    reader.open();
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
    lookup.close();
    reader.close();
  }
}

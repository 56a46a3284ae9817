package dev.bactrian.pool;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.provider.Limits;
import dev.bactrian.provider.MemberSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One key, endpoint or region and what is known of it: what is in use, what was used lately,
 * whether it is out and until when. All of it is guarded by its pool's lock. Times are of {@link
 * System#nanoTime}'s clock.
 */
final class Member {
  private static final Logger LOG = LoggerFactory.getLogger(Member.class);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final int FORBIDDEN = 403;

  /** Why a member is not used for a while. */
  enum Out {
    /** The provider has no capacity and asked to wait. */
    RESTING("resting"),
    /** The provider refused it, or wants money. */
    SET_ASIDE("set_aside"),
    /** It failed too often. */
    FAILING("failing");

    final String word;

    Out(String word) {
      this.word = word;
    }
  }

  private final String provider;
  private final CircuitBreaker failures;
  private final Durations durations;
  private final Rests rests;
  private final Window requestsInMinute;
  private final Window requestsInDay;
  private final Window tokensInMinute;
  private final Window tokensInDay;
  private MemberSettings settings;
  private long inUse;
  private @Nullable Out out;
  private long outUntil;
  private @Nullable ErrorClass because;
  private @Nullable Lease trial;
  private long trialUntil;

  /**
   * How long members are out.
   *
   * @param asideMillis one that is out of money or refused, and the longest rest it can ask for
   * @param failingMillis one that fails
   * @param overloadMillis the longest rest that one without capacity can ask for
   */
  record Durations(long asideMillis, long failingMillis, long overloadMillis) {}

  Member(
      String provider,
      MemberSettings settings,
      CircuitBreaker failures,
      Durations durations,
      long now) {
    this.provider = provider;
    this.settings = settings;
    this.failures = failures;
    this.durations = durations;
    this.rests = new Rests(durations.asideMillis());
    Limits limits = settings.limits();
    this.requestsInMinute = new Window(MINUTE, limits.requestsPerMinute(), now);
    this.requestsInDay = new Window(DAY, limits.requestsPerDay(), now);
    this.tokensInMinute = new Window(MINUTE, limits.tokensPerMinute(), now);
    this.tokensInDay = new Window(DAY, limits.tokensPerDay(), now);
  }

  MemberSettings settings() {
    return settings;
  }

  String name() {
    return settings.name();
  }

  /** Other limits or another weight for the same key; it is given another chance, too. */
  void change(MemberSettings other) {
    settings = other;
    Limits limits = other.limits();
    requestsInMinute.limit(limits.requestsPerMinute());
    requestsInDay.limit(limits.requestsPerDay());
    tokensInMinute.limit(limits.tokensPerMinute());
    tokensInDay.limit(limits.tokensPerDay());
    out = null;
    rests.clear();
    failures.reset();
  }

  /** Whether a call can have it now. */
  boolean hasRoom(Lease lease, long now) {
    return readyIn(lease.model, lease.tokens, now) == 0
        && !isFull()
        && !(out != null && isOnTrial(now));
  }

  private boolean isFull() {
    long most = settings.limits().concurrency();
    return most > 0 && inUse >= most;
  }

  /**
   * What is out for more than a rest is tried by one call before the others come, and by the next
   * one when that takes long.
   */
  private boolean isOnTrial(long now) {
    return out != Out.RESTING && trial != null && trialUntil - now > 0;
  }

  /**
   * Nanoseconds until a call of a model with so many tokens can have it, as far as that is a matter
   * of time; 0 if it can, or when another call has ended.
   */
  long readyIn(String model, long tokens, long now) {
    long until = out == null ? 0 : Math.max(0, outUntil - now);
    until = Math.max(until, rests.readyIn(model, now));
    until = Math.max(until, requestsInMinute.readyIn(now, 1));
    until = Math.max(until, requestsInDay.readyIn(now, 1));
    until = Math.max(until, tokensInMinute.readyIn(now, tokens));
    return Math.max(until, tokensInDay.readyIn(now, tokens));
  }

  /** Whether it is out for another reason than the provider's limits. */
  boolean isOut(long now) {
    return out != null && out != Out.RESTING && (outUntil - now > 0 || isOnTrial(now));
  }

  /** The part of its tightest limit that is left. */
  double room(long now) {
    long most = settings.limits().concurrency();
    double room = most == 0 ? 1 : (most - inUse) / (double) most;
    room = Math.min(room, Math.min(requestsInMinute.room(now), requestsInDay.room(now)));
    return Math.min(room, Math.min(tokensInMinute.room(now), tokensInDay.room(now)));
  }

  /** A call has it. */
  void begin(Lease lease, long now) {
    inUse++;
    requestsInMinute.add(now, 1);
    requestsInDay.add(now, 1);
    lease.minuteSlot = tokensInMinute.add(now, lease.tokens);
    lease.daySlot = tokensInDay.add(now, lease.tokens);
    if (out != null && out != Out.RESTING) {
      trial = lease;
      trialUntil = now + TimeUnit.MILLISECONDS.toNanos(durations.failingMillis());
    }
  }

  /** A call no longer needs it, and has used so many tokens. */
  void end(Lease lease, long used, long now) {
    inUse--;
    tokensInMinute.correct(now, lease.minuteSlot, used - lease.tokens);
    tokensInDay.correct(now, lease.daySlot, used - lease.tokens);
    if (trial == lease) {
      trial = null;
    }
  }

  /** The provider answered a call. */
  void answered(Lease lease, long now) {
    rests.answered(lease.model, now);
    if (out != null && outUntil - now <= 0) {
      if (out != Out.RESTING) {
        LOG.info("Key {} of provider {} is used again", name(), provider);
      }
      out = null;
    }
    if (trial == lease) {
      trial = null;
    }
    failures.onSuccess(0, TimeUnit.NANOSECONDS);
  }

  /**
   * A call failed.
   *
   * @param lease the call's; one that had been answered before it broke is no trial
   */
  void failed(Lease lease, UpstreamException failure, long now) {
    boolean onTrial = trial == lease;
    switch (failure.errorClass()) {
      case RATE -> rests.refused(lease.model, failure.retryAfterMillis(), now);
      case BILLING -> setAside(failure, now);
      case AUTH -> {
        if (failure.status() == FORBIDDEN) {
          charge(failure, onTrial, now);
        } else {
          setAside(failure, now);
        }
      }
      case OVERLOAD -> {
        charge(failure, onTrial, now);
        if (failure.retryAfterMillis() > 0) {
          long millis = Math.min(failure.retryAfterMillis(), durations.overloadMillis());
          out(out == null ? Out.RESTING : out, failure, millis, now);
        }
      }
      default -> charge(failure, onTrial, now);
    }
  }

  private void setAside(UpstreamException failure, long now) {
    if (out != Out.SET_ASIDE || outUntil - now <= 0) {
      LOG.warn(
          "Key {} of provider {} is set aside for {} s: {}, status {}",
          name(),
          provider,
          TimeUnit.MILLISECONDS.toSeconds(durations.asideMillis()),
          failure.errorClass(),
          failure.status());
      out(Out.SET_ASIDE, failure, durations.asideMillis(), now);
    }
  }

  private void charge(UpstreamException failure, boolean onTrial, long now) {
    if (!failure.errorClass().chargedToBreaker()) {
      return;
    }
    failures.onError(0, TimeUnit.NANOSECONDS, failure);
    boolean open = failures.getState() != CircuitBreaker.State.CLOSED;
    if (open) {
      failures.reset();
    }
    if (open || onTrial) {
      out(Out.FAILING, failure, durations.failingMillis(), now);
    }
  }

  private void out(Out how, UpstreamException failure, long millis, long now) {
    long until = now + TimeUnit.MILLISECONDS.toNanos(millis);
    // Calls that began before may end later: what lasts longer counts.
    if (out == null || until - outUntil > 0) {
      out = how;
      outUntil = until;
      because = failure.errorClass();
    }
  }

  /** What it is now, for those who look after the gateway. */
  Pools.Seen seen(long now) {
    boolean over = out == null || (outUntil - now <= 0 && !isOnTrial(now));
    return new Pools.Seen(
        name(),
        out == null || over ? Pools.LIVE : out.word,
        over ? 0 : TimeUnit.NANOSECONDS.toMillis(Math.max(0, outUntil - now)),
        over || because == null ? null : because,
        inUse,
        rests.seen(now));
  }
}

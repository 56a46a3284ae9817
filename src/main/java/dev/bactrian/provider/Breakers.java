package dev.bactrian.provider;

import dev.bactrian.error.UpstreamException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * One circuit breaker for each provider. What counts as a failure is the failure's class; a refused
 * request counts neither way.
 */
public final class Breakers {
  private final CircuitBreakerRegistry registry;

  /**
   * When each breaker that closed at no time since has opened, on {@link System#nanoTime}'s clock.
   */
  private final Map<String, Long> opened = new ConcurrentHashMap<>();

  /** Until when each one that is open lets nothing through, on the same clock. */
  private final Map<String, Long> shutUntil = new ConcurrentHashMap<>();

  private final long openMillis;
  private final long longestRestMillis;

  /**
   * Breakers, all closed.
   *
   * @param window how many calls are looked at
   * @param minimum how many there must be before a breaker opens
   * @param failureRate the percentage of failures that opens it
   * @param openMillis how long it stays open before one call may try
   * @param longestRestMillis how long a provider can have itself left alone for
   */
  public Breakers(
      int window, int minimum, int failureRate, long openMillis, long longestRestMillis) {
    this.openMillis = openMillis;
    this.longestRestMillis = longestRestMillis;
    this.registry =
        CircuitBreakerRegistry.of(
            CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(window)
                .minimumNumberOfCalls(minimum)
                .failureRateThreshold(failureRate)
                .waitDurationInOpenState(Duration.ofMillis(openMillis))
                .permittedNumberOfCallsInHalfOpenState(1)
                // A probe that hangs is not waited for: the next one may go when this is over
                // twice.
                .maxWaitDurationInHalfOpenState(Duration.ofMillis(openMillis))
                .writableStackTraceEnabled(false)
                .recordException(Breakers::counts)
                .ignoreException(failure -> !counts(failure))
                .build());
    registry.getEventPublisher().onEntryAdded(added -> watch(added.getAddedEntry()));
  }

  private void watch(CircuitBreaker breaker) {
    breaker
        .getEventPublisher()
        .onStateTransition(
            event -> {
              if (event.getStateTransition() == CircuitBreaker.StateTransition.CLOSED_TO_OPEN) {
                opened.put(breaker.getName(), System.nanoTime());
              }
              shutUntil.put(breaker.getName(), inMillis(openMillis));
            });
  }

  private static boolean counts(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof UpstreamException upstream) {
        return upstream.errorClass().chargedToBreaker();
      }
    }
    return false;
  }

  /** The name under which the routes refer to a provider's breaker. */
  public static String name(String provider) {
    return "breaker-" + provider;
  }

  /** A provider's breaker. */
  public CircuitBreaker of(String provider) {
    return registry.circuitBreaker(name(provider));
  }

  /** A breaker that lets everything pass and counts nothing. */
  static CircuitBreaker none(String provider) {
    CircuitBreaker breaker = CircuitBreaker.ofDefaults(name(provider));
    breaker.transitionToDisabledState();
    return breaker;
  }

  /** A new breaker with the same numbers, known to nobody else. */
  public CircuitBreaker fresh(String name) {
    return CircuitBreaker.of(name, registry.getDefaultConfig());
  }

  /** How long a breaker stays open. */
  public long openMillis() {
    return openMillis;
  }

  /** How long a provider can have itself left alone for. */
  public long longestRestMillis() {
    return longestRestMillis;
  }

  /** The state of a provider's breaker: closed, open, or half_open once it waits for a probe. */
  public String state(String provider) {
    return switch (of(provider).getState()) {
      case OPEN -> isOpen(provider) ? "open" : "half_open";
      case FORCED_OPEN -> "open";
      case HALF_OPEN -> "half_open";
      default -> "closed";
    };
  }

  /**
   * Whether a provider is not called for now because it failed too often. A breaker whose time is
   * over waits for the call that probes.
   */
  public boolean isOpen(String provider) {
    CircuitBreaker breaker = of(provider);
    return breaker.getState() == CircuitBreaker.State.OPEN
        && shutUntil.getOrDefault(breaker.getName(), 0L) - System.nanoTime() > 0;
  }

  private static long inMillis(long millis) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /**
   * Leaves a provider alone that says it is overloaded, for as long as it asks for; not for less
   * than it would be anyway.
   */
  public void rest(String provider, long millis) {
    CircuitBreaker breaker = of(provider);
    long asked = Math.min(millis, longestRestMillis);
    boolean shut = breaker.getState() != CircuitBreaker.State.CLOSED;
    if (!shut || inMillis(asked) - shutUntil.getOrDefault(breaker.getName(), 0L) > 0) {
      breaker.transitionToOpenStateFor(Duration.ofMillis(asked));
      shutUntil.put(breaker.getName(), inMillis(asked));
    }
  }

  /**
   * A provider has given a whole answer. Where that was a probe which took so long that it was no
   * longer waited for, the breaker closes now.
   *
   * @param started when the call began, on {@link System#nanoTime}'s clock
   */
  public void answered(String provider, long started) {
    CircuitBreaker breaker = of(provider);
    if (breaker.getState() == CircuitBreaker.State.OPEN) {
      Long since = opened.get(breaker.getName());
      if (since != null && started - since > 0) {
        breaker.transitionToClosedState();
      }
    }
  }

  /** Charges a failure that came after the breaker had seen the call succeed. */
  public void late(String provider, UpstreamException failure) {
    if (failure.errorClass().chargedToBreaker()) {
      of(provider).onError(0, TimeUnit.MILLISECONDS, failure);
    }
  }
}

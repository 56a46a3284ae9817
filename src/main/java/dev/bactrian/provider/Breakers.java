package dev.bactrian.provider;

import dev.bactrian.error.UpstreamException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One circuit breaker for each provider. What counts as a failure is the failure's class; a refused
 * request counts neither way.
 */
public final class Breakers {
  private final CircuitBreakerRegistry registry;
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
                .maxWaitDurationInHalfOpenState(Duration.ofMillis(Math.max(openMillis, 30_000)))
                .writableStackTraceEnabled(false)
                .recordException(Breakers::counts)
                .ignoreException(failure -> !counts(failure))
                .build());
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

  /** Whether a provider is not called for now because it failed too often. */
  public boolean isOpen(String provider) {
    return of(provider).getState() == CircuitBreaker.State.OPEN;
  }

  /** Leaves a provider alone that says it is overloaded, for as long as it asks for. */
  public void rest(String provider, long millis) {
    CircuitBreaker breaker = of(provider);
    if (breaker.getState() == CircuitBreaker.State.CLOSED) {
      breaker.transitionToOpenStateFor(Duration.ofMillis(Math.min(millis, longestRestMillis)));
    }
  }

  /** Charges a failure that came after the breaker had seen the call succeed. */
  public void late(String provider, UpstreamException failure) {
    if (failure.errorClass().chargedToBreaker()) {
      of(provider).onError(0, TimeUnit.MILLISECONDS, failure);
    }
  }
}

package dev.bactrian.storage;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;

/** A breaker that leaves a store alone for a second when it fails or is slow. */
public final class StoreBreaker {
  private StoreBreaker() {}

  /**
   * A breaker.
   *
   * @param name what the store is used for
   * @param slowMillis how long an answer takes that is of no use to the call any more
   */
  public static CircuitBreaker of(String name, long slowMillis) {
    return CircuitBreaker.of(
        name,
        CircuitBreakerConfig.custom()
            .slidingWindowSize(10)
            .minimumNumberOfCalls(5)
            .failureRateThreshold(50)
            .slowCallDurationThreshold(Duration.ofMillis(Math.max(1, slowMillis)))
            .slowCallRateThreshold(80)
            .waitDurationInOpenState(Duration.ofSeconds(1))
            .permittedNumberOfCallsInHalfOpenState(1)
            .maxWaitDurationInHalfOpenState(Duration.ofSeconds(5))
            .writableStackTraceEnabled(false)
            .build());
  }
}

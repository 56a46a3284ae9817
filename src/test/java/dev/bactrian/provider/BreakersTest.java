package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BreakersTest {
  private final Breakers breakers = new Breakers(4, 4, 50, 60_000, 30_000);
  private final CircuitBreaker breaker = breakers.of("a");

  @ParameterizedTest
  @EnumSource(
      value = ErrorClass.class,
      names = {"AUTH", "BILLING", "OVERLOAD", "TIMEOUT", "SILENCE", "SERVER"})
  void aProvidersFailureCounts(ErrorClass errorClass) {
    fail(4, failure(errorClass));

    assertThat(breaker.getState()).isEqualTo(State.OPEN);
    assertThatThrownBy(breaker::acquirePermission).isInstanceOf(CallNotPermittedException.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorClass.class,
      names = {
        "RATE",
        "BUSY",
        "UNAVAILABLE",
        "BAD_REQUEST",
        "CONTEXT",
        "CONTENT",
        "NOT_FOUND",
        "ABORT"
      })
  void whatIsNotTheProvidersFaultCountsNeitherWay(ErrorClass errorClass) {
    fail(40, failure(errorClass));

    assertThat(breaker.getState()).isEqualTo(State.CLOSED);
    assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
  }

  @Test
  void aFailureInsideAnotherExceptionCounts() {
    fail(4, new IllegalStateException(failure(ErrorClass.SERVER)));

    assertThat(breaker.getState()).isEqualTo(State.OPEN);
  }

  @Test
  void aFaultOfTheRoutesIsNotTheProviders() {
    fail(40, new IllegalStateException("a mistake in a route"));

    assertThat(breaker.getState()).isEqualTo(State.CLOSED);
  }

  @Test
  void successesOutweighFailures() {
    breaker.onSuccess(1, TimeUnit.MILLISECONDS);
    breaker.onSuccess(1, TimeUnit.MILLISECONDS);
    breaker.onSuccess(1, TimeUnit.MILLISECONDS);
    fail(1, failure(ErrorClass.SERVER));

    assertThat(breaker.getState()).isEqualTo(State.CLOSED);
  }

  @Test
  void aFailureInTheMiddleOfAStreamCounts() {
    for (int i = 0; i < 4; i++) {
      breakers.late("a", failure(ErrorClass.SERVER));
    }

    assertThat(breaker.getState()).isEqualTo(State.OPEN);
  }

  @Test
  void aClientThatWentAwayInTheMiddleOfAStreamDoesNotCount() {
    for (int i = 0; i < 40; i++) {
      breakers.late("a", failure(ErrorClass.ABORT));
    }

    assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
  }

  @Test
  void oneProvidersFailuresLeaveTheOthersAlone() {
    fail(4, failure(ErrorClass.SERVER));

    assertThat(breakers.of("b").getState()).isEqualTo(State.CLOSED);
    assertThat(breakers.of("a")).isSameAs(breaker);
    assertThat(breaker.getName()).isEqualTo(Breakers.name("a"));
  }

  private void fail(int times, Throwable failure) {
    for (int i = 0; i < times; i++) {
      breaker.onError(1, TimeUnit.MILLISECONDS, failure);
    }
  }

  private static UpstreamException failure(ErrorClass errorClass) {
    return UpstreamException.noticed(errorClass, "No.");
  }
}

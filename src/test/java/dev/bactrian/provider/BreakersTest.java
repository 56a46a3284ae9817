package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BreakersTest {
  private static final Duration SHORT = Duration.ofMillis(5);

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
  void oneProbeIsLetThroughAndNoOther() {
    CircuitBreaker quick = halfOpen(new Breakers(4, 4, 50, 60, 30_000));

    for (int i = 0; i < 10; i++) {
      assertThat(quick.tryAcquirePermission()).isFalse();
    }
  }

  @Test
  void aProbeThatHangsIsFollowedByAnother() {
    CircuitBreaker quick = halfOpen(new Breakers(4, 4, 50, 60, 30_000));

    Awaitility.await().pollInterval(SHORT).until(quick::tryAcquirePermission);
    assertThat(quick.getState()).isEqualTo(State.HALF_OPEN);
  }

  @Test
  void aProbeThatIsAnsweredLateClosesIt() {
    Breakers quick = new Breakers(4, 4, 50, 60, 30_000);
    long before = System.nanoTime();
    CircuitBreaker its = halfOpen(quick);
    long probe = System.nanoTime();
    Awaitility.await().pollInterval(SHORT).until(() -> its.getState() == State.OPEN);
    quick.answered("a", before);
    assertThat(its.getState()).isEqualTo(State.OPEN);
    quick.answered("a", probe);
    assertThat(its.getState()).isEqualTo(State.CLOSED);
  }

  @Test
  void itStaysOpenForAsLongAsTheProviderAsks() {
    Breakers quick = new Breakers(4, 4, 50, 60, 30_000);
    fail(quick.of("a"), 4, failure(ErrorClass.OVERLOAD));
    quick.rest("a", 20_000);
    quick.rest("a", 10_000);
    expectShutFor(quick.of("a"), Duration.ofMillis(150));
    // Nor is it open for less than it would be anyway.
    fail(4, failure(ErrorClass.OVERLOAD));
    breakers.rest("a", 1);
    expectShutFor(breaker, Duration.ofMillis(50));
  }

  @Test
  void itIsNotOpenToThoseWhoChooseWhenAProbeMayGo() {
    Breakers quick = new Breakers(4, 4, 50, 60, 30_000);
    fail(quick.of("a"), 4, failure(ErrorClass.SERVER));
    assertThat(quick.isOpen("a")).isTrue();
    Awaitility.await().pollInterval(SHORT).until(() -> !quick.isOpen("a"));
    assertThat(quick.of("a").getState()).isEqualTo(State.OPEN);
    assertThat(quick.of("a").tryAcquirePermission()).isTrue();
    assertThat(quick.isOpen("b")).isFalse();
    quick.rest("b", 60_000);
    assertThat(quick.isOpen("b")).isTrue();
  }

  @Test
  void aProviderIsTriedWithinThirtySecondsWhateverHappened() throws IOException {
    Properties settings = new Properties();
    try (InputStream in = getClass().getResourceAsStream("/bactrian/settings.properties")) {
      settings.load(in);
    }
    // A probe that hangs is waited for as long as the breaker was open.
    assertThat(2 * number(settings, "bactrian.breaker.open")).isLessThanOrEqualTo(30_000);
    assertThat(number(settings, "bactrian.breaker.longest-rest")).isLessThanOrEqualTo(30_000);
  }

  private static long number(Properties settings, String name) {
    return Long.parseLong(settings.getProperty(name).replaceAll("\\D", ""));
  }

  private static void expectShutFor(CircuitBreaker shut, Duration time) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos()) {
      assertThat(shut.tryAcquirePermission()).isFalse();
    }
  }

  /** The breaker of a provider that has failed, with its probe under way. */
  private static CircuitBreaker halfOpen(Breakers all) {
    CircuitBreaker its = all.of("a");
    fail(its, 4, failure(ErrorClass.SERVER));
    Awaitility.await().pollInterval(SHORT).until(its::tryAcquirePermission);
    return its;
  }

  @Test
  void oneProvidersFailuresLeaveTheOthersAlone() {
    fail(4, failure(ErrorClass.SERVER));

    assertThat(breakers.of("b").getState()).isEqualTo(State.CLOSED);
    assertThat(breakers.of("a")).isSameAs(breaker);
    assertThat(breaker.getName()).isEqualTo(Breakers.name("a"));
  }

  private void fail(int times, Throwable failure) {
    fail(breaker, times, failure);
  }

  private static void fail(CircuitBreaker its, int times, Throwable failure) {
    for (int i = 0; i < times; i++) {
      its.onError(1, TimeUnit.MILLISECONDS, failure);
    }
  }

  private static UpstreamException failure(ErrorClass errorClass) {
    return UpstreamException.noticed(errorClass, "No.");
  }
}

package dev.bactrian.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class LifetimeTest {
  private final Lifetime lifetime = new Lifetime(60_000);
  private final AtomicInteger stopped = new AtomicInteger();

  @Test
  void aClientThatGoesStopsWhatRunsForItOnce() {
    lifetime.onCancel(stopped::incrementAndGet);
    lifetime.cancel();
    lifetime.cancel();

    assertThat(stopped).hasValue(1);
    assertThat(lifetime.isCancelled()).isTrue();
  }

  @Test
  void whatBeginsAfterTheClientWentIsStoppedAtOnce() {
    lifetime.cancel();
    lifetime.onCancel(stopped::incrementAndGet);

    assertThat(stopped).hasValue(1);
  }

  @Test
  void onlyTheLatestAttemptIsStopped() {
    lifetime.onCancel(() -> stopped.addAndGet(100));
    lifetime.onCancel(stopped::incrementAndGet);
    lifetime.cancel();

    assertThat(stopped).hasValue(1);
  }

  @Test
  void whatIsOverIsNotStopped() {
    lifetime.onCancel(stopped::incrementAndGet);
    lifetime.onCancel(null);
    lifetime.cancel();
    lifetime.onCancel(null);

    assertThat(stopped).hasValue(0);
  }

  @Test
  void nobodyWaitsForAClientThatWent() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          CompletableFuture<Void> gone = CompletableFuture.runAsync(lifetime::cancel);
          lifetime.pause(60_000);
          gone.join();
        });

    assertThat(lifetime.isCancelled()).isTrue();
  }

  @Test
  void nothingGoesOnOnceTheTimeIsUp() throws InterruptedException {
    lifetime.onCancel(stopped::incrementAndGet);
    lifetime.expire();
    lifetime.pause(60_000);

    assertThat(lifetime.remaining()).isZero();
    assertThat(lifetime.isCancelled()).as("the client has not gone").isFalse();
    assertThat(stopped).hasValue(0);
  }

  @Test
  void aPauseEndsByItself() throws InterruptedException {
    lifetime.pause(1);

    assertThat(lifetime.isCancelled()).isFalse();
  }

  @Test
  void whatIsLeftIsNeverLessThanNothing() {
    assertThat(lifetime.remaining()).isBetween(1L, 60_000L);
    assertThat(new Lifetime(0).remaining()).isZero();
    assertThat(new Lifetime(-5).remaining()).isZero();
  }
}

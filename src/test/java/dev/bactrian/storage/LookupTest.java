package dev.bactrian.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.error.ApiException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookupTest {
  private static final long PATIENCE = 20_000;
  private static final int MANY = 1_000;
  private static final Supplier<ApiException> UNAVAILABLE =
      () -> new ApiException(503, "service_unavailable_error", "away", null, "Away.");

  private final ExecutorService callers = Executors.newFixedThreadPool(MANY);

  @AfterEach
  void stop() {
    callers.shutdownNow();
  }

  private static Map<Integer, String> texts(List<Integer> ids) {
    Map<Integer, String> found = new HashMap<>();
    ids.forEach(id -> found.put(id, "number " + id));
    return found;
  }

  private List<CompletableFuture<String>> ask(Lookup<Integer, String> lookup) {
    return IntStream.range(0, MANY)
        .mapToObj(i -> CompletableFuture.supplyAsync(() -> "" + lookup.find(i), callers))
        .toList();
  }

  @Test
  void whatIsAskedForMeanwhileIsLookedUpTogether() {
    CountDownLatch slow = new CountDownLatch(1);
    ConcurrentLinkedQueue<Integer> sizes = new ConcurrentLinkedQueue<>();
    Lookup.Loader<Integer, String> loader =
        ids -> {
          sizes.add(ids.size());
          hold(slow);
          return texts(ids);
        };
    try (Lookup<Integer, String> lookup = new Lookup<>("a", PATIENCE, UNAVAILABLE, loader)) {
      List<CompletableFuture<String>> answers = ask(lookup);
      Awaitility.await().until(() -> lookup.asked() == MANY);
      slow.countDown();

      for (int i = 0; i < MANY; i++) {
        assertThat(answers.get(i).join()).isEqualTo("number " + i);
      }
    }
    assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(MANY);
    assertThat(sizes).hasSizeLessThan(MANY / 10);
  }

  @Test
  void oneThatCannotBeReadDoesNotHarmOthers() {
    CountDownLatch slow = new CountDownLatch(1);
    Lookup.Loader<Integer, String> loader =
        ids -> {
          hold(slow);
          if (ids.contains(7)) {
            throw new IllegalStateException("no 7");
          }
          return texts(ids);
        };
    try (Lookup<Integer, String> lookup = new Lookup<>("b", PATIENCE, UNAVAILABLE, loader)) {
      List<CompletableFuture<String>> answers = ask(lookup);
      Awaitility.await().until(() -> lookup.asked() == MANY);
      slow.countDown();

      for (int i = 0; i < MANY; i++) {
        if (i != 7) {
          assertThat(answers.get(i).join()).isEqualTo("number " + i);
        }
      }
      assertThatThrownBy(answers.get(7)::join).hasCauseInstanceOf(ApiException.class);
    }
  }

  @Test
  void aDatabaseThatFailsIsLeftAlone() {
    AtomicInteger tries = new AtomicInteger();
    Lookup.Loader<Integer, String> loader =
        ids -> {
          tries.incrementAndGet();
          throw new SQLException("away");
        };
    try (Lookup<Integer, String> lookup = new Lookup<>("c", PATIENCE, UNAVAILABLE, loader)) {
      for (int i = 0; i < 20; i++) {
        int id = i;
        assertThatExceptionOfType(ApiException.class).isThrownBy(() -> lookup.find(id));
      }
      assertThat(lookup.asked()).isZero();
      assertThat(tries).hasValueLessThan(10);
    }
  }

  @Test
  void whatIsNotThereIsNull() {
    try (Lookup<Integer, String> lookup =
        new Lookup<>("d", PATIENCE, UNAVAILABLE, ids -> Map.of())) {
      assertThat(lookup.find(1)).isNull();
    }
  }

  private static void hold(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

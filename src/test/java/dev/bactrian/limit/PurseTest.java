package dev.bactrian.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.key.Budget;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PurseTest {
  private static final ZoneId UTC = ZoneOffset.UTC;
  private static final Budget TOTAL = new Budget(null, null, 1_000L, null);

  private static Spent spent(long nanos) {
    Spent.Day today = Spent.Day.of(System.currentTimeMillis(), UTC);
    return new Spent(today, nanos, nanos, nanos, nanos);
  }

  private static Purse purse(long before) {
    Purse purse = new Purse(UTC);
    purse.known(spent(before), Set.of());
    return purse;
  }

  private static Purse.Settled call(String id, long nanos) {
    return new Purse.Settled(id, System.currentTimeMillis(), nanos, nanos);
  }

  @Test
  void anEstimateThatFitsExactlyIsLetInAndOneMoreIsNot() {
    assertThat(purse(900).reserve(TOTAL, new Estimate(1, 100))).isNull();
    assertThat(purse(900).reserve(TOTAL, new Estimate(1, 101))).isEqualTo(Purse.Exhausted.TOTAL);
  }

  @Test
  void whatIsReservedCountsLikeWhatIsSpent() {
    Purse purse = purse(0);
    Estimate estimate = new Estimate(1, 600);
    assertThat(purse.reserve(TOTAL, estimate)).isNull();
    assertThat(purse.reserve(TOTAL, estimate)).isNotNull();

    purse.release(estimate);
    assertThat(purse.reserve(TOTAL, estimate)).isNull();
    purse.settle(estimate, call("a", 10));

    assertThat(purse.spent(System.currentTimeMillis()).totalNanos()).isEqualTo(10);
    assertThat(purse.reserve(TOTAL, new Estimate(1, 990))).isNull();
  }

  @Test
  void eachBoundIsToldByItsName() {
    Estimate much = new Estimate(50, 50);
    long now = System.currentTimeMillis();
    Spent.Day today = Spent.Day.of(now, UTC);

    assertThat(purse(0).reserve(new Budget(49L, null, null, null), much))
        .isEqualTo(Purse.Exhausted.day(today));
    assertThat(purse(0).reserve(new Budget(null, 49L, null, null), much))
        .isEqualTo(Purse.Exhausted.month(today));
    assertThat(purse(0).reserve(new Budget(null, null, null, 49L), much))
        .isEqualTo(Purse.Exhausted.TOKENS);
    assertThat(purse(0).reserve(new Budget(50L, 50L, 50L, 50L), much)).isNull();
  }

  @Test
  void callsThatEndWhileItIsReadAreCountedOnce() {
    Purse purse = new Purse(UTC);
    assertThat(purse.isKnown()).isFalse();
    purse.add(call("stored", 1));
    purse.add(call("not yet", 10));
    assertThat(purse.noted()).containsExactly("stored", "not yet");
    assertThat(purse.spent(System.currentTimeMillis()).totalNanos()).isEqualTo(11);

    purse.known(spent(101), Set.of("stored"));

    assertThat(purse.isKnown()).isTrue();
    assertThat(purse.spent(System.currentTimeMillis()).totalNanos()).isEqualTo(111);
    assertThat(purse.noted()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void fromManyThreadsItNeverHoldsMoreThanItsBudget(long seed) {
    Purse purse = purse(0);
    AtomicLong sum = new AtomicLong();
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Random random = new Random(seed * 100 + i);
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                for (int call = 0; call < 500; call++) {
                  Estimate estimate = new Estimate(1, 1 + random.nextInt(20));
                  if (purse.reserve(TOTAL, estimate) == null) {
                    long nanos = random.nextInt((int) estimate.nanos() + 1);
                    sum.addAndGet(nanos);
                    purse.settle(estimate, call("x", nanos));
                  }
                }
              }));
    }
    threads.forEach(CompletableFuture::join);

    assertThat(sum.get()).isBetween(980L, 1_000L);
    assertThat(purse.spent(System.currentTimeMillis()).totalNanos()).isEqualTo(sum.get());
  }
}

package dev.bactrian.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConductTest {
  private static final Target FIRST = TestModels.target("a/x");
  private static final Target NEXT = TestModels.target("b/y");
  private static final Conduct CONDUCT = new Conduct(5, 1, 400, "exponential", 5000);

  @ParameterizedTest
  @EnumSource(
      value = ErrorClass.class,
      names = {"BAD_REQUEST", "CONTEXT", "CONTENT", "ABORT"})
  void aClientsMistakeGoesNowhereElse(ErrorClass errorClass) {
    assertThat(after(errorClass, -1, 1, 60_000).plan()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorClass.class,
      names = {"AUTH", "BILLING", "BUSY", "SILENCE", "UNAVAILABLE", "NOT_FOUND"})
  void whatWouldFailAgainGoesElsewhereAtOnce(ErrorClass errorClass) {
    Conduct.Next next = after(errorClass, -1, 1, 60_000);

    assertThat(next.plan()).containsExactly(NEXT);
    assertThat(next.waitMillis()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorClass.class,
      names = {"RATE", "OVERLOAD", "TIMEOUT", "SERVER"})
  void whatMayPassIsTriedOnceMoreAfterAWait(ErrorClass errorClass) {
    for (int i = 0; i < 100; i++) {
      Conduct.Next next = after(errorClass, -1, 1, 60_000);

      assertThat(next.plan()).containsExactly(FIRST.again(), NEXT);
      assertThat(next.waitMillis()).isBetween(200L, 400L);
    }
  }

  @Test
  void everyClassIsOfOneOfTheThreeKinds() {
    assertThat(ErrorClass.values()).hasSize(4 + 6 + 4);
  }

  @Test
  void aSecondFailureOfTheSameTargetGoesElsewhere() {
    Conduct.Next next =
        CONDUCT.after(FIRST.again(), failure(ErrorClass.SERVER, -1), List.of(NEXT), 2, 60_000);

    assertThat(next).isEqualTo(new Conduct.Next(List.of(NEXT), 0));
  }

  @Test
  void theLastTargetsSecondFailureIsTheEnd() {
    assertThat(
            CONDUCT
                .after(FIRST.again(), failure(ErrorClass.SERVER, -1), List.of(), 2, 60_000)
                .plan())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1500, true", "5000, true", "5001, false", "3600000, false"})
  void aProviderMayAskForAWaitButNotForALongOne(long retryAfter, boolean waited) {
    Conduct.Next next = after(ErrorClass.RATE, retryAfter, 1, 60_000);

    assertThat(next.waitMillis()).isEqualTo(waited ? retryAfter : 0);
    assertThat(next.plan().contains(FIRST.again())).isEqualTo(waited);
    assertThat(next.plan()).endsWith(NEXT);
  }

  @Test
  void nobodyWaitsBeyondTheDeadline() {
    Conduct.Next next = after(ErrorClass.RATE, 3000, 1, 3000);

    assertThat(next).isEqualTo(new Conduct.Next(List.of(NEXT), 0));
  }

  @Test
  void theDeadlineIsTheEnd() {
    assertThat(after(ErrorClass.SERVER, -1, 1, 0).plan()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"4, false", "5, true", "6, true"})
  void attemptsAreCounted(int attempts, boolean over) {
    assertThat(after(ErrorClass.SERVER, -1, attempts, 60_000).plan().isEmpty()).isEqualTo(over);
  }

  @Test
  void aBackoffOfNothingIsAllowed() {
    Conduct.Next next =
        new Conduct(5, 1, 0, "linear", 0)
            .after(FIRST, failure(ErrorClass.SERVER, -1), List.of(), 1, 60_000);

    assertThat(next).isEqualTo(new Conduct.Next(List.of(FIRST.again()), 0));
  }

  @ParameterizedTest
  @CsvSource({
    "exponential, 0, 400",
    "exponential, 1, 800",
    "exponential, 2, 1600",
    "exponential, 5, 5000",
    "linear, 0, 400",
    "linear, 1, 800",
    "linear, 2, 1200"
  })
  void eachWaitIsLongerThanTheOneBefore(String growth, int tries, long longest) {
    Conduct conduct = new Conduct(20, 10, 400, growth, 5000);
    Target target = FIRST;
    for (int i = 0; i < tries; i++) {
      target = target.again();
    }
    for (int i = 0; i < 50; i++) {
      Conduct.Next next =
          conduct.after(target, failure(ErrorClass.SERVER, -1), List.of(NEXT), tries + 1, 60_000);
      assertThat(next.waitMillis()).isBetween(longest / 2, longest);
      assertThat(next.plan()).containsExactly(target.again(), NEXT);
    }
  }

  @Test
  void noTwoWaitsAreTheSame() {
    Set<Long> waits = new HashSet<>();
    Conduct conduct = new Conduct(5, 1, 1_000_000, "exponential", 1_000_000);
    for (int i = 0; i < 100; i++) {
      waits.add(
          conduct
              .after(FIRST, failure(ErrorClass.SERVER, -1), List.of(NEXT), 1, 2_000_000)
              .waitMillis());
    }
    assertThat(waits).hasSizeGreaterThan(80);
  }

  @Test
  void anUnknownGrowthIsRefused() {
    assertThatThrownBy(() -> new Conduct(5, 1, 400, "fast", 5000)).hasMessageContaining("fast");
  }

  @Test
  void aPromptThatIsTooLongGoesToLargerModelsOnly() {
    Target small = TestModels.target("a/small", 8_000L);
    Target large = TestModels.target("b/large", 200_000L);
    Target same = TestModels.target("c/same", 8_000L);
    Target unknown = TestModels.target("d/unknown", null);
    assertThat(Conduct.larger(small, List.of(same, unknown, large))).containsExactly(large);
    assertThat(Conduct.larger(large, List.of(same, small))).isEmpty();
  }

  private static Conduct.Next after(
      ErrorClass errorClass, long retryAfter, int attempts, long remaining) {
    return CONDUCT.after(
        FIRST, failure(errorClass, retryAfter), List.of(NEXT), attempts, remaining);
  }

  private static UpstreamException failure(ErrorClass errorClass, long retryAfter) {
    return new UpstreamException(errorClass, 500, "No.", null, null, retryAfter);
  }
}

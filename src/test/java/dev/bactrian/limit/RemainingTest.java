package dev.bactrian.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemainingTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0ms",
    "1, 1ms",
    "119000001, 120ms",
    "999000000, 999ms",
    "1000000000, 1s",
    "1000000001, 2s",
    "59000000001, 1m0s",
    "360000000000, 6m0s",
    "361500000000, 6m2s"
  })
  void durationsAreWrittenAsOpenAiDoes(long nanos, String text) {
    assertThat(Remaining.duration(nanos)).isEqualTo(text);
  }

  @Test
  void ofSeveralLimitsTheTightestIsTold() {
    Remaining remaining = new Remaining();
    assertThat(remaining.headers()).isEmpty();
    remaining.requests(100, 50, 1);
    remaining.requests(60, 10, 2_000_000_000L);
    remaining.requests(1_000, 11, 1);

    assertThat(remaining.headers())
        .containsEntry("x-ratelimit-limit-requests", "60")
        .containsEntry("x-ratelimit-remaining-requests", "10")
        .containsEntry("x-ratelimit-reset-requests", "2s")
        .doesNotContainKey("x-ratelimit-limit-tokens");
  }
}

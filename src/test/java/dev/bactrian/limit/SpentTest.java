package dev.bactrian.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpentTest {
  private static long at(String when) {
    return Instant.parse(when).toEpochMilli();
  }

  private static Spent.Day day(String when, String zone) {
    return Spent.Day.of(at(when), ZoneId.of(zone));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-07-31T23:59:59Z, UTC, 2026-07-31T00:00:00Z, 2026-07-01T00:00:00Z",
    "2026-07-31T23:59:59Z, Asia/Shanghai, 2026-07-31T16:00:00Z, 2026-07-31T16:00:00Z",
    "2026-07-31T15:59:59Z, Asia/Shanghai, 2026-07-30T16:00:00Z, 2026-06-30T16:00:00Z",
    "2026-03-29T12:00:00Z, Europe/Berlin, 2026-03-28T23:00:00Z, 2026-02-28T23:00:00Z",
    "2026-01-01T00:00:00Z, America/New_York, 2025-12-31T05:00:00Z, 2025-12-01T05:00:00Z",
    "2026-05-05T00:10:00Z, Asia/Kathmandu, 2026-05-04T18:15:00Z, 2026-04-30T18:15:00Z"
  })
  void aDayAndItsMonthAreThoseOfTheZone(String now, String zone, String day, String month) {
    Spent.Day found = day(now, zone);

    assertThat(Instant.ofEpochMilli(found.start())).isEqualTo(Instant.parse(day));
    assertThat(Instant.ofEpochMilli(found.monthStart())).isEqualTo(Instant.parse(month));
    assertThat(at(now)).isBetween(found.start(), found.end() - 1);
  }

  @Test
  void aDayMayHaveMoreOrFewerHours() {
    Spent.Day spring = day("2026-03-29T12:00:00Z", "Europe/Berlin");
    Spent.Day autumn = day("2026-10-25T12:00:00Z", "Europe/Berlin");

    assertThat(Duration.ofMillis(spring.end() - spring.start())).isEqualTo(Duration.ofHours(23));
    assertThat(Duration.ofMillis(autumn.end() - autumn.start())).isEqualTo(Duration.ofHours(25));
  }

  @Test
  void aNewDayBeginsWithNothingAndAMonthGoesOn() {
    Spent spent = new Spent(day("2026-07-30T12:00:00Z", "UTC"), 1, 20, 300, 4000);

    assertThat(spent.on(day("2026-07-30T13:00:00Z", "UTC"))).isSameAs(spent);
    Spent next = spent.on(day("2026-07-31T00:00:00Z", "UTC"));
    assertThat(next.dayNanos()).isZero();
    assertThat(next.monthNanos()).isEqualTo(20);
    Spent later = next.on(day("2026-08-01T00:00:00Z", "UTC"));
    assertThat(later.monthNanos()).isZero();
    assertThat(later.totalNanos()).isEqualTo(300);
    assertThat(later.totalTokens()).isEqualTo(4000);
  }

  @Test
  void aCallCountsOnTheDayOnWhichItCameIn() {
    Spent spent = new Spent(day("2026-08-01T00:01:00Z", "UTC"), 0, 0, 0, 0);

    Spent after = spent.plus(new Purse.Settled("a", at("2026-07-31T23:59:00Z"), 7, 3));

    assertThat(after.dayNanos()).isZero();
    assertThat(after.monthNanos()).isZero();
    assertThat(after.totalNanos()).isEqualTo(7);
    assertThat(after.plus(new Purse.Settled("b", at("2026-08-01T00:00:00Z"), 7, 3)).dayNanos())
        .isEqualTo(7);
  }
}

package dev.bactrian.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WindowTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MINUTE = 60 * SECOND;
  private static final long START = Long.MAX_VALUE - 30 * SECOND; // nanoTime may overflow

  private final Window window = new Window(Duration.ofMinutes(1), 3, START);

  @Test
  void thereIsRoomUpToTheLimit() {
    for (int i = 0; i < 3; i++) {
      assertThat(window.room(START)).isEqualTo((3 - i) / 3.0);
      assertThat(window.readyIn(START, 1)).isZero();
      window.add(START, 1);
    }
    assertThat(window.room(START)).isZero();
    assertThat(window.readyIn(START, 1)).isEqualTo(61 * SECOND);
  }

  @Test
  void roomComesBackWhenAllOfASlotIsOutside() {
    window.add(START, 2);
    window.add(START + 10 * SECOND, 1);
    assertThat(window.readyIn(START + 20 * SECOND, 1)).isEqualTo(41 * SECOND);
    assertThat(window.readyIn(START + 20 * SECOND, 3)).isEqualTo(51 * SECOND);
    assertThat(window.readyIn(START + 61 * SECOND - 1, 1)).isEqualTo(1);
    assertThat(window.readyIn(START + 61 * SECOND, 2)).isZero();
    assertThat(window.readyIn(START + 61 * SECOND, 3)).isPositive();
    assertThat(window.readyIn(START + 71 * SECOND, 3)).isZero();
  }

  @Test
  void whatIsLargerThanTheLimitFitsIntoAnEmptyWindow() {
    assertThat(window.readyIn(START, 100)).isZero();
    window.add(START, 100);
    assertThat(window.readyIn(START, 1)).isPositive();
    assertThat(window.readyIn(START + 61 * SECOND, 100)).isZero();
  }

  @Test
  void whatWasNotUsedIsTakenBackAndWhatWasUsedMoreIsAdded() {
    long slot = window.add(START, 3);
    window.correct(START + 5 * SECOND, slot, -2);
    assertThat(window.readyIn(START + 5 * SECOND, 2)).isZero();
    window.correct(START + 5 * SECOND, slot, 4);
    assertThat(window.readyIn(START + 5 * SECOND, 1)).isEqualTo(56 * SECOND);
    window.correct(START + 70 * SECOND, slot, -5);
    assertThat(window.room(START + 70 * SECOND)).isEqualTo(1);
  }

  @Test
  void aLongSilenceEmptiesIt() {
    window.add(START, 3);
    assertThat(window.room(START + 1000 * MINUTE)).isEqualTo(1);
    window.add(START + 1000 * MINUTE, 1);
    assertThat(window.room(START + 1000 * MINUTE)).isEqualTo(2 / 3.0);
  }

  @Test
  void withoutALimitThereIsAlwaysRoom() {
    window.limit(0);
    window.add(START, 1_000_000);
    assertThat(window.readyIn(START, 1_000_000)).isZero();
    assertThat(window.room(START)).isEqualTo(1);
  }

  @Test
  void anotherLimitKeepsWhatWasUsed() {
    window.add(START, 3);
    window.limit(4);
    assertThat(window.readyIn(START, 1)).isZero();
    assertThat(window.readyIn(START, 2)).isPositive();
    window.limit(2);
    assertThat(window.room(START)).isZero();
  }

  /** Asks as fast as it lets, at random times: no minute ever has more than the limit in it. */
  @Test
  void noMinuteEverHasMoreThanTheLimit() {
    Random random = new Random(7);
    Window busy = new Window(Duration.ofMinutes(1), 50, START);
    Deque<Long> last = new ArrayDeque<>();
    long now = START;
    int waits = 0;
    for (int i = 0; i < 5_000; i++) {
      now += (long) (random.nextDouble() * SECOND);
      long wait = busy.readyIn(now, 1);
      if (wait > 0) {
        now += wait;
        waits++;
        assertThat(busy.readyIn(now, 1)).isZero();
      }
      busy.add(now, 1);
      last.add(now);
      if (last.size() > 50) {
        assertThat(now - last.remove()).isGreaterThanOrEqualTo(MINUTE);
      }
    }
    assertThat(waits).isGreaterThan(100);
  }
}

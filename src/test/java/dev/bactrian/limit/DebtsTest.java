package dev.bactrian.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class DebtsTest {
  private static final long MINUTE = 60_000;

  private static Debts.Debt debt(String subject, long started, long over, long nanos) {
    Purse.Settled call = new Purse.Settled("a", started, nanos, nanos);
    return new Debts.Debt(subject, ZoneOffset.UTC, call, over);
  }

  @Test
  void callsOfOneMinuteAreOneDebt() {
    Debts debts = new Debts();
    debts.add(debt("key:a", 0, 10, 1));
    debts.add(debt("key:a", 20, 30, 2));
    debts.add(debt("key:b", 0, 10, 4));
    debts.add(debt("key:a", 0, MINUTE, 8));
    debts.add(debt("key:a", 15 * MINUTE, 16 * MINUTE, 16));

    List<Debts.Debt> taken = debts.take();

    assertThat(taken)
        .containsExactlyInAnyOrder(
            debt("key:a", 20, 30, 3),
            debt("key:b", 0, 10, 4),
            debt("key:a", 0, MINUTE, 8),
            debt("key:a", 15 * MINUTE, 16 * MINUTE, 16));
    assertThat(debts.take()).isEmpty();
  }
}

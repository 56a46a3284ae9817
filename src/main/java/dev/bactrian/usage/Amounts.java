package dev.bactrian.usage;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What one side, a bill or the ledger, says of some calls; null for what it does not say.
 *
 * @param in tokens in, cached ones included
 * @param out tokens out, thoughts included
 * @param total all tokens
 * @param cost in whole units of the currency
 */
record Amounts(
    @Nullable BigDecimal in,
    @Nullable BigDecimal out,
    @Nullable BigDecimal total,
    @Nullable BigDecimal cost) {

  static Amounts of(long in, long out, @Nullable Long nanos) {
    return new Amounts(
        BigDecimal.valueOf(in),
        BigDecimal.valueOf(out),
        BigDecimal.valueOf(in + out),
        nanos == null ? null : BigDecimal.valueOf(nanos, 9));
  }

  /** Both together; what only one of them says is taken from that one. */
  Amounts plus(Amounts other) {
    return new Amounts(
        sum(in, other.in), sum(out, other.out), sum(total, other.total), sum(cost, other.cost));
  }

  private static @Nullable BigDecimal sum(@Nullable BigDecimal a, @Nullable BigDecimal b) {
    return a == null ? b : b == null ? a : a.add(b);
  }
}

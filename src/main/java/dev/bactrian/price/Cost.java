package dev.bactrian.price;

import dev.bactrian.catalogue.Model.Price;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** What tokens cost, in nano-units of a currency, in whole numbers. */
public final class Cost {
  private static final long MILLION = 1_000_000;

  private Cost() {}

  /**
   * The cost of tokens. All kinds are added up before the one rounding, half a nano-unit up.
   *
   * <p>Tokens from a cache cost what tokens in do where they have no price, for that is never less;
   * thoughts cost what tokens out do. Tokens written to a cache may cost more than others, so
   * without a price the cost is unknown.
   *
   * @param price the price that held, null where it is unknown
   * @return nano-units of the price's currency; 0 when nothing was used; null when a kind that was
   *     used has no price, or the cost is beyond a long
   */
  public static @Nullable Long nanos(Tokens tokens, @Nullable Price price) {
    if (tokens.isNone()) {
      return 0L;
    }
    if (price == null) {
      return null;
    }
    Sum sum = new Sum();
    sum.add(tokens.prompt(), price.input());
    sum.add(tokens.cached(), price.cached() == null ? price.input() : price.cached());
    sum.add(tokens.cacheWrite(), price.cacheWrite());
    sum.add(tokens.completion(), price.output());
    sum.add(tokens.reasoning(), price.reasoning() == null ? price.output() : price.reasoning());
    return sum.nanos();
  }

  /** A sum of tokens times nano-units for a million: in whole units and millionths, exactly. */
  private static final class Sum {
    private long whole;
    private long millionths;
    private boolean unknown;

    void add(long tokens, @Nullable Long perMillion) {
      if (tokens == 0 || unknown) {
        return;
      }
      if (perMillion == null) {
        unknown = true;
        return;
      }
      long high = Math.multiplyHigh(tokens, perMillion);
      long low = tokens * perMillion;
      if (high == 0 && low >= 0) {
        add(low / MILLION, low % MILLION);
        return;
      }
      BigInteger[] parts =
          BigInteger.valueOf(tokens)
              .multiply(BigInteger.valueOf(perMillion))
              .divideAndRemainder(BigInteger.valueOf(MILLION));
      if (parts[0].bitLength() < Long.SIZE) {
        add(parts[0].longValue(), parts[1].longValue());
      } else {
        unknown = true;
      }
    }

    private void add(long units, long rest) {
      whole += units;
      millionths += rest;
      unknown |= whole < 0;
    }

    @Nullable Long nanos() {
      long all = whole + (millionths + MILLION / 2) / MILLION;
      return unknown || all < 0 ? null : Long.valueOf(all);
    }
  }
}

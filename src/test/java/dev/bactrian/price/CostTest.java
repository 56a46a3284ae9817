package dev.bactrian.price;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.catalogue.Model.Price;
import dev.bactrian.chat.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CostTest {
  private static final long UNIT = 1_000_000_000L;

  /** Input 2, output 10, cached 0.2, cache write 2.5, reasoning 4 for a million. */
  private static final Price FULL =
      new Price("USD", null, 2 * UNIT, 10 * UNIT, UNIT / 5, 5 * UNIT / 2, 4 * UNIT);

  @Test
  void aPriceThatIsMissingMakesNoCostOfZero() {
    Tokens some = new Tokens(1, 0, 0, 1, 0);
    assertThat(Cost.nanos(some, null)).isNull();
    assertThat(Cost.nanos(some, price(null, 1L, null, null, null))).isNull();
    assertThat(Cost.nanos(some, price(1L, null, null, null, null))).isNull();
  }

  @Test
  void whatIsNotUsedNeedsNoPrice() {
    assertThat(Cost.nanos(Tokens.NONE, null)).isZero();
    assertThat(Cost.nanos(new Tokens(1, 0, 0, 0, 0), price(UNIT, null, null, null, null)))
        .isEqualTo(1000);
  }

  @Test
  void tokensFromACacheWithoutAPriceCostWhatTokensInDo() {
    assertThat(Cost.nanos(new Tokens(0, 5, 0, 0, 0), price(UNIT, null, null, null, null)))
        .isEqualTo(5000);
  }

  @Test
  void tokensWrittenToACacheWithoutAPriceHaveNoCost() {
    assertThat(Cost.nanos(new Tokens(0, 0, 5, 0, 0), price(UNIT, UNIT, UNIT, null, null))).isNull();
  }

  @Test
  void thoughtsCostWhatTokensOutDoUnlessPricedApart() {
    Tokens thoughts = new Tokens(0, 0, 0, 0, 7);
    assertThat(Cost.nanos(thoughts, price(null, UNIT, null, null, null))).isEqualTo(7000);
    assertThat(Cost.nanos(thoughts, FULL)).isEqualTo(28_000);
  }

  @Test
  void everyKindHasItsPriceAndIsCountedOnce() {
    Tokens tokens = Tokens.of(new Usage(1000, 300, 100, 50, 20));
    assertThat(tokens).isEqualTo(new Tokens(600, 300, 100, 30, 20));
    assertThat(Cost.nanos(tokens, FULL))
        .isEqualTo(600 * 2000 + 300 * 200 + 100 * 2500 + 30 * 10_000 + 20 * 4000);
  }

  @Test
  void partsBeyondTheWholeNeverMakeNegativeTokens() {
    assertThat(Tokens.of(new Usage(10, 30, 0, 5, 9))).isEqualTo(new Tokens(0, 30, 0, 0, 9));
    assertThat(Tokens.of(new Usage(-1, -2, -3, -4, -5))).isEqualTo(Tokens.NONE);
  }

  @Test
  void roundsOnceAndHalfUp() {
    Price tiny = price(400_000L, 300_000L, null, null, null);
    assertThat(Cost.nanos(new Tokens(1, 0, 0, 0, 0), tiny)).isZero();
    assertThat(Cost.nanos(new Tokens(1, 0, 0, 1, 0), tiny)).isEqualTo(1);
    assertThat(Cost.nanos(new Tokens(0, 0, 0, 1, 0), price(null, 500_000L, null, null, null)))
        .isEqualTo(1);
  }

  @Test
  void aCostBeyondALongIsUnknownAndNotWrong() {
    Price dear = price(Long.MAX_VALUE, Long.MAX_VALUE, null, null, null);
    assertThat(Cost.nanos(new Tokens(Long.MAX_VALUE, 0, 0, 0, 0), dear)).isNull();
    assertThat(Cost.nanos(new Tokens(900_000, 0, 0, 900_000, 0), dear)).isNull();
    assertThat(Cost.nanos(new Tokens(1_000_000, 0, 0, 0, 0), dear)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void equalsTheSumOfFractions() {
    Random random = new Random(6);
    for (int i = 0; i < 20_000; i++) {
      Tokens t = new Tokens(some(random), some(random), some(random), some(random), some(random));
      Price p = price(some(random), some(random), some(random), some(random), some(random));
      BigDecimal exact =
          product(t.prompt(), p.input())
              .add(product(t.cached(), p.cached()))
              .add(product(t.cacheWrite(), p.cacheWrite()))
              .add(product(t.completion(), p.output()))
              .add(product(t.reasoning(), p.reasoning()))
              .movePointLeft(6)
              .setScale(0, RoundingMode.HALF_UP);
      assertThat(Cost.nanos(t, p)).isEqualTo(exact.longValueExact());
    }
  }

  private static long some(Random random) {
    return random.nextLong(1L << random.nextInt(1, 34));
  }

  private static BigDecimal product(long tokens, @Nullable Long price) {
    return BigDecimal.valueOf(tokens).multiply(BigDecimal.valueOf(price == null ? 0 : price));
  }

  private static Price price(
      @Nullable Long input,
      @Nullable Long output,
      @Nullable Long cached,
      @Nullable Long cacheWrite,
      @Nullable Long reasoning) {
    return new Price("USD", null, input, output, cached, cacheWrite, reasoning);
  }
}

package dev.bactrian.limit;

import dev.bactrian.plan.Target;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns other currencies into US dollars, at the rates of the catalogue in use. */
public final class Dollars implements Estimate.Exchange {
  private static final String DOLLAR = "USD";

  private volatile Map<String, Double> rates = Map.of();

  /** From now on these rates hold: US dollars for one unit, by ISO 4217. */
  public void use(Map<String, Double> current) {
    rates = current;
  }

  /** Whether the price of a target is known, in dollars. */
  boolean knows(Target target) {
    var price = target.model().price();
    return price != null
        && price.input() != null
        && price.output() != null
        && (price.currency().equals(DOLLAR) || rates.containsKey(price.currency()));
  }

  @Override
  public long dollars(@Nullable Long nanos, @Nullable String currency) {
    if (nanos == null || currency == null || nanos == 0) {
      return 0;
    }
    if (currency.equals(DOLLAR)) {
      return nanos;
    }
    Double rate = rates.get(currency);
    return rate == null
        ? 0
        : BigDecimal.valueOf(nanos).multiply(BigDecimal.valueOf(rate)).longValue();
  }
}

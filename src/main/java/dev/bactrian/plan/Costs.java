package dev.bactrian.plan;

import dev.bactrian.catalogue.Model;
import dev.bactrian.catalogue.Model.Price;
import dev.bactrian.catalogue.Routing;
import org.jspecify.annotations.Nullable;

/** What requests are expected to cost, for comparison only; the ledger counts in whole numbers. */
record Costs(Routing routing) {
  private static final double NANOS = 1e9;
  private static final double MILLION = 1e6;

  /** US dollars for a request, null where the price or the currency is unknown. */
  @Nullable Double expected(Model model, Needs needs) {
    Price price = model.price();
    Double rate = rate(price);
    if (price == null || rate == null || price.input() == null || price.output() == null) {
      return null;
    }
    long cached = needs.cachedTokens();
    double in = (double) price.input() * (needs.promptTokens() - cached);
    in += (double) (price.cached() == null ? price.input() : price.cached()) * cached;
    double out = (double) price.output() * needs.outputTokens();
    return (in + out) / NANOS / MILLION * rate;
  }

  /** Whether a price is known and at most so many US dollars for a million tokens. */
  boolean isAtMost(Model model, double dollars, boolean out) {
    Price price = model.price();
    Double rate = rate(price);
    Long nanos = price == null ? null : out ? price.output() : price.input();
    return nanos != null && rate != null && nanos / NANOS * rate <= dollars;
  }

  private @Nullable Double rate(@Nullable Price price) {
    if (price == null) {
      return null;
    }
    return price.currency().equals("USD")
        ? Double.valueOf(1)
        : routing.currencies().get(price.currency());
  }
}

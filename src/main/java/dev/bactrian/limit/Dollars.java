package dev.bactrian.limit;

import dev.bactrian.catalogue.Catalogues;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Turns other currencies into US dollars, at the catalogue's rates. */
final class Dollars implements Estimate.Exchange {
  private final Catalogues catalogues;

  Dollars(Catalogues catalogues) {
    this.catalogues = catalogues;
  }

  @Override
  public long dollars(@Nullable Long nanos, @Nullable String currency) {
    if (nanos == null || currency == null || nanos == 0) {
      return 0;
    }
    if (currency.equals("USD")) {
      return nanos;
    }
    Double rate = catalogues.current().routing().currencies().get(currency);
    return rate == null
        ? 0
        : BigDecimal.valueOf(nanos).multiply(BigDecimal.valueOf(rate)).longValue();
  }
}

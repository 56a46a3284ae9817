package dev.bactrian.catalogue;

import dev.bactrian.catalogue.Model.Price;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a model's {@code price}: one map, or a list of maps that each say {@code from} when. */
final class PriceReader {
  private PriceReader() {}

  static @Nullable Prices read(@Nullable Object value, String place) {
    if (value == null) {
      return null;
    }
    List<?> rows = value instanceof List<?> list ? list : List.of(value);
    try {
      return new Prices(rows.stream().map(row -> price(row, place)).toList());
    } catch (IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage());
      throw why.startsWith(place) ? e : new IllegalArgumentException(place + ": " + why + ".", e);
    }
  }

  private static Price price(@Nullable Object row, String place) {
    Map<String, Object> price = CatalogueReader.section(row, place);
    return new Price(
        String.valueOf(price.getOrDefault("currency", "USD")),
        day(price.get("from"), place),
        nanos(price.get("input"), place),
        nanos(price.get("output"), place),
        nanos(price.get("cached"), place),
        nanos(price.get("cache_write"), place),
        nanos(price.get("reasoning"), place));
  }

  private static @Nullable LocalDate day(@Nullable Object value, String place) {
    if (value == null) {
      return null;
    }
    try {
      return LocalDate.parse(value.toString());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          place + ": from: '" + value + "' is not a day such as 2026-07-01.", e);
    }
  }

  private static @Nullable Long nanos(@Nullable Object amount, String place) {
    if (amount == null) {
      return null;
    }
    try {
      BigDecimal nanos = new BigDecimal(amount.toString()).movePointRight(9);
      if (nanos.signum() >= 0) {
        return nanos.setScale(0, RoundingMode.UNNECESSARY).longValueExact();
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(place + ": '" + amount + "' is not a price.", e);
    }
    throw new IllegalArgumentException(place + ": '" + amount + "' is not a price.");
  }
}

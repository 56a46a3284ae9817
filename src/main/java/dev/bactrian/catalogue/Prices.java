package dev.bactrian.catalogue;

import dev.bactrian.catalogue.Model.Price;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model's list prices, each from its own day on, so that what was used before keeps the price it
 * had. A price that also depends on the hour belongs here, too: {@link #at} is asked for a moment.
 *
 * @param rows by day, the one without a day first
 */
public record Prices(List<Price> rows) {
  /**
   * Prices in any order.
   *
   * @throws IllegalArgumentException when there are two for one day, or none at all
   */
  public Prices {
    rows =
        rows.stream()
            .sorted(Comparator.comparing(price -> day(price), Comparator.naturalOrder()))
            .toList();
    Set<LocalDate> days = new HashSet<>();
    for (Price price : rows) {
      if (!days.add(day(price))) {
        throw new IllegalArgumentException(
            "there are two prices from " + (price.from() == null ? "the start" : price.from()));
      }
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("there is no price in the list");
    }
  }

  /** The price at a moment, null before the first one's day. */
  public @Nullable Price at(Instant when) {
    if (rows.size() == 1 && rows.get(0).from() == null) {
      return rows.get(0);
    }
    LocalDate day = when.atZone(ZoneOffset.UTC).toLocalDate();
    for (int i = rows.size() - 1; i >= 0; i--) {
      if (!day.isBefore(day(rows.get(i)))) {
        return rows.get(i);
      }
    }
    return null;
  }

  private static LocalDate day(Price price) {
    return price.from() == null ? LocalDate.MIN : price.from();
  }
}

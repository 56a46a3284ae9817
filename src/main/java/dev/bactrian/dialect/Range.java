package dev.bactrian.dialect;

import org.jspecify.annotations.Nullable;

/**
 * A closed range of numbers.
 *
 * @param min the least value
 * @param max the greatest value
 */
public record Range(double min, double max) {
  /** Reads {@code "0..2"}; null and blank are null. */
  public static @Nullable Range parse(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    int dots = text.indexOf("..");
    if (dots < 0) {
      throw new IllegalArgumentException("'" + text + "' is not a range such as 0..2");
    }
    return new Range(
        Double.parseDouble(text.substring(0, dots).trim()),
        Double.parseDouble(text.substring(dots + 2).trim()));
  }

  /** The value of the range that is nearest to another. */
  public double clamp(double value) {
    return Math.min(max, Math.max(min, value));
  }
}

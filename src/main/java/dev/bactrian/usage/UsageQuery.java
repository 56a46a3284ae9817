package dev.bactrian.usage;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which calls are summed up, and by what.
 *
 * @param start the first day, in UTC, null for no first
 * @param end the last day, in UTC, null for no last
 * @param only what calls must have
 * @param groups what they are told apart by, besides their currency
 */
public record UsageQuery(
    @Nullable LocalDate start,
    @Nullable LocalDate end,
    Map<Dimension, String> only,
    List<Dimension> groups) {
  /** Makes it immutable. */
  public UsageQuery {
    only = Map.copyOf(only);
    groups = List.copyOf(groups);
  }

  /** What calls differ in. */
  public enum Dimension {
    DAY("used_on"),
    KEY("key_id"),
    OWNER("owner"),
    MODEL("model"),
    PROVIDER("provider");

    private final String column;

    Dimension(String column) {
      this.column = column;
    }

    /** Its column in the table {@code ledger_sums}. */
    String column() {
      return column;
    }

    /** Its name in requests and answers. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The dimension of that name, null when there is none. */
    public static @Nullable Dimension named(String word) {
      for (Dimension dimension : values()) {
        if (dimension.word().equals(word)) {
          return dimension;
        }
      }
      return null;
    }
  }

  /** All calls of some days. */
  public static UsageQuery of(
      @Nullable LocalDate start, @Nullable LocalDate end, List<Dimension> groups) {
    return new UsageQuery(start, end, Map.of(), groups);
  }

  /** The same for calls that have this only. */
  public UsageQuery with(Dimension dimension, String value) {
    Map<Dimension, String> all = new LinkedHashMap<>(only);
    all.put(dimension, value);
    return new UsageQuery(start, end, all, groups);
  }
}

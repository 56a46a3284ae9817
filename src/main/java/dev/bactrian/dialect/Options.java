package dev.bactrian.dialect;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a kamelet says of its provider's quirks, by name. A blank value is none. Each dialect reads
 * the ones that it knows; {@link #requireAllRead} refuses the rest.
 */
public final class Options {
  private final Map<String, ?> values;
  private final Set<String> read = new HashSet<>();

  /** Options of those values, which are taken as text. */
  public Options(Map<String, ?> values) {
    this.values = values;
  }

  /** A text, null when it is not there. */
  public @Nullable String text(String name) {
    read.add(name);
    Object value = values.get(name);
    return value == null || value.toString().isBlank() ? null : value.toString().strip();
  }

  /** A text. */
  public String text(String name, String otherwise) {
    String value = text(name);
    return value == null ? otherwise : value;
  }

  /** Yes or no. */
  public boolean flag(String name, boolean otherwise) {
    String value = text(name);
    if (value == null) {
      return otherwise;
    }
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(name + ": '" + value + "' is not true or false");
    };
  }

  /** A number. */
  public long number(String name, long otherwise) {
    String value = text(name);
    try {
      return value == null ? otherwise : Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + ": '" + value + "' is not a number", e);
    }
  }

  /** A list, separated by commas. */
  public List<String> names(String name) {
    String value = text(name);
    return value == null
        ? List.of()
        : Arrays.stream(value.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  /** Pairs such as {@code a=1,b=2}, in their order. */
  public Map<String, String> pairs(String name) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : names(name)) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(name + ": '" + pair + "' is not a pair such as a=1");
      }
      pairs.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
    }
    return pairs;
  }

  /** Rules, separated by commas. */
  List<Rule> rules(String name) {
    try {
      return Rule.list(text(name), ',');
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  /** A range such as {@code 0..2}, null for any value. */
  public @Nullable Range range(String name) {
    return Range.parse(text(name));
  }

  /** Some of the provider's models. */
  public ModelNames models(String name) {
    return ModelNames.parse(text(name));
  }

  /**
   * Refuses what no one has read: a slip of the pen must not pass for a setting.
   *
   * @throws IllegalArgumentException with the names that are known
   */
  public void requireAllRead() {
    for (String name : values.keySet()) {
      if (!read.contains(name)) {
        throw new IllegalArgumentException(
            "There is no quirk '" + name + "'; known are " + new TreeSet<>(read) + ".");
      }
    }
  }
}

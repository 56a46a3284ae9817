package dev.bactrian.text;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Kinds of text by the patterns that match them, tried in their order. */
final class Patterns {
  private final Map<String, String> byName = new LinkedHashMap<>();
  private final Pattern any;

  /**
   * Patterns.
   *
   * @param patterns a regular expression for each kind; a kind's name has letters and digits
   * @throws IllegalArgumentException when one cannot be used, with its name
   */
  Patterns(Map<String, String> patterns) {
    patterns.forEach(
        (name, regex) -> {
          if (!name.matches("[A-Za-z][A-Za-z0-9]*")) {
            throw new IllegalArgumentException(
                "The pattern '" + name + "': use letters and digits.");
          }
          if (compiled(name, regex).matcher("").matches()) {
            throw new IllegalArgumentException(
                "The pattern '" + name + "' matches the empty text.");
          }
          byName.put(name, "(?<" + name + ">" + regex + ")");
        });
    if (byName.isEmpty()) {
      throw new IllegalArgumentException("There are no patterns.");
    }
    any = compiled("all", String.join("|", byName.values()));
  }

  private static Pattern compiled(String name, String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("The pattern '" + name + "': " + e.getMessage(), e);
    }
  }

  /** Matches any kind. */
  Pattern any() {
    return any;
  }

  /** The same with one more kind that goes first. */
  Pattern anyAfter(String first) {
    return compiled("all", first + "|" + any.pattern());
  }

  /** The kind that was matched, in capitals. */
  String kind(Matcher match) {
    for (String name : byName.keySet()) {
      if (match.group(name) != null) {
        return name.toUpperCase(Locale.ROOT);
      }
    }
    throw new IllegalStateException("No kind has matched.");
  }
}

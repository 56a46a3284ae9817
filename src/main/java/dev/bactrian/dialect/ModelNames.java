package dev.bactrian.dialect;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Some of a provider's models, by their upstream ids; a {@code *} stands for any characters.
 *
 * @param patterns one for each name
 */
public record ModelNames(List<Pattern> patterns) {
  /** Reads {@code "gpt-5*, o3"}; null and blank are no model at all. */
  public static ModelNames parse(@Nullable String list) {
    if (list == null || list.isBlank()) {
      return new ModelNames(List.of());
    }
    return new ModelNames(
        Arrays.stream(list.split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .map(ModelNames::pattern)
            .toList());
  }

  private static Pattern pattern(String name) {
    return Pattern.compile(
        Arrays.stream(name.split("\\*", -1))
            .map(Pattern::quote)
            .reduce((left, right) -> left + ".*" + right)
            .orElse(""),
        Pattern.CASE_INSENSITIVE);
  }

  /** Whether a model is one of them. */
  public boolean contain(String model) {
    for (Pattern pattern : patterns) {
      if (pattern.matcher(model).matches()) {
        return true;
      }
    }
    return false;
  }
}

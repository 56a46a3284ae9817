package dev.bactrian.text;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was hidden of one call. A value stands as {@code [EMAIL_1]} in the request, the same one
 * wherever it occurs, numbered in the order of their first occurrence: so the same conversation
 * always looks the same, and prompt caches stay warm. In the answer the placeholders become values
 * again, and what matches without having been hidden, which the model made up, becomes {@code
 * [EMAIL]}.
 */
final class Mask {
  private static final String PLACEHOLDER = "\\[(?<placeholder>[A-Z][A-Z0-9]*_\\d{1,6})\\]";

  private final Patterns patterns;
  private final boolean restore;
  private final int longest;
  private final Map<String, String> placeholders = new HashMap<>();
  private final Map<String, String> values = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  /**
   * A mask that hides nothing yet.
   *
   * @param restore whether the client gets its own values back
   * @param longest characters of the longest match that is waited for in a stream
   */
  Mask(Patterns patterns, boolean restore, int longest) {
    this.patterns = patterns;
    this.restore = restore;
    this.longest = longest;
  }

  /** A text of the request with placeholders. */
  String hide(String text) {
    return patterns
        .any()
        .matcher(text)
        .replaceAll(m -> Matcher.quoteReplacement(placeholder((Matcher) m)));
  }

  private String placeholder(Matcher match) {
    String kind = patterns.kind(match);
    return placeholders.computeIfAbsent(
        match.group(),
        value -> {
          String placeholder = kind + "_" + counts.merge(kind, 1, Integer::sum);
          values.put(placeholder, value);
          return "[" + placeholder + "]";
        });
  }

  /** A filter for what the client is to see. */
  AnswerFilter answers() {
    Pattern both = restore ? patterns.anyAfter(PLACEHOLDER) : patterns.any();
    return new AnswerFilter(
        () -> new TextFilter(both, this::shown, longest),
        () -> new TextFilter(both, match -> escaped(shown(match)), longest));
  }

  private String shown(Matcher match) {
    String placeholder = restore ? match.group("placeholder") : null;
    if (placeholder != null) {
      return values.getOrDefault(placeholder, match.group());
    }
    return placeholders.containsKey(match.group()) && restore
        ? match.group()
        : "[" + patterns.kind(match) + "]";
  }

  private static String escaped(String value) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(value));
  }
}

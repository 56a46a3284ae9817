package dev.bactrian.dialect;

import dev.bactrian.error.ErrorClass;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a provider's own error codes and types mean. They are compared without case, underscores,
 * dots and dashes: spelling differs within one provider.
 *
 * @param classes the classes by code
 */
record ErrorCodes(Map<String, ErrorClass> classes) {
  static final ErrorCodes NONE = new ErrorCodes(Map.of());

  /** Reads rules such as {@code 1113=BILLING}; a class comes with several codes: {@code 1|2}. */
  static ErrorCodes of(List<Rule> rules) {
    Map<String, ErrorClass> classes = new HashMap<>();
    for (Rule rule : rules) {
      ErrorClass meaning =
          Arrays.stream(ErrorClass.values())
              .filter(each -> each.name().equals(rule.value()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "'" + rule.value() + "' is not a class of errors such as BILLING"));
      for (String code : rule.name().split("\\|")) {
        classes.put(word(code), meaning);
      }
    }
    return new ErrorCodes(classes);
  }

  /** The class of the first code that is known, null if none is. */
  @Nullable ErrorClass find(List<String> codes) {
    for (String code : codes) {
      ErrorClass meaning = classes.get(word(code));
      if (meaning != null) {
        return meaning;
      }
    }
    return null;
  }

  /** A code as it is compared. */
  static String word(@Nullable String code) {
    return code == null ? "" : code.replaceAll("[_.\\- ]", "").toLowerCase(Locale.ROOT);
  }
}

package dev.bactrian;

import dev.bactrian.gateway.DefaultSettings;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings that are whole numbers: those whose default is one. */
final class NumberSettings {
  private static final Pattern SETTING = Pattern.compile("\\{\\{env:(\\w+):\\d+}}");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

  private NumberSettings() {}

  /**
   * Refuses an environment that gives another thing for a number. Camel would take some of them for
   * 0, and some only fail deep inside.
   *
   * @throws IllegalArgumentException with the variable's name
   */
  static void check(Map<String, String> environment) {
    for (Object value : DefaultSettings.load().values()) {
      Matcher setting = SETTING.matcher(value.toString());
      String given = setting.matches() ? environment.get(setting.group(1)) : null;
      if (given != null && !NUMBER.matcher(given).matches()) {
        throw new IllegalArgumentException(
            setting.group(1) + " is '" + given + "', which is not a whole number.");
      }
    }
  }
}

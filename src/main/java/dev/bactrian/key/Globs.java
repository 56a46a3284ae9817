package dev.bactrian.key;

import java.util.List;

/** Names with {@code *} for any text. */
final class Globs {
  private Globs() {}

  /** Whether any of them matches; an empty list matches everything. */
  static boolean match(List<String> globs, String name) {
    if (globs.isEmpty()) {
      return true;
    }
    for (String glob : globs) {
      if (matches(glob, name)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a glob matches a whole name. It takes no more steps than the two lengths multiplied.
   */
  static boolean matches(String glob, String name) {
    int g = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    while (n < name.length()) {
      if (g < glob.length() && glob.charAt(g) == '*') {
        star = g++;
        resume = n;
      } else if (g < glob.length() && glob.charAt(g) == name.charAt(n)) {
        g++;
        n++;
      } else if (star >= 0) {
        g = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (g < glob.length() && glob.charAt(g) == '*') {
      g++;
    }
    return g == glob.length();
  }
}

package dev.bactrian.edition;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with an edit.
 *
 * @param file the file, null where it is not known
 * @param line the line in it, 0 where it is not known
 * @param message what is wrong
 */
public record ConfigProblem(@Nullable String file, int line, String message) {
  private static final Pattern FILE =
      Pattern.compile("(?:file:)?([^\\s:'\"(\\[,=]+\\.yaml)(?:(?::|, line )(\\d+))?");
  private static final Pattern LINE = Pattern.compile("\\bline:? (\\d+)");
  private static final int LONGEST = 600;

  /** Reads it out of what was thrown: the causes say, from the outermost on, where and what. */
  public static ConfigProblem of(Throwable thrown) {
    String file = null;
    int line = 0;
    List<String> messages = new ArrayList<>();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      String message =
          t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage().strip();
      Matcher named = FILE.matcher(message);
      while (named.find()) {
        if (!named.group(1).equals(file)) {
          file = named.group(1); // the innermost one knows best
          line = 0;
        }
        line = named.group(2) != null ? Integer.parseInt(named.group(2)) : line;
      }
      Matcher numbered = LINE.matcher(message);
      if (line == 0 && numbered.find()) {
        line = Integer.parseInt(numbered.group(1));
      }
      if (messages.stream().noneMatch(said -> said.contains(message))) {
        messages.removeIf(message::contains);
        messages.add(message);
      }
    }
    String all = String.join(": ", messages);
    if (file != null) {
      String place = "(?:file:)?" + Pattern.quote(file) + "(?::" + line + ")?:? ";
      all = all.replaceFirst("^" + place, "");
    }
    return new ConfigProblem(file, line, all.substring(0, Math.min(all.length(), LONGEST)));
  }

  @Override
  public String toString() {
    String place = file == null ? "" : line == 0 ? file + ": " : file + ", line " + line + ": ";
    return place + message;
  }
}

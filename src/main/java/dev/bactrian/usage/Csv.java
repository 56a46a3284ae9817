package dev.bactrian.usage;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes CSV (RFC 4180), and reads it with commas, semicolons or tabs, whichever the first line has
 * most of.
 */
final class Csv {
  private static final char[] SEPARATORS = {',', ';', '\t'};

  private final String text;
  private final char separator;
  private int place;

  private Csv(String text) {
    this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    this.separator = separator(this.text);
  }

  /** The records of a text, empty lines apart. */
  static List<List<String>> read(String text) {
    Csv csv = new Csv(text);
    List<List<String>> records = new ArrayList<>();
    while (csv.place < csv.text.length()) {
      List<String> record = csv.record();
      if (record.size() > 1 || !record.get(0).isBlank()) {
        records.add(record);
      }
    }
    return records;
  }

  /** A line of values. */
  static String line(List<String> values) {
    return values.stream().map(Csv::quoted).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String quoted(String value) {
    boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }

  private static char separator(String text) {
    String first = text.lines().findFirst().orElse("");
    char best = SEPARATORS[0];
    for (char candidate : SEPARATORS) {
      if (count(first, candidate) > count(first, best)) {
        best = candidate;
      }
    }
    return best;
  }

  private static long count(String line, char c) {
    return line.chars().filter(each -> each == c).count();
  }

  private List<String> record() {
    List<String> fields = new ArrayList<>();
    fields.add(field());
    while (place < text.length() && text.charAt(place) == separator) {
      place++;
      fields.add(field());
    }
    place += text.startsWith("\r\n", place) ? 2 : 1;
    return fields;
  }

  private String field() {
    StringBuilder field = new StringBuilder();
    boolean quoted = place < text.length() && text.charAt(place) == '"';
    place += quoted ? 1 : 0;
    while (place < text.length()) {
      char c = text.charAt(place);
      if (quoted && c == '"') {
        place++;
        if (place == text.length() || text.charAt(place) != '"') {
          quoted = false;
          continue;
        }
      } else if (!quoted && (c == separator || c == '\n' || c == '\r')) {
        break;
      }
      field.append(c);
      place++;
    }
    return field.toString().strip();
  }
}

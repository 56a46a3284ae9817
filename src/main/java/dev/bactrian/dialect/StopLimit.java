package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which stop texts a provider takes; a provider that limits them gets them as a list.
 *
 * @param most how many, negative for any
 * @param longest how long each may be
 * @param bytes whether that is counted in bytes of UTF-8, else in characters
 */
record StopLimit(int most, int longest, boolean bytes) {
  private static final Pattern LENGTH = Pattern.compile("(\\d{1,6})( bytes)?");

  /**
   * A limit.
   *
   * @param length {@code 20} or {@code 32 bytes}, null for any
   * @throws IllegalArgumentException when the length does not have that form
   */
  static StopLimit of(int most, @Nullable String length) {
    if (length == null) {
      return new StopLimit(most, Integer.MAX_VALUE, false);
    }
    Matcher parts = LENGTH.matcher(length);
    if (!parts.matches()) {
      throw new IllegalArgumentException("stopLength: '" + length + "' is not 20 or 20 bytes");
    }
    return new StopLimit(most, Integer.parseInt(parts.group(1)), parts.group(2) != null);
  }

  /** Of a text or a list of them the ones that are taken, as JSON. */
  List<String> taken(JsonNode stop) {
    List<String> taken = new ArrayList<>();
    for (JsonNode text : stop.isTextual() ? List.of(stop) : stop) {
      if (taken.size() < most && length(text.asText()) <= longest) {
        taken.add(text.toString());
      }
    }
    return taken;
  }

  private int length(String text) {
    return bytes
        ? text.getBytes(StandardCharsets.UTF_8).length
        : text.codePointCount(0, text.length());
  }
}

package dev.bactrian.dialect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an OpenAI-like provider departs from OpenAI in what it accepts.
 *
 * @param maxTokensField the member that limits the answer's length, null to leave the client's
 * @param temperature the range of {@code temperature}, null for any
 * @param topP the range of {@code top_p}, null for any
 * @param drop members that are left out
 * @param systemRole whether {@code developer} messages are sent as {@code system}
 * @param streamUsage whether {@code stream_options.include_usage} may be sent
 * @param dropNulls whether members that are {@code null} are left out
 */
public record Quirks(
    @Nullable String maxTokensField,
    @Nullable Range temperature,
    @Nullable Range topP,
    List<String> drop,
    boolean systemRole,
    boolean streamUsage,
    boolean dropNulls) {

  /** A provider that takes what OpenAI takes. */
  public static final Quirks NONE = new Quirks(null, null, null, List.of(), false, true, false);

  /**
   * A closed range.
   *
   * @param min the least value
   * @param max the greatest value
   */
  public record Range(double min, double max) {
    /** Reads {@code "0..2"}; null and blank are null. */
    public static @Nullable Range parse(@Nullable String text) {
      if (text == null || text.isBlank()) {
        return null;
      }
      int dots = text.indexOf("..");
      if (dots < 0) {
        throw new IllegalArgumentException("'" + text + "' is not a range such as 0..2");
      }
      return new Range(
          Double.parseDouble(text.substring(0, dots).trim()),
          Double.parseDouble(text.substring(dots + 2).trim()));
    }

    /** The value of the range that is nearest to another. */
    public double clamp(double value) {
      return Math.min(max, Math.max(min, value));
    }
  }
}

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
public record OpenAiQuirks(
    @Nullable String maxTokensField,
    @Nullable Range temperature,
    @Nullable Range topP,
    List<String> drop,
    boolean systemRole,
    boolean streamUsage,
    boolean dropNulls) {

  /** A provider that takes what OpenAI takes. */
  public static final OpenAiQuirks NONE =
      new OpenAiQuirks(null, null, null, List.of(), false, true, false);

  /** Reads them as a kamelet gives them. */
  static OpenAiQuirks of(Options options) {
    return new OpenAiQuirks(
        options.text("maxTokensField"),
        options.range("temperature"),
        options.range("topP"),
        options.names("drop"),
        options.flag("systemRole", false),
        options.flag("streamUsage", true),
        options.flag("dropNulls", false));
  }
}

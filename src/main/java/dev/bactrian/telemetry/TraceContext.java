package dev.bactrian.telemetry;

import dev.bactrian.call.Trace;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of its trace, by https://www.w3.org/TR/trace-context/. What does not keep to
 * that is as good as nothing.
 */
final class TraceContext {
  private static final int LONGEST_STATE = 512;
  private static final Pattern VALID_PARENT =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
              + "(?:(?<!^00.{53})-[!-~]{1,200})?");
  private static final Pattern VALID_STATE = Pattern.compile("[\\t -~]*");

  private TraceContext() {}

  /** The headers that are valid, empty where the first one is not. */
  static Map<String, String> of(@Nullable String parent, @Nullable String state) {
    if (parent == null || !VALID_PARENT.matcher(parent).matches()) {
      return Map.of();
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Trace.PARENT, parent);
    if (state != null
        && !state.isBlank()
        && state.length() <= LONGEST_STATE
        && VALID_STATE.matcher(state).matches()) {
      headers.put(Trace.STATE, state);
    }
    return headers;
  }
}

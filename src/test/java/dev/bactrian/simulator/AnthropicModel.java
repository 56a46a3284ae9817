package dev.bactrian.simulator;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model of Anthropic's by its id, and what its generation can do.
 *
 * @param family opus, sonnet, haiku or fable
 * @param version ten times the version: 46 for 4.6
 */
record AnthropicModel(String family, int version) {
  private static final Pattern ID =
      Pattern.compile(
          "claude-(opus|sonnet|haiku|fable)-(\\d)(?:-(\\d))?(?:-latest|[-@](?:\\d{8}|default))?");

  /** The model of that id, null if there is none. */
  static @Nullable AnthropicModel of(String id) {
    Matcher matcher = ID.matcher(id);
    if (!matcher.matches()) {
      return null;
    }
    String minor = matcher.group(3);
    int version = 10 * Integer.parseInt(matcher.group(2));
    return new AnthropicModel(
        matcher.group(1), version + (minor == null ? 0 : Integer.parseInt(minor)));
  }

  private boolean isOpus() {
    return family.equals("opus");
  }

  /** Refuses sampling parameters and budgets. */
  boolean isNewest() {
    return version >= (isOpus() ? 47 : 50);
  }

  boolean refusesTemperatureWithTopP() {
    return version == 45 || version == 46;
  }

  boolean isAdaptive() {
    return version >= 46;
  }

  boolean knowsEffort() {
    return version >= (isOpus() ? 45 : 46);
  }

  boolean knowsSchemas() {
    return version >= 45;
  }

  boolean thinksUnasked() {
    return family.equals("sonnet") && version >= 50 || alwaysThinks();
  }

  boolean alwaysThinks() {
    return version >= 55 || family.equals("fable");
  }

  /** Refuses forced tools and words put into its mouth. */
  boolean isFree() {
    return alwaysThinks();
  }

  int mostTokens() {
    return version >= 50 || (isOpus() && version >= 46) ? 128_000 : 64_000;
  }
}

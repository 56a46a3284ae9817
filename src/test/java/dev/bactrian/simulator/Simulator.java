package dev.bactrian.simulator;

import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.Script;
import java.util.Map;

/**
 * A provider's stand-in. It is written from what the provider documents: it checks credentials,
 * refuses what the provider refuses, answers and streams in the provider's own form, and fails as
 * the provider does when the prompt says {@code fail:..} (see {@link Failure}).
 */
public interface Simulator extends Script {
  /**
   * Its name, which is also the first segment of its paths: the provider's id, or id and variant.
   */
  String name();

  /** The provider's id in the catalogue. */
  default String provider() {
    return name();
  }

  /** A model of the catalogue for tests, without the provider. */
  String model();

  /**
   * The properties of the provider's kamelet that send calls here, credentials included.
   *
   * @param base this stand-in's address, without a slash at the end
   */
  Map<String, String> settings(String base);

  /**
   * Lets the tokens expire that are in use, so that the next call is refused as the provider
   * refuses it.
   *
   * @return false where there are no tokens, but a key that stays
   */
  default boolean expire() {
    return false;
  }

  /** Whether it refuses a wrong key. */
  default boolean wantsKey() {
    return true;
  }

  /** What it can do. */
  default Abilities abilities() {
    return Abilities.ALL;
  }

  /**
   * What a provider can do; the contract leaves out what it cannot.
   *
   * @param tools function calls
   * @param images image parts, as data URLs
   * @param json JSON mode
   * @param reasoning {@code reasoning_effort} makes it think, and it shows its thoughts
   */
  record Abilities(boolean tools, boolean images, boolean json, boolean reasoning) {
    /** A provider that can do everything. */
    public static final Abilities ALL = new Abilities(true, true, true, true);
  }

  /** The path of a call below this stand-in's address, without the query. */
  default String path(ProviderCall call) {
    String target = call.target();
    int query = target.indexOf('?');
    return (query < 0 ? target : target.substring(0, query)).substring(1 + name().length());
  }
}

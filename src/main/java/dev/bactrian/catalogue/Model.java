package dev.bactrian.catalogue;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One model as the catalogue knows it.
 *
 * @param id {@code provider/model}; a {@code *} after the slash stands for any model
 * @param provider the provider's id
 * @param upstream the provider's own id of the model
 * @param context tokens in and out together, null where unknown
 * @param output tokens out at most, null where unknown
 * @param input what it reads: text, image, audio, video, file
 * @param abilities for example tools, reasoning, json_schema
 * @param price list price, null where unknown
 * @param status active, legacy, retired
 */
public record Model(
    String id,
    String provider,
    String upstream,
    @Nullable Long context,
    @Nullable Long output,
    List<String> input,
    Set<String> abilities,
    @Nullable Price price,
    String status) {

  /**
   * List prices in nano-units of the currency for a million tokens; null where unknown, never 0 for
   * unknown.
   *
   * @param currency ISO 4217
   * @param input tokens in
   * @param output tokens out
   * @param cached tokens in that come from a cache
   * @param cacheWrite tokens in that are written to a cache
   */
  public record Price(
      String currency,
      @Nullable Long input,
      @Nullable Long output,
      @Nullable Long cached,
      @Nullable Long cacheWrite) {}

  /** Whether it stands for all models of its provider that have no entry of their own. */
  public boolean isWildcard() {
    return id.endsWith("/*");
  }

  /** The id without its provider. */
  public String bareName() {
    return id.substring(provider.length() + 1);
  }
}

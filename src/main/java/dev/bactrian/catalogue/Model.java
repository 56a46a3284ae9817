package dev.bactrian.catalogue;

import java.time.Instant;
import java.time.LocalDate;
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
 * @param prices list prices by date, null where unknown
 * @param status active, legacy, retired
 * @param entry the id of the catalogue's entry: another one than its own where {@code *} stands for
 *     it
 */
public record Model(
    String id,
    String provider,
    String upstream,
    @Nullable Long context,
    @Nullable Long output,
    List<String> input,
    Set<String> abilities,
    @Nullable Prices prices,
    String status,
    String entry) {

  /** A model with an entry of its own. */
  public Model(
      String id,
      String provider,
      String upstream,
      @Nullable Long context,
      @Nullable Long output,
      List<String> input,
      Set<String> abilities,
      @Nullable Prices prices,
      String status) {
    this(id, provider, upstream, context, output, input, abilities, prices, status, id);
  }

  /**
   * List prices in nano-units of the currency for a million tokens; null where unknown, never 0 for
   * unknown.
   *
   * @param currency ISO 4217
   * @param from the first day on which it holds, in UTC, null where it always has
   * @param input tokens in
   * @param output tokens out
   * @param cached tokens in that come from a cache
   * @param cacheWrite tokens in that are written to a cache
   * @param reasoning tokens out that are spent thinking, null where they cost what others do
   */
  public record Price(
      String currency,
      @Nullable LocalDate from,
      @Nullable Long input,
      @Nullable Long output,
      @Nullable Long cached,
      @Nullable Long cacheWrite,
      @Nullable Long reasoning) {
    /** A price that always holds, with thoughts at the price of other tokens out. */
    public Price(
        String currency,
        @Nullable Long input,
        @Nullable Long output,
        @Nullable Long cached,
        @Nullable Long cacheWrite) {
      this(currency, null, input, output, cached, cacheWrite, null);
    }
  }

  /** The list price that holds now, null where unknown. */
  public @Nullable Price price() {
    return price(Instant.now());
  }

  /** The list price that holds at a moment, null where unknown. */
  public @Nullable Price price(Instant when) {
    return prices == null ? null : prices.at(when);
  }

  /** Whether it stands for all models of its provider that have no entry of their own. */
  public boolean isWildcard() {
    return id.endsWith("/*");
  }

  /** The id without its provider. */
  public String bareName() {
    return id.substring(provider.length() + 1);
  }
}

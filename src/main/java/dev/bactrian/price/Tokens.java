package dev.bactrian.price;

import dev.bactrian.chat.Usage;

/**
 * The tokens of a call by kind; no token is in two of them.
 *
 * @param prompt tokens in that neither came from a cache nor were written to one
 * @param cached tokens in that came from a cache
 * @param cacheWrite tokens in that were written to a cache
 * @param completion tokens out that the client was meant to see
 * @param reasoning tokens out that were spent thinking
 */
public record Tokens(long prompt, long cached, long cacheWrite, long completion, long reasoning) {
  /** Nothing was used. */
  public static final Tokens NONE = new Tokens(0, 0, 0, 0, 0);

  /** No call has more of a kind: sums of what providers say by mistake must not overflow. */
  private static final long MOST = 1_000_000_000;

  /** A provider's numbers, where the whole contains its parts; a part stays as it was told. */
  public static Tokens of(Usage usage) {
    long cached = possible(usage.cached());
    long cacheWrite = possible(usage.cacheWrite());
    long reasoning = possible(usage.reasoning());
    return new Tokens(
        possible(possible(usage.prompt()) - cached - cacheWrite),
        cached,
        cacheWrite,
        possible(possible(usage.completion()) - reasoning),
        reasoning);
  }

  private static long possible(long told) {
    return Math.max(0, Math.min(MOST, told));
  }

  /** All tokens in. */
  public long in() {
    return prompt + cached + cacheWrite;
  }

  /** All tokens out. */
  public long out() {
    return completion + reasoning;
  }

  /** Whether nothing was used. */
  public boolean isNone() {
    return in() == 0 && out() == 0;
  }
}

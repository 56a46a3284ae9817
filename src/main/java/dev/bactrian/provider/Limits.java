package dev.bactrian.provider;

/**
 * What a provider allows one key; 0 where there is no limit.
 *
 * @param requestsPerMinute requests in any minute
 * @param requestsPerDay requests in any 24 hours
 * @param tokensPerMinute tokens in and out in any minute
 * @param tokensPerDay tokens in and out in any 24 hours
 * @param concurrency requests at a time
 */
public record Limits(
    long requestsPerMinute,
    long requestsPerDay,
    long tokensPerMinute,
    long tokensPerDay,
    long concurrency) {
  /** No limits. */
  public static final Limits NONE = new Limits(0, 0, 0, 0, 0);

  /** Whether tokens are counted. */
  public boolean countTokens() {
    return tokensPerMinute > 0 || tokensPerDay > 0;
  }
}

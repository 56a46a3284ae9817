package dev.bactrian.credential;

import org.jspecify.annotations.Nullable;

/**
 * Proves to a provider who calls, where a fixed header is not enough: tokens that expire,
 * signatures over the request. A kamelet declares one as a bean of its template and names it in
 * {@code upstream:...?credential=#bean:..}. Used from many threads, which may wait in it.
 */
public interface Credential {
  /**
   * Adds to a request what proves who calls.
   *
   * @return what {@link #renew} wants to know should the provider refuse the call, null where there
   *     is nothing to renew
   * @throws dev.bactrian.error.UpstreamException when a token is needed and cannot be had
   */
  @Nullable String sign(Outbound request);

  /**
   * The provider has refused what {@link #sign} added.
   *
   * @param refused what {@link #sign} returned for that call
   * @return whether the call should be made once more, with another proof
   */
  default boolean renew(String refused) {
    return false;
  }
}

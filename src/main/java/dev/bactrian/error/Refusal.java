package dev.bactrian.error;

/**
 * What an operator's steps refuse, as methods for {@code bean} steps; the client gets the error.
 */
public final class Refusal {
  /**
   * Refuses what this client may not do.
   *
   * @param why what the client is told
   * @throws ApiException 403 {@code policy_violation}, always
   */
  public void forbid(String why) {
    throw new ApiException(403, "permission_error", "policy_violation", null, why);
  }

  /**
   * Refuses what nobody may ask.
   *
   * @param why what the client is told
   * @throws ApiException 400 {@code policy_violation}, always
   */
  public void reject(String why) {
    throw ApiException.badRequest("policy_violation", null, why);
  }
}

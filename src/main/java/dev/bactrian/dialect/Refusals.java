package dev.bactrian.dialect;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;

/** What a provider cannot be asked, told to the client before the provider is called. */
final class Refusals {
  private Refusals() {}

  /**
   * A 400 for a member of the request.
   *
   * @param param the member, as a path such as {@code messages[0].content}
   */
  static UpstreamException unsupported(String param, String message) {
    return new UpstreamException(
        ErrorClass.BAD_REQUEST, 400, message, "unsupported_value", param, -1);
  }
}

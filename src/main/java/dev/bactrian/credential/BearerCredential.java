package dev.bactrian.credential;

import org.jspecify.annotations.Nullable;

/** A key that a server may want or not: the header is only sent when there is one. */
public final class BearerCredential implements Credential {
  private final String apiKey;

  /**
   * A credential.
   *
   * @param apiKey empty for none
   */
  public BearerCredential(String apiKey) {
    this.apiKey = apiKey.strip();
  }

  @Override
  public @Nullable String sign(Outbound request) {
    if (!apiKey.isEmpty()) {
      request.header("authorization", "Bearer " + apiKey);
    }
    return null;
  }
}

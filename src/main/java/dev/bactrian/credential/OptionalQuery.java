package dev.bactrian.credential;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A query parameter that is sent where there is a value for it, and never shown. */
public final class OptionalQuery implements Credential {
  private final String name;
  private final String value;

  /**
   * A parameter.
   *
   * @param value blank for none
   */
  public OptionalQuery(String name, String value) {
    this.name = name;
    this.value = URLEncoder.encode(value.strip(), StandardCharsets.UTF_8);
  }

  @Override
  public @Nullable String sign(Outbound request) {
    if (!value.isEmpty()) {
      request.secretQuery(name, value);
    }
    return null;
  }
}

package dev.bactrian.credential;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that a credential has signed.
 *
 * @param proof what the credential wants back should the call be refused
 */
record Signed(Outbound request, @Nullable String proof) {
  static Signed by(Credential credential) {
    return by(credential, "{\"messages\":[],\"model\":\"ep-1\"}");
  }

  static Signed by(Credential credential, String body) {
    Outbound request =
        new Outbound(
            URI.create("https://provider.example:443"),
            "/v1/chat",
            body.getBytes(StandardCharsets.UTF_8));
    return new Signed(request, credential.sign(request));
  }

  /** Settings from names and values in turn. */
  static Settings settings(String... pairs) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return new Settings(values);
  }

  String authorization() {
    return request.headers().getOrDefault("authorization", "");
  }
}

package dev.bactrian.simulator;

import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.Script;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Entra's token service for one application. See
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
 */
public final class EntraTokens implements Script {
  /** The directory. */
  public static final String TENANT = "72f988bf-simulated";

  /** The application's id. */
  public static final String CLIENT = "11111111-2222-simulated";

  /** Its secret, with characters that a form has to encode. */
  public static final String SECRET = Secret.of("sim~Q8+ul&at=ed/sec ret%");

  private static final String SCOPE = "https://cognitiveservices.azure.com/.default";

  private final Set<String> valid = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();

  /** Whether a token was given out and lives. */
  public boolean isValid(String token) {
    return valid.contains(token);
  }

  /** Lets all tokens expire. */
  public void expire() {
    valid.clear();
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    Map<String, String> form = new HashMap<>();
    for (String field : call.body().split("&")) {
      String[] pair = field.split("=", 2);
      form.put(pair[0], pair.length < 2 ? "" : decoded(pair[1]));
    }
    String refusal = refusal(call, form);
    if (refusal != null) {
      call.json(
          refusal.startsWith("invalid_client") ? 401 : 400,
          "{\"error\":\"" + refusal + "\",\"error_description\":\"AADSTS7000215\"}");
      return;
    }
    String token = "eyJ0eXAiOiJKV1Qi.simulated-" + count.incrementAndGet();
    valid.add(token);
    call.json(
        200,
        "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599,"
            + "\"access_token\":\""
            + token
            + "\"}");
  }

  private static @Nullable String refusal(ProviderCall call, Map<String, String> form) {
    if (!call.target().endsWith("/" + TENANT + "/oauth2/v2.0/token")
        || !"application/x-www-form-urlencoded".equals(call.header("content-type"))
        || !"client_credentials".equals(form.get("grant_type"))) {
      return "invalid_request";
    }
    if (!CLIENT.equals(form.get("client_id")) || !SECRET.equals(form.get("client_secret"))) {
      return "invalid_client";
    }
    return SCOPE.equals(form.get("scope")) ? null : "invalid_scope";
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}

package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.Reply;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Google's token service for service accounts: a signed JWT in, an access token out. See
 * https://developers.google.com/identity/protocols/oauth2/service-account.
 */
public final class GoogleTokens {
  /** The account. */
  public static final String EMAIL = "robot@simulated-project.iam.gserviceaccount.com";

  private static final String KEY_ID = "0123456789abcdef0123456789abcdef01234567";
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final String GOOGLE = "https://oauth2.googleapis.com/token";
  private static final KeyPair KEYS = keys();

  private final Set<String> valid = ConcurrentHashMap.newKeySet();
  private final AtomicInteger issued = new AtomicInteger();
  private volatile int lifetime = 3599;

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The account's key file, which sends its user to a token service. */
  public static String keyFile(String tokenUri) {
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(KEYS.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    ObjectNode file = Json.MAPPER.createObjectNode().put("type", "service_account");
    file.put("project_id", "simulated-project").put("private_key_id", KEY_ID);
    file.put("private_key", pem).put("client_email", EMAIL).put("client_id", "1");
    file.put("universe_domain", "googleapis.com").put("note", Secret.of("odd"));
    return file.put("token_uri", tokenUri).toString();
  }

  /** From now on tokens say that they live for so many seconds. */
  public void lifetime(int seconds) {
    lifetime = seconds;
  }

  /** No token that was given out is good any more. */
  public void expireAll() {
    valid.clear();
  }

  /** How many tokens were given out. */
  public int issued() {
    return issued.get();
  }

  /** Whether a call bears a token that is good. */
  public boolean isGood(ProviderCall call) {
    String header = String.valueOf(call.header("authorization"));
    return header.startsWith("Bearer ") && valid.contains(header.substring(7));
  }

  /** Answers a request for a token. */
  public void answer(ProviderCall call) throws IOException {
    Map<String, String> form = form(call.body());
    String wrong;
    try {
      wrong =
          "urn:ietf:params:oauth:grant-type:jwt-bearer".equals(form.get("grant_type"))
              ? wrong(form.getOrDefault("assertion", ""), tokenUri(call))
              : "unsupported_grant_type";
    } catch (GeneralSecurityException | RuntimeException e) {
      wrong = "unreadable: " + e;
    }
    if (wrong != null) {
      call.json(400, "{\"error\":\"invalid_grant\",\"error_description\":\"" + wrong + "\"}");
      return;
    }
    String token = "ya29.simulated-" + issued.incrementAndGet();
    valid.add(token);
    call.json(
        200,
        "{\"access_token\":\"%s\",\"expires_in\":%d,\"token_type\":\"Bearer\"}"
            .formatted(token, lifetime));
  }

  private static String tokenUri(ProviderCall call) {
    return "http://" + call.header("host") + call.target();
  }

  private static @Nullable String wrong(String jwt, String tokenUri)
      throws GeneralSecurityException {
    String[] parts = jwt.split("\\.");
    JsonNode header = decoded(parts[0]);
    JsonNode claims = decoded(parts[1]);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(KEYS.getPublic());
    signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    if (!signature.verify(Base64.getUrlDecoder().decode(parts[2]))) {
      return "Invalid JWT Signature.";
    }
    if (!header.path("alg").asText().equals("RS256")
        || !header.path("kid").asText().equals(KEY_ID)) {
      return "alg or kid";
    }
    String iss = claims.path("iss").asText();
    if (!iss.equals(EMAIL) || !claims.path("sub").asText(iss).equals(EMAIL)) {
      return "iss or sub";
    }
    if (!Set.of(GOOGLE, tokenUri).contains(claims.path("aud").asText())) {
      return "aud " + claims.path("aud").asText();
    }
    if (!claims.path("scope").asText().equals(SCOPE)) {
      return "scope " + claims.path("scope").asText();
    }
    long now = System.currentTimeMillis() / 1000;
    long iat = claims.path("iat").asLong();
    long exp = claims.path("exp").asLong();
    boolean inTime = Math.abs(now - iat) <= 60 && exp > now && exp - iat <= 3600;
    return inTime ? null : "Token must be short-lived and in a reasonable timeframe: iat and exp";
  }

  private static JsonNode decoded(String part) {
    return Reply.json(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
  }

  private static Map<String, String> form(String body) {
    Map<String, String> form = new TreeMap<>();
    for (String pair : body.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        form.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return form;
  }
}

package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** SenseNova's check of a token: signature, header, claims and times, which are in seconds. */
final class SensenovaTokens {
  static final String ID = "SIMULATEDACCESSKEYID";
  static final String SECRET = Secret.of("simulated-access-key-secret");

  private SensenovaTokens() {}

  /** What is wrong with an Authorization header, null if nothing is. */
  static @Nullable String refusal(@Nullable String authorization) {
    if (authorization == null || !authorization.startsWith("Bearer ")) {
      return "no token";
    }
    String[] parts = authorization.substring("Bearer ".length()).split("\\.", -1);
    if (parts.length != 3) {
      return "no JWT";
    }
    if (!MessageDigest.isEqual(
        mac(parts[0] + "." + parts[1]), Base64.getUrlDecoder().decode(parts[2]))) {
      return "signature is invalid";
    }
    JsonNode header = json(parts[0]);
    JsonNode claims = json(parts[1]);
    if (!header.path("alg").asText().equals("HS256")
        || !header.path("typ").asText().equals("JWT")) {
      return "header";
    }
    long now = System.currentTimeMillis() / 1000;
    if (!claims.path("iss").asText().equals(ID)) {
      return "iss";
    }
    if (!claims.path("nbf").isIntegralNumber() || claims.path("nbf").asLong() > now) {
      return "token is not valid yet";
    }
    long left = claims.path("exp").asLong() - now;
    return left <= 0 ? "token is expired" : left > 86_400 ? "exp is not in seconds" : null;
  }

  private static JsonNode json(String part) {
    try {
      return Json.MAPPER.readTree(Base64.getUrlDecoder().decode(part));
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static byte[] mac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.bactrian.credential;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * JSON Web Tokens signed with HMAC-SHA256, see RFC 7519. Made by hand: JWT libraries refuse keys of
 * fewer than 32 bytes, which providers give out, and write times in seconds only.
 */
final class Hs256Jwt {
  private static final String ALGORITHM = "HmacSHA256";

  private Hs256Jwt() {}

  /**
   * A signed token.
   *
   * @param header JSON, compact
   * @param payload JSON, compact
   * @param secret the key, as its UTF-8 bytes
   */
  static String sign(String header, String payload, String secret) {
    String signed = base64(utf8(header)) + "." + base64(utf8(payload));
    return signed + "." + base64(hmac(utf8(secret), signed));
  }

  /**
   * HMAC-SHA256 of a text.
   *
   * @param key of any length but none
   */
  static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}

package dev.bactrian.key;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keyed hash under which a key is stored: HMAC-SHA-256 of the SHA-256 of its text. So keys
 * whose SHA-256 is all that is known can be taken over.
 */
final class KeyHash {
  private static final String ALGORITHM = "HmacSHA256";

  private final Mac prototype;

  /**
   * A hash.
   *
   * @param secret the server's key
   */
  KeyHash(byte[] secret) {
    try {
      prototype = Mac.getInstance(ALGORITHM);
      prototype.init(new SecretKeySpec(secret, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The hash of a key's text, in hexadecimal. */
  String of(String text) {
    return ofSha256(sha256(text));
  }

  /** The hash of a key of which only the SHA-256 is known. */
  String ofSha256(byte[] sha256) {
    return HexFormat.of().formatHex(mac(sha256));
  }

  /** Tells one server's key from another without telling what it is. */
  String fingerprint() {
    return ofSha256("the fingerprint of this key".getBytes(StandardCharsets.UTF_8))
        .substring(0, 32);
  }

  private byte[] mac(byte[] data) {
    try {
      return ((Mac) prototype.clone()).doFinal(data);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether two hashes are the same, in a time that does not tell where they differ. */
  static boolean areEqual(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.bactrian.dialect;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/** Ids of nine letters and digits, made from longer ones. */
final class ShortId {
  private static final int LENGTH = 9;
  private static final int BASE = 36;
  private static final Pattern SHORT = Pattern.compile("[A-Za-z0-9]{" + LENGTH + "}");

  private ShortId() {}

  /** The id if it is short, else a short one, always the same for the same long one. */
  static String of(String id) {
    if (SHORT.matcher(id).matches()) {
      return id;
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      String digits = "0".repeat(LENGTH) + new BigInteger(1, hash).toString(BASE);
      return digits.substring(digits.length() - LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.bactrian.key;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The text of a key: {@code sk-bactrian-<id>-<secret>}. The id names the key and is no secret.
 *
 * @param id lower-case letters and digits
 * @param text all of it, which is the secret
 */
record KeyText(String id, String text) {
  static final String PREFIX = "sk-bactrian-";

  private static final int LONGEST_ID = 32;
  private static final int LONGEST = 200;
  private static final int ID_BYTES = 6;
  private static final int SECRET_BYTES = 20;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The key in a text, null where it cannot be one of ours. */
  static @Nullable KeyText read(String text) {
    int end = text.indexOf('-', PREFIX.length());
    if (!text.startsWith(PREFIX) || end < 0 || text.length() > LONGEST) {
      return null;
    }
    String id = text.substring(PREFIX.length(), end);
    return isId(id) && end + 1 < text.length() ? new KeyText(id, text) : null;
  }

  /** The id in the text of a key that was made here. */
  static String idOf(String text) {
    return text.substring(PREFIX.length(), text.indexOf('-', PREFIX.length()));
  }

  /** Whether a text can be the id of a key or an owner. */
  static boolean isId(String id) {
    if (id.isEmpty() || id.length() > LONGEST_ID) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
  }

  /** A new key with an id of its own. */
  static KeyText random() {
    return random(hex(ID_BYTES));
  }

  /** A new secret for a key. */
  static KeyText random(String id) {
    return new KeyText(id, PREFIX + id + "-" + hex(SECRET_BYTES));
  }

  private static String hex(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public String toString() {
    return PREFIX + id;
  }
}

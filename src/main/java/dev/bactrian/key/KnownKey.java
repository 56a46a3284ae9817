package dev.bactrian.key;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A key in memory. */
final class KnownKey {
  private final StoredKey stored;
  private final ApiKey key;

  /**
   * The SHA-256 of the text that has opened it, so that it need not be hashed with the key again.
   */
  private volatile byte @Nullable [] opened;

  /**
   * A key that nobody has opened yet.
   *
   * @param stored as the database has it
   * @param key as calls see it
   */
  KnownKey(StoredKey stored, ApiKey key) {
    this.stored = stored;
    this.key = key;
  }

  StoredKey stored() {
    return stored;
  }

  ApiKey key() {
    return key;
  }

  /**
   * Whether a text is its secret, or the one before as long as that is valid.
   *
   * @param sha256 the text's
   */
  boolean opensWith(byte[] sha256, KeyHash hashing, long now) {
    byte[] before = opened;
    if (before != null && MessageDigest.isEqual(before, sha256)) {
      return true;
    }
    String hash = hashing.ofSha256(sha256);
    if (stored.isOpenedBy(hash)) {
      opened = sha256;
      return true;
    }
    return stored.isStillOpenedBy(hash, now);
  }
}

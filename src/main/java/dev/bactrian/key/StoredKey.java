package dev.bactrian.key;

import org.jspecify.annotations.Nullable;

/**
 * A key as it is stored. Times are milliseconds since 1970.
 *
 * @param id its id
 * @param name for whom or what it was made
 * @param owner the id of its owner, null for nobody
 * @param disabled whether it is not valid
 * @param expires from when on it is not valid, null for never
 * @param rules what may be done with it
 * @param hash the keyed hash of its text
 * @param oldHash that of its text before the last rotation, null where there is none
 * @param oldUntil until when that is valid, too
 * @param created when it was made
 */
public record StoredKey(
    String id,
    String name,
    @Nullable String owner,
    boolean disabled,
    @Nullable Long expires,
    Rules rules,
    String hash,
    @Nullable String oldHash,
    @Nullable Long oldUntil,
    long created) {

  /** The same key with another secret; the one it has now stays valid for a while. */
  StoredKey rotated(String newHash, long until) {
    return new StoredKey(id, name, owner, disabled, expires, rules, newHash, hash, until, created);
  }

  /** The same key, valid or not. */
  public StoredKey disabled(boolean off) {
    return new StoredKey(id, name, owner, off, expires, rules, hash, oldHash, oldUntil, created);
  }

  /** The same key with what an administrator may change. */
  public StoredKey with(
      String newName,
      @Nullable String newOwner,
      boolean off,
      @Nullable Long newExpires,
      Rules newRules) {
    return new StoredKey(
        id, newName, newOwner, off, newExpires, newRules, hash, oldHash, oldUntil, created);
  }

  /** Whether the hash is that of its secret. */
  boolean isOpenedBy(String other) {
    return KeyHash.areEqual(hash, other);
  }

  /** Whether the hash is that of the secret before, and that is still valid. */
  boolean isStillOpenedBy(String other, long now) {
    return oldHash != null
        && oldUntil != null
        && now < oldUntil
        && KeyHash.areEqual(oldHash, other);
  }

  @Override
  public String toString() {
    return "StoredKey[" + id + "]";
  }
}

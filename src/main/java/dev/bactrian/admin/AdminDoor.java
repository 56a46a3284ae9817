package dev.bactrian.admin;

import dev.bactrian.error.ApiException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Who may administrate: nobody without the administrator's key, and no other machine unless set.
 */
public final class AdminDoor {
  private static final int SHORTEST = 16;
  private static final String SCHEME = "bearer ";

  private final byte @Nullable [] hash;
  private final boolean remote;

  /**
   * The door.
   *
   * @param key the administrator's key, blank to keep it closed
   * @param remote whether other machines may come in
   */
  public AdminDoor(String key, boolean remote) {
    if (!key.isBlank() && key.strip().length() < SHORTEST) {
      throw new IllegalArgumentException(
          "BACTRIAN_ADMIN_KEY is shorter than " + SHORTEST + " characters.");
    }
    this.hash = key.isBlank() ? null : sha256(key.strip());
    this.remote = remote;
  }

  /**
   * Lets a request in.
   *
   * @param address where it comes from
   * @param authorization its header, null where there is none
   * @throws ApiException 404 while the door is closed, 403 for other machines, 401 for a wrong key
   */
  public void enter(String address, @Nullable String authorization) {
    if (hash == null) {
      throw new ApiException(
          404,
          "invalid_request_error",
          "unknown_url",
          null,
          "There is no administration here: BACTRIAN_ADMIN_KEY is not set.");
    }
    if (!remote && !isLoopback(address)) {
      throw new ApiException(
          403,
          "permission_error",
          "remote_administration",
          null,
          "Administration is for this machine only, unless BACTRIAN_ADMIN_REMOTE is true.");
    }
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        || !MessageDigest.isEqual(hash, sha256(authorization.substring(SCHEME.length()).strip()))) {
      throw new ApiException(
          401,
          "invalid_request_error",
          "invalid_api_key",
          null,
          "The administrator's key is missing or wrong: 'Authorization: Bearer KEY'.");
    }
  }

  private static boolean isLoopback(String address) {
    try {
      return InetAddress.getByName(address).isLoopbackAddress(); // an address, so nothing is asked
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

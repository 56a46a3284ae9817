package dev.bactrian.key;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The server's key, with which keys are hashed: the one given by the operator; else one in the data
 * folder for the embedded database, and one in the database for the nodes of a PostgreSQL.
 */
final class ServerSecret {
  private static final int LEAST = 16;
  private static final HexFormat HEX = HexFormat.of();

  private ServerSecret() {}

  /**
   * Finds the key, or makes it.
   *
   * @param given the operator's, blank for none
   * @param file where it is kept, null for in the database
   * @throws IllegalStateException when the keys in the database were hashed with another
   */
  static KeyHash find(Connection connection, String given, @Nullable Path file)
      throws SQLException {
    return KeyTable.within(connection, c -> locked(c, given, file));
  }

  private static KeyHash locked(Connection connection, String given, @Nullable Path file)
      throws SQLException {
    // The row is locked first, so that of two nodes that start together one makes the key.
    try (PreparedStatement lock =
        connection.prepareStatement("UPDATE gateway SET changes = changes")) {
      lock.executeUpdate();
    }
    String secret = null;
    String fingerprint = null;
    try (PreparedStatement select =
            connection.prepareStatement("SELECT secret, fingerprint FROM gateway");
        ResultSet row = select.executeQuery()) {
      if (row.next()) {
        secret = row.getString(1);
        fingerprint = row.getString(2);
      }
    }
    boolean inDatabase = given.isBlank() && file == null;
    if (inDatabase && secret == null) {
      secret = random();
    }
    KeyHash hash = new KeyHash(bytes(given, file, secret));
    if (fingerprint == null) {
      store(connection, inDatabase ? secret : null, hash.fingerprint());
    } else if (!KeyHash.areEqual(fingerprint, hash.fingerprint())) {
      throw new IllegalStateException(
          "The stored keys were hashed with another secret: set BACTRIAN_SECRET to what it was"
              + (file == null ? "." : ", or bring back " + file + "."));
    }
    return hash;
  }

  private static byte[] bytes(String given, @Nullable Path file, @Nullable String stored) {
    if (!given.isBlank()) {
      byte[] bytes = given.strip().getBytes(StandardCharsets.UTF_8);
      if (bytes.length < LEAST) {
        throw new IllegalStateException("BACTRIAN_SECRET is shorter than " + LEAST + " bytes.");
      }
      return bytes;
    }
    return HEX.parseHex(file == null ? String.valueOf(stored) : inFile(file));
  }

  private static String inFile(Path file) {
    try {
      if (!Files.exists(file)) {
        Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), "secret", ".tmp");
        if (Files.getFileStore(draft).supportsFileAttributeView("posix")) {
          Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
        }
        Files.writeString(draft, random());
        Files.move(draft, file);
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("The server's key in " + file + " cannot be read", e);
    }
  }

  private static String random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HEX.formatHex(bytes);
  }

  private static void store(Connection connection, @Nullable String secret, String fingerprint)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE gateway SET secret = ?, fingerprint = ?")) {
      update.setString(1, secret);
      update.setString(2, fingerprint);
      update.executeUpdate();
    }
  }
}

package dev.bactrian.key;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The file that keys were kept in before there was a database: each with its SHA-256. */
final class KeyFile {
  private static final int HASH_LENGTH = 32;

  private KeyFile() {}

  /** Takes the keys of a file over, once; then the file has another name. */
  static void takeOver(Connection connection, Path file, KeyHash hash) throws SQLException {
    if (!Files.isRegularFile(file)) {
      return;
    }
    List<StoredKey> keys = read(file, hash);
    KeyTable.within(
        connection,
        c -> {
          for (StoredKey key : keys) {
            if (KeyTable.key(c, key.id()) == null) {
              KeyTable.insert(c, key);
            }
          }
          return keys.size();
        });
    try {
      Path moved = file.resolveSibling(file.getFileName() + ".taken-over");
      Files.move(file, moved, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new IllegalStateException("The file " + file + " cannot be moved", e);
    }
  }

  private static List<StoredKey> read(Path file, KeyHash hash) {
    List<StoredKey> keys = new ArrayList<>();
    try {
      for (JsonNode entry : Json.MAPPER.readTree(file.toFile()).path("keys")) {
        String id = entry.path("id").asText();
        byte[] sha256 = HexFormat.of().parseHex(entry.path("sha256").asText());
        if (sha256.length != HASH_LENGTH || !KeyText.isId(id)) {
          throw new IllegalArgumentException("The key '" + id + "' is not complete.");
        }
        keys.add(
            new StoredKey(
                id,
                entry.path("name").asText(),
                null,
                false,
                null,
                Rules.NONE,
                hash.ofSha256(sha256),
                null,
                null,
                System.currentTimeMillis()));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException("The keys in " + file + " cannot be read", e);
    }
    return keys;
  }
}

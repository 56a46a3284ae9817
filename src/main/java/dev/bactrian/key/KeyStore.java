package dev.bactrian.key;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys of clients. Of a key only the SHA-256 of its text is kept, which is enough for random
 * keys; the hash is what a key is found by, so comparing takes the same time for every wrong key.
 */
public final class KeyStore {
  private static final String PREFIX = "sk-bactrian-";
  private static final HexFormat HEX = HexFormat.of();
  private static final int HASH_LENGTH = 32;

  private record Stored(byte[] hash, ApiKey key) {}

  private final Path file;
  private final Map<String, Stored> byHash = new ConcurrentHashMap<>();

  /**
   * The keys of a data folder.
   *
   * @param data the folder; made when it is not there
   * @param given a key that the operator has chosen, blank for none
   */
  public KeyStore(String data, String given) {
    this.file = Path.of(data, "keys.json");
    if (!given.isBlank()) {
      add(given.strip(), new ApiKey("env", "BACTRIAN_KEY"));
    } else if (Files.isRegularFile(file)) {
      load();
    }
  }

  /** Whether no key can open the door. */
  public boolean isEmpty() {
    return byHash.isEmpty();
  }

  /** Where the hashes are kept. */
  public Path file() {
    return file;
  }

  /**
   * Makes a key and stores its hash.
   *
   * @return the key, which is not to be had again
   */
  public String create(String name) {
    byte[] random = new byte[20];
    new SecureRandom().nextBytes(random);
    String hex = HEX.formatHex(random);
    String id = hex.substring(0, 8);
    String text = PREFIX + id + "-" + hex.substring(8);
    add(text, new ApiKey(id, name));
    save();
    return text;
  }

  /** The key that a client sent, null when it is none of ours. */
  public @Nullable ApiKey find(String text) {
    byte[] hash = hash(text);
    Stored stored = byHash.get(HEX.formatHex(hash));
    return stored != null && MessageDigest.isEqual(stored.hash(), hash) ? stored.key() : null;
  }

  private void add(String text, ApiKey key) {
    byte[] hash = hash(text);
    byHash.put(HEX.formatHex(hash), new Stored(hash, key));
  }

  private void load() {
    try {
      for (JsonNode entry : Json.MAPPER.readTree(file.toFile()).path("keys")) {
        ApiKey key = new ApiKey(entry.path("id").asText(), entry.path("name").asText());
        byte[] hash = HEX.parseHex(entry.path("sha256").asText());
        if (hash.length != HASH_LENGTH) {
          throw new IllegalArgumentException(key + " has no SHA-256.");
        }
        byHash.put(HEX.formatHex(hash), new Stored(hash, key));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException("The keys in " + file + " cannot be read", e);
    }
  }

  private void save() {
    ObjectNode root = Json.MAPPER.createObjectNode();
    var keys = root.putArray("keys");
    byHash.forEach(
        (hash, stored) ->
            keys.addObject()
                .put("id", stored.key().id())
                .put("name", stored.key().name())
                .put("sha256", hash));
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      Path draft = Files.createTempFile(folder, "keys", ".tmp");
      Files.write(draft, Json.MAPPER.writeValueAsBytes(root));
      if (Files.getFileStore(draft).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
      }
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("The keys cannot be stored in " + file, e);
    }
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

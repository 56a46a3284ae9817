package dev.bactrian.key;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bactrian.error.ApiException;
import dev.bactrian.storage.Database;
import dev.bactrian.storage.Lookup;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of clients, as each call asks for them. A key that was asked for before is answered from
 * memory, also while the database is away; what is changed on any node is seen here within a
 * quarter of a second.
 */
public final class Keys implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Keys.class);

  private static final int CACHED = 20_000;
  private static final int CACHED_UNKNOWN = 20_000;
  private static final Duration UNKNOWN = Duration.ofSeconds(5);
  private static final long POLL_MILLIS = 250;
  private static final int NETWORK_MILLIS = 1_000;

  private final Database database;
  private final Path data;
  private final byte @Nullable [] givenHash;
  private final ApiKey givenKey = new ApiKey("env", "BACTRIAN_KEY");
  private final String secret;
  private final SharedLimits shared;
  private final Cache<String, KnownKey> known = Caffeine.newBuilder().maximumSize(CACHED).build();
  private final Cache<String, Boolean> unknown =
      Caffeine.newBuilder().maximumSize(CACHED_UNKNOWN).expireAfterWrite(UNKNOWN).build();
  private final Lookup<String, KnownKey> lookup;
  private final AtomicLong generation = new AtomicLong();
  private final ScheduledExecutorService poller =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "keys");
            thread.setDaemon(true);
            return thread;
          });
  private volatile @Nullable KeyHash hash;
  private long seen;
  private boolean away;

  /**
   * The keys in a database.
   *
   * @param data the data folder
   * @param given a key that the operator has chosen, blank for none: it is valid without a database
   *     and has no limits
   * @param secret the server's key for hashing, blank for one that is made and kept
   * @param waitMillis how long a call may wait for the database
   * @param shared told of changes, too
   */
  public Keys(
      Database database,
      String data,
      String given,
      String secret,
      long waitMillis,
      SharedLimits shared) {
    this.database = database;
    this.data = Path.of(data);
    this.givenHash = given.isBlank() ? null : KeyHash.sha256(given.strip());
    this.secret = secret;
    this.shared = shared;
    this.lookup =
        new Lookup<>("keys", database.patience(waitMillis), Keys::unavailable, this::load);
  }

  /** Makes ready what the look-ups need; called when the database is open or known to be away. */
  public void open() {
    try (Connection connection = database.getConnection()) {
      prepare(connection);
      read(connection, "0"); // the first time takes longest, and calls may not wait
    } catch (SQLException e) {
      LOG.warn("Only keys known without the database are valid until it is there");
    }
    if (!database.isEmbedded()) {
      poller.scheduleWithFixedDelay(this::poll, 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void prepare(Connection connection) throws SQLException {
    Path file = database.isEmbedded() ? data.resolve("secret") : null;
    KeyHash found = ServerSecret.find(connection, secret, file);
    KeyFile.takeOver(connection, data.resolve("keys.json"), found);
    seen = KeyTable.changes(connection);
    shared.refresh(connection);
    hash = found;
  }

  /**
   * The key that a client sent, null when it is none of ours.
   *
   * @throws ApiException 401 for one that is not valid any more, 503 when it cannot be checked now
   */
  public @Nullable ApiKey find(String text) {
    byte[] sha256 = KeyHash.sha256(text);
    if (givenHash != null && MessageDigest.isEqual(givenHash, sha256)) {
      return givenKey;
    }
    KeyText key = KeyText.read(text);
    if (key == null) {
      return null;
    }
    KnownKey found = known.getIfPresent(key.id());
    if (found == null) {
      if (unknown.getIfPresent(key.id()) != null) {
        return null;
      }
      found = lookup.find(key.id());
    }
    KeyHash hashing = hash;
    if (hashing == null) {
      throw unavailable();
    }
    long now = System.currentTimeMillis();
    if (found == null || !found.opensWith(sha256, hashing, now)) {
      return null;
    }
    return valid(found, now);
  }

  private static ApiKey valid(KnownKey found, long now) {
    Owner owner = found.key().owner();
    if (found.stored().disabled() || (owner != null && owner.disabled())) {
      throw invalid("This API key has been disabled.");
    }
    Long expires = found.stored().expires();
    if (expires != null && expires <= now) {
      throw invalid("This API key has expired.");
    }
    return found.key();
  }

  private static ApiException invalid(String message) {
    return new ApiException(401, "invalid_request_error", "invalid_api_key", null, message);
  }

  private Map<String, KnownKey> load(List<String> ids) throws SQLException {
    Map<String, KnownKey> found = new HashMap<>();
    for (String id : ids) {
      KnownKey key = load(id);
      if (key != null) {
        found.put(id, key);
      }
    }
    return found;
  }

  private @Nullable KnownKey load(String id) throws SQLException {
    long before = generation.get();
    KnownKey found;
    try (Connection connection = connection()) {
      found = read(connection, id);
    }
    if (found == null) {
      unknown.put(id, Boolean.TRUE);
    } else {
      known.put(id, found);
    }
    if (generation.get() != before) {
      // Changes were looked at between reading and storing it: it may be one of them.
      known.invalidate(id);
      unknown.invalidate(id);
      return load(id);
    }
    return found;
  }

  private Connection connection() throws SQLException {
    Connection connection = database.getConnection();
    if (!database.isEmbedded()) {
      connection.setNetworkTimeout(Runnable::run, NETWORK_MILLIS);
    }
    return connection;
  }

  private static @Nullable KnownKey read(Connection connection, String id) throws SQLException {
    StoredKey stored = KeyTable.key(connection, id);
    if (stored == null) {
      return null;
    }
    Owner owner = stored.owner() == null ? null : KeyTable.owner(connection, stored.owner());
    return new KnownKey(
        stored, new ApiKey(id, stored.name(), owner, stored.rules(), stored.expires()));
  }

  private void poll() {
    try (Connection connection = connection()) {
      if (hash == null) {
        prepare(connection);
      }
      long now = KeyTable.changes(connection);
      if (now != seen) {
        refresh(
            connection,
            KeyTable.changedSince(connection, "client_keys", seen),
            KeyTable.changedSince(connection, "owners", seen));
        seen = now;
      }
      if (away) {
        LOG.info("Keys can be looked up again");
        away = false;
      }
    } catch (SQLException e) {
      if (!away) {
        LOG.warn("Keys cannot be looked up; those that are known stay valid");
        away = true;
      }
    } catch (RuntimeException e) {
      LOG.error("Keys cannot be refreshed", e);
    }
  }

  /** Reads again what was changed, as far as it is in memory. */
  void refresh(Connection connection, List<String> keys, List<String> owners) throws SQLException {
    generation.incrementAndGet();
    shared.refresh(connection);
    unknown.invalidateAll(keys);
    for (String id : keys) {
      if (known.getIfPresent(id) != null) {
        reload(connection, id);
      }
    }
    if (!owners.isEmpty()) {
      for (KnownKey one : List.copyOf(known.asMap().values())) {
        String owner = one.stored().owner();
        if (owner != null && owners.contains(owner)) {
          reload(connection, one.stored().id());
        }
      }
    }
  }

  private void reload(Connection connection, String id) throws SQLException {
    KnownKey now = read(connection, id);
    if (now == null) {
      known.invalidate(id);
    } else {
      known.put(id, now);
    }
  }

  private static ApiException unavailable() {
    return new ApiException(
            503,
            "service_unavailable_error",
            "keys_unavailable",
            null,
            "The API key cannot be checked now; try again.")
        .retryAfter(1000);
  }

  /** The hash of keys, for those who make them. */
  KeyHash hash() {
    KeyHash hashing = hash;
    if (hashing == null) {
      throw unavailable();
    }
    return hashing;
  }

  /** Whether the operator has chosen a key. */
  public boolean hasGiven() {
    return givenHash != null;
  }

  @Override
  public void close() {
    poller.shutdownNow();
    lookup.close();
  }
}

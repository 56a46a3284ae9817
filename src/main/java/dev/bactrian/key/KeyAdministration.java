package dev.bactrian.key;

import dev.bactrian.error.ApiException;
import dev.bactrian.storage.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, changes and deletes keys and owners. */
public final class KeyAdministration {
  private static final Logger LOG = LoggerFactory.getLogger(KeyAdministration.class);

  private static final String DUPLICATE = "23505";
  private static final String KEYS = "client_keys";
  private static final String OWNERS = "owners";

  private final Database database;
  private final Keys keys;
  private final long freeTokens;
  private final List<Consumer<String>> budgets = new CopyOnWriteArrayList<>();

  /**
   * The administration of a database.
   *
   * @param keys to be told of changes
   * @param freeTokens the tokens that a new key may use in all where nothing else is said, 0 for
   *     any number
   */
  public KeyAdministration(Database database, Keys keys, long freeTokens) {
    this.database = database;
    this.keys = keys;
    this.freeTokens = freeTokens;
  }

  /**
   * A key and its text, which is not to be had again.
   *
   * @param text what clients send
   */
  public record WithText(StoredKey key, String text) {
    @Override
    public String toString() {
      return key.toString();
    }
  }

  /**
   * Makes a key when there is none, for a first start.
   *
   * @return null when there are keys, or when that cannot be told now
   */
  public @Nullable String first() {
    try {
      return work(connection -> KeyTable.within(connection, this::insertFirst)).orElse(null);
    } catch (ApiException e) {
      return null;
    }
  }

  private Optional<String> insertFirst(Connection connection) throws SQLException {
    KeyTable.change(connection); // of two nodes that start together, one makes it
    return KeyTable.isEmpty(connection)
        ? Optional.of(insert(connection, "first", null, null, Rules.NONE))
        : Optional.empty();
  }

  private String insert(
      Connection connection,
      String name,
      @Nullable String owner,
      @Nullable Long expires,
      Rules rules)
      throws SQLException {
    KeyText text = KeyText.random();
    KeyTable.insert(
        connection,
        new StoredKey(
            text.id(),
            name,
            owner,
            false,
            expires,
            rules,
            keys.hash().of(text.text()),
            null,
            null,
            System.currentTimeMillis()));
    return text.text();
  }

  /**
   * Makes a key.
   *
   * @param owner the id of its owner, null for nobody
   * @param expires milliseconds since 1970, null for never
   */
  public WithText create(String name, @Nullable String owner, @Nullable Long expires, Rules rules) {
    return changed(
        c -> {
          requireOwner(c, owner);
          String text = insert(c, name, owner, expires, rules.withAllowance(freeTokens));
          return new WithText(require(KeyTable.key(c, KeyText.idOf(text))), text);
        },
        made -> List.of(made.key().id()),
        made -> List.of());
  }

  /** A key; 404 where there is none. */
  public StoredKey key(String id) {
    return work(c -> require(KeyTable.key(c, id)));
  }

  /** Some keys in the order of their ids; see {@link KeyTable#keys}. */
  public List<StoredKey> keys(@Nullable String owner, String after, int most) {
    return work(c -> KeyTable.keys(c, owner, after, most));
  }

  /** Changes a key. */
  public StoredKey change(String id, UnaryOperator<StoredKey> change) {
    return changed(
        c -> {
          KeyTable.change(c); // others wait, so that no change is lost between reading and writing
          StoredKey before = require(KeyTable.key(c, id));
          StoredKey now = change.apply(before);
          requireOwner(c, now.owner());
          KeyTable.update(c, now);
          return tell(now, Bound.key(id), before.rules(), now.rules());
        },
        now -> List.of(id),
        now -> List.of());
  }

  /**
   * Gives a key another secret.
   *
   * @param graceMillis how long the one it has now stays valid, too
   */
  public WithText rotate(String id, long graceMillis) {
    KeyText text = KeyText.random(id);
    String hash = keys.hash().of(text.text());
    long until = System.currentTimeMillis() + graceMillis;
    return new WithText(change(id, key -> key.rotated(hash, until)), text.text());
  }

  /** Deletes a key; 404 where there is none. */
  public void delete(String id) {
    changed(
        c -> {
          if (!KeyTable.delete(c, KEYS, id)) {
            throw missing();
          }
          return id;
        },
        List::of,
        deleted -> List.of());
  }

  /** Makes an owner; 409 when there is one of that id, or was. */
  public Owner create(Owner owner) {
    if (!KeyText.isId(owner.id())) {
      throw ApiException.badRequest(
          "invalid_value", "id", "An owner's id is made of 1 to 32 lower-case letters and digits.");
    }
    return changed(
        c -> {
          KeyTable.insert(c, owner);
          return owner;
        },
        made -> List.of(),
        made -> List.of());
  }

  /** An owner; 404 where there is none. */
  public Owner owner(String id) {
    return work(c -> require(KeyTable.owner(c, id)));
  }

  /** Some owners in the order of their ids. */
  public List<Owner> owners(String after, int most) {
    return work(c -> KeyTable.owners(c, after, most));
  }

  /** Changes an owner. */
  public Owner changeOwner(String id, UnaryOperator<Owner> change) {
    return changed(
        c -> {
          KeyTable.change(c);
          Owner before = require(KeyTable.owner(c, id));
          Owner now = change.apply(before);
          KeyTable.update(c, now);
          return tell(now, Bound.owner(id), before.rules(), now.rules());
        },
        now -> List.of(),
        now -> List.of(id));
  }

  /** Tells of a budget before it holds anywhere: until then nobody counted what is spent of it. */
  private <T> T tell(T changed, String subject, Rules before, Rules now) {
    if (before.budget().isNone() && !now.budget().isNone()) {
      budgets.forEach(listener -> listener.accept(subject));
    }
    return changed;
  }

  /** Tells someone of each {@link Bound#subject} that has a budget for the first time. */
  public void onBudget(Consumer<String> listener) {
    budgets.add(listener);
  }

  /** Deletes an owner; 404 where there is none, 409 while it has keys. */
  public void deleteOwner(String id) {
    changed(
        c -> {
          if (!KeyTable.keys(c, id, "", 1).isEmpty()) {
            throw new ApiException(409, "conflict", "owner_has_keys", null, "The owner has keys.");
          }
          if (!KeyTable.delete(c, OWNERS, id)) {
            throw missing();
          }
          return id;
        },
        deleted -> List.of(),
        List::of);
  }

  /**
   * Stores limits of models for all keys together.
   *
   * @param limits null for those of the settings
   */
  public void share(@Nullable List<Rules.ModelLimits> limits) {
    String text = limits == null ? null : Rules.json(limits).toString();
    changed(
        c -> {
          KeyTable.modelLimits(c, text);
          return true;
        },
        done -> List.of(),
        done -> List.of());
  }

  private <T> T changed(
      KeyTable.Work<T> work,
      Function<T, List<String>> changedKeys,
      Function<T, List<String>> changedOwners) {
    return work(
        connection -> {
          T done = KeyTable.within(connection, work);
          connection.setAutoCommit(true);
          keys.refresh(connection, changedKeys.apply(done), changedOwners.apply(done));
          return done;
        });
  }

  private <T> T work(KeyTable.Work<T> work) {
    try (Connection connection = database.getConnection()) {
      return work.in(connection);
    } catch (SQLException e) {
      if (DUPLICATE.equals(e.getSQLState())) {
        throw new ApiException(409, "conflict", "already_exists", "id", "It exists already.");
      }
      LOG.warn("The database refused a change of keys: {}", e.getSQLState());
      throw new ApiException(
              503,
              "service_unavailable_error",
              "database_unavailable",
              null,
              "The database cannot be used now; try again.")
          .retryAfter(1000);
    }
  }

  private static void requireOwner(Connection connection, @Nullable String owner)
      throws SQLException {
    if (owner != null && KeyTable.owner(connection, owner) == null) {
      throw ApiException.badRequest("invalid_value", "owner", "There is no such owner.");
    }
  }

  private static <T> T require(@Nullable T found) {
    if (found == null) {
      throw missing();
    }
    return found;
  }

  private static ApiException missing() {
    return new ApiException(
        404, "invalid_request_error", "not_found", null, "There is none of that id.");
  }
}

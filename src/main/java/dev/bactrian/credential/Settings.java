package dev.bactrian.credential;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a credential is made of: properties of a kamelet by their names, which may hold any
 * character. What is taken as a secret is remembered, so that it can be taken out of what a
 * provider says.
 */
public final class Settings {
  private final Map<String, String> values = new TreeMap<>();
  private final Set<String> secrets = new LinkedHashSet<>();

  /**
   * Settings.
   *
   * @param values all that may be asked for; what is not set is empty
   */
  public Settings(Map<String, String> values) {
    values.forEach((name, value) -> this.values.put(name, value.strip()));
  }

  /**
   * A value that is not secret, empty where it is not set.
   *
   * @throws IllegalArgumentException when it is not among those that may be asked for
   */
  public String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "The credential needs the property '" + name + "' and is only given " + this + ".");
    }
    return value;
  }

  /**
   * A secret, empty where it is not set.
   *
   * @throws IllegalArgumentException when it is not among those that may be asked for
   */
  public String secret(String name) {
    return concealed(text(name));
  }

  /**
   * An id and its secret, in two properties or in a third one as {@code ID:SECRET}.
   *
   * @param separators what may stand between the two
   */
  KeyPair pair(String id, String secret, String both, String separators) {
    return text(id).isEmpty() || secret(secret).isEmpty()
        ? split(both, separators)
        : new KeyPair(text(id), secret(secret));
  }

  /** An id and its secret in one property, split at the first of those characters. */
  KeyPair split(String both, String separators) {
    KeyPair pair = KeyPair.split(secret(both), separators);
    concealed(pair.secret());
    return pair;
  }

  private String concealed(String value) {
    if (!value.isEmpty()) {
      secrets.add(value);
    }
    return value;
  }

  /** The secrets that were asked for. */
  public List<String> secrets() {
    return List.copyOf(secrets);
  }

  /** The names alone. */
  @Override
  public String toString() {
    return values.keySet().toString();
  }
}

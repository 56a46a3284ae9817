package dev.bactrian.provider;

import dev.bactrian.catalogue.Places;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads {@code catalogue/pools.yaml} of the configuration folder: for each provider a list of
 * members, or a map with {@code members} and what holds for the pool. In a value, {@code ${NAME}}
 * stands for an environment variable and {@code ${file:/path}} for a file's text.
 */
final class PoolFile {
  private static final String FILE = "catalogue/pools.yaml";
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]*)}");
  private static final String FILE_REFERENCE = "file:";
  private static final Set<String> POOL_WORDS = Set.of("members", "sticky", "wait", "queue");

  /**
   * A member as it is written.
   *
   * @param place where it stands, for messages
   * @param words what is said of it; values of parameters are resolved
   */
  record Entry(String place, Map<String, Object> words) {
    /** A failure that says where. */
    IllegalArgumentException wrong(String what) {
      return new IllegalArgumentException(place + ": " + what);
    }
  }

  /**
   * A pool as it is written.
   *
   * @param place where it stands, for messages
   * @param words what is said of it beside its members
   * @param entries its members
   */
  record Written(String place, Map<String, Object> words, List<Entry> entries) {
    /** A whole number of the pool, null where it is not given. */
    @Nullable Long number(String name, long most) {
      Object value = words.get(name);
      if (value == null) {
        return null;
      }
      if (value instanceof Integer number && number >= 0 && number <= most) {
        return number.longValue();
      }
      throw new IllegalArgumentException(
          place + ": " + name + ": '" + value + "' is not a whole number up to " + most + ".");
    }

    /** A yes or no of the pool, null where it is not given. */
    @Nullable Boolean flag(String name) {
      Object value = words.get(name);
      if (value == null || value instanceof Boolean) {
        return (Boolean) value;
      }
      throw new IllegalArgumentException(
          place + ": " + name + ": '" + value + "' is neither true nor false.");
    }
  }

  private final Map<String, String> environment;
  private final Places places = new Places();

  private PoolFile(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * The pools by provider, none where there is no such file.
   *
   * @throws IllegalArgumentException with file and entry, when it cannot be read
   */
  static Map<String, Written> read(@Nullable Path folder, Map<String, String> environment) {
    Path file = folder == null ? null : folder.resolve(FILE);
    if (file == null || !Files.isRegularFile(file)) {
      return Map.of();
    }
    try {
      String yaml = Files.readString(file);
      LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
      Object root = new Load(settings).loadFromString(yaml);
      PoolFile reader = new PoolFile(environment);
      reader.places.note(file.toString(), file.toString(), yaml);
      return reader.pools(file.toString(), root);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  private Map<String, Written> pools(String file, @Nullable Object root) {
    Map<String, Written> pools = new LinkedHashMap<>();
    map(file, root == null ? Map.of() : root)
        .forEach((provider, pool) -> pools.put(provider, pool(file, provider, pool)));
    return pools;
  }

  private Written pool(String file, String provider, @Nullable Object value) {
    String place = places.of(file, provider);
    Map<String, Object> words =
        value instanceof List<?> ? Map.of("members", value) : map(place, value);
    for (String word : words.keySet()) {
      if (!POOL_WORDS.contains(word)) {
        throw new IllegalArgumentException(
            place + ": '" + word + "' is unknown; a pool has members, sticky, wait and queue.");
      }
    }
    if (!(words.get("members") instanceof List<?> members) || members.isEmpty()) {
      throw new IllegalArgumentException(place + ": a list of members is needed.");
    }
    List<Entry> entries = new java.util.ArrayList<>();
    for (Object member : members) {
      String number = "[" + (entries.size() + 1) + "]";
      String named =
          value instanceof List<?>
              ? places.of(file, provider + number)
              : places.of(file, provider, "members" + number);
      Map<String, Object> said = map(named, member);
      said.replaceAll((name, text) -> resolved(named + ": " + name, text));
      entries.add(new Entry(named, said));
    }
    return new Written(place, words, entries);
  }

  private Object resolved(String place, @Nullable Object value) {
    if (value instanceof List || value instanceof Map || value == null) {
      throw new IllegalArgumentException(place + ": a value is needed.");
    }
    if (!(value instanceof String text)) {
      return value;
    }
    Matcher reference = REFERENCE.matcher(text);
    StringBuilder all = new StringBuilder();
    while (reference.find()) {
      reference.appendReplacement(
          all, Matcher.quoteReplacement(referred(place, reference.group(1).strip())));
    }
    return reference.appendTail(all).toString();
  }

  private String referred(String place, String name) {
    if (name.startsWith(FILE_REFERENCE)) {
      String file = name.substring(FILE_REFERENCE.length());
      try {
        return Files.readString(Path.of(file)).strip();
      } catch (IOException e) {
        throw new IllegalArgumentException(place + ": the file " + file + " cannot be read.", e);
      }
    }
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(
          place + ": the environment variable " + name + " is not set.");
    }
    return value.strip();
  }

  private static Map<String, Object> map(String place, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(place + ": name: value is needed.");
    }
    Map<String, Object> words = new LinkedHashMap<>();
    map.forEach((name, member) -> words.put(String.valueOf(name), member));
    return words;
  }
}

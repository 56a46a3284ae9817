package dev.bactrian.provider;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A provider's kamelet as far as configuration needs it.
 *
 * @param provider the provider's id
 * @param properties the names of its properties and their defaults
 * @param required the properties that must have a value: one of these sets, all of it
 * @param environment variables beside the usual ones, and the property that each one sets
 * @param credentials the properties that prove who calls
 */
record KameletFile(
    String provider,
    Map<String, @Nullable String> properties,
    List<List<String>> required,
    Map<String, String> environment,
    Set<String> credentials) {
  /** Sets of properties of which one is needed: {@code "apiKey | accessKey secretKey"}. */
  private static final String CREDENTIALS = "bactrian.dev/credentials";

  /** Other variables: {@code "GEMINI_API_KEY=apiKey GOOGLE_API_KEY=apiKey"}. */
  private static final String ENVIRONMENT = "bactrian.dev/environment";

  /** What a property that is a secret has as its format. */
  private static final String SECRET = "password";

  /** The kamelet's name, which is also its file's. */
  static String name(String provider) {
    return provider + "-chat-action";
  }

  /** The kamelet of a provider from the configuration folder or the built-in ones, null if none. */
  static @Nullable KameletFile find(@Nullable Path folder, String provider) {
    String file = "kamelets/" + name(provider) + ".kamelet.yaml";
    Path own = folder == null ? null : folder.resolve(file);
    try (InputStream in =
        own != null && Files.isRegularFile(own)
            ? Files.newInputStream(own)
            : KameletFile.class.getResourceAsStream("/" + file)) {
      return in == null ? null : read(provider, in, own == null ? file : own.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  private static KameletFile read(String provider, InputStream in, String label) {
    Object root = new Load(LoadSettings.builder().setLabel(label).build()).loadFromInputStream(in);
    Map<?, ?> definition = at(at(root, "spec"), "definition");
    Map<?, ?> annotations = at(at(root, "metadata"), "annotations");
    Set<String> credentials = new LinkedHashSet<>();
    if (annotations.get(CREDENTIALS) != null) {
      credentials.addAll(words(annotations.get(CREDENTIALS).toString().replace('|', ' ')));
    }
    Map<String, @Nullable String> properties = new LinkedHashMap<>();
    at(definition, "properties")
        .forEach(
            (name, property) -> {
              Map<?, ?> map = property instanceof Map<?, ?> known ? known : Map.of();
              Object value = map.get("default");
              properties.put(name.toString(), value == null ? null : value.toString());
              if (SECRET.equals(map.get("format"))) {
                credentials.add(name.toString());
              }
            });
    return new KameletFile(
        provider,
        properties,
        required(definition, annotations.get(CREDENTIALS)),
        environment(annotations.get(ENVIRONMENT)),
        credentials);
  }

  private static List<List<String>> required(Map<?, ?> definition, @Nullable Object credentials) {
    List<String> always =
        definition.get("required") instanceof List<?> list
            ? list.stream().map(String::valueOf).toList()
            : List.of();
    if (credentials == null) {
      return List.of(always);
    }
    return Arrays.stream(credentials.toString().split("\\|"))
        .map(set -> Stream.concat(words(set).stream(), always.stream()).toList())
        .toList();
  }

  private static Map<String, String> environment(@Nullable Object pairs) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String pair : words(pairs == null ? "" : pairs.toString())) {
      int equals = pair.indexOf('=');
      environment.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return environment;
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
  }

  /**
   * What has to be set before it can call, in words; empty when all is there.
   *
   * @param isSet whether a property has a value
   * @param named what a property is called
   */
  String missing(Predicate<String> isSet, UnaryOperator<String> named) {
    List<String> ways = new ArrayList<>();
    for (List<String> set : required) {
      List<String> without = set.stream().filter(isSet.negate()).map(named).sorted().toList();
      if (without.isEmpty()) {
        return "";
      }
      ways.add(String.join(" and ", without));
    }
    return String.join(", or ", ways);
  }

  private static Map<?, ?> at(@Nullable Object node, String member) {
    return node instanceof Map<?, ?> map && map.get(member) instanceof Map<?, ?> inner
        ? inner
        : Map.of();
  }
}

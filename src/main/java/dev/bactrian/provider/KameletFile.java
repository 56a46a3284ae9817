package dev.bactrian.provider;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A provider's kamelet as far as configuration needs it.
 *
 * @param provider the provider's id
 * @param properties the names of its properties and their defaults
 * @param required the properties that must have a value
 */
record KameletFile(
    String provider, Map<String, @Nullable String> properties, List<String> required) {

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
      return in == null ? null : read(provider, in);
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  private static KameletFile read(String provider, InputStream in) {
    Object root =
        new Load(LoadSettings.builder().setLabel(provider).build()).loadFromInputStream(in);
    Map<?, ?> definition = at(at(root, "spec"), "definition");
    Map<String, @Nullable String> properties = new LinkedHashMap<>();
    at(definition, "properties")
        .forEach(
            (name, property) -> {
              Object value = property instanceof Map<?, ?> map ? map.get("default") : null;
              properties.put(name.toString(), value == null ? null : value.toString());
            });
    List<String> required =
        definition.get("required") instanceof List<?> list
            ? list.stream().map(String::valueOf).toList()
            : List.of();
    return new KameletFile(provider, properties, required);
  }

  private static Map<?, ?> at(@Nullable Object node, String member) {
    return node instanceof Map<?, ?> map && map.get(member) instanceof Map<?, ?> inner
        ? inner
        : Map.of();
  }
}

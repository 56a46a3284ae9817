package dev.bactrian.catalogue;

import dev.bactrian.catalogue.Model.Price;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads {@code catalogue/models.yaml} and {@code catalogue/routing.yaml}: the built-in ones, and
 * over them, entry by entry, those of the configuration folder.
 */
public final class CatalogueReader {
  private final @Nullable Path folder;

  /**
   * A reader.
   *
   * @param config the configuration folder, blank for none
   */
  public CatalogueReader(String config) {
    this.folder = config.isBlank() ? null : Path.of(config, "catalogue");
  }

  /**
   * Reads the files as they are now.
   *
   * @throws IllegalArgumentException with file and entry, when one cannot be read
   */
  public Catalogue read() {
    Map<String, Model> models = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : merged("models.yaml").entrySet()) {
      models.put(entry.getKey(), model(entry.getKey(), section(entry.getValue(), entry.getKey())));
    }
    Map<String, Object> routing = merged("routing.yaml");
    Map<String, String> aliases = new LinkedHashMap<>();
    section(routing.get("aliases"), "aliases").forEach((k, v) -> aliases.put(k, String.valueOf(v)));
    Map<String, List<String>> chains = new LinkedHashMap<>();
    section(routing.get("chains"), "chains").forEach((k, v) -> chains.put(k, strings(v, k)));
    return new Catalogue(models, aliases, chains);
  }

  private Map<String, Object> merged(String file) {
    Map<String, Object> all = new LinkedHashMap<>();
    InputStream builtIn = CatalogueReader.class.getResourceAsStream("/catalogue/" + file);
    if (builtIn != null) {
      all.putAll(load(builtIn, file));
    }
    Path own = folder == null ? null : folder.resolve(file);
    if (own != null && Files.isRegularFile(own)) {
      try (InputStream in = Files.newInputStream(own)) {
        load(in, own.toString()).forEach((name, value) -> all.merge(name, value, this::over));
      } catch (IOException e) {
        throw new UncheckedIOException(own.toString(), e);
      }
    }
    return all;
  }

  /** What the folder says of an entry goes over what is built in, member by member. */
  private Object over(Object before, Object after) {
    if (before instanceof Map<?, ?> a && after instanceof Map<?, ?> b) {
      Map<Object, Object> both = new LinkedHashMap<>(a);
      both.putAll(b);
      return both;
    }
    return after;
  }

  private static Map<String, Object> load(InputStream in, String file) {
    try (in) {
      Load yaml =
          new Load(LoadSettings.builder().setLabel(file).setCodePointLimit(1 << 26).build());
      return section(yaml.loadFromInputStream(in), file);
    } catch (YamlEngineException | IOException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static Model model(String id, Map<String, Object> entry) {
    int slash = id.indexOf('/');
    if (slash < 1) {
      throw new IllegalArgumentException("models.yaml: '" + id + "' is not provider/model.");
    }
    Object upstream = entry.get("upstream");
    return new Model(
        id,
        id.substring(0, slash),
        upstream == null ? id.substring(slash + 1) : upstream.toString(),
        tokens(entry.get("context"), id),
        tokens(entry.get("output"), id),
        strings(entry.getOrDefault("input", List.of("text")), id),
        new LinkedHashSet<>(strings(entry.getOrDefault("abilities", List.of()), id)),
        price(entry.get("price"), id),
        String.valueOf(entry.getOrDefault("status", "active")));
  }

  private static @Nullable Price price(@Nullable Object value, String id) {
    if (value == null) {
      return null;
    }
    Map<String, Object> price = section(value, id);
    return new Price(
        String.valueOf(price.getOrDefault("currency", "USD")),
        nanos(price.get("input"), id),
        nanos(price.get("output"), id),
        nanos(price.get("cached"), id),
        nanos(price.get("cache_write"), id));
  }

  private static @Nullable Long nanos(@Nullable Object amount, String id) {
    if (amount == null) {
      return null;
    }
    try {
      BigDecimal nanos = new BigDecimal(amount.toString()).movePointRight(9);
      return nanos.setScale(0, RoundingMode.UNNECESSARY).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "models.yaml: " + id + ": '" + amount + "' is not a price.", e);
    }
  }

  private static @Nullable Long tokens(@Nullable Object value, String id) {
    if (value == null) {
      return null;
    }
    if (value instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalArgumentException(
        "models.yaml: " + id + ": '" + value + "' is not a number of tokens.");
  }

  private static List<String> strings(@Nullable Object value, String place) {
    if (value instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    throw new IllegalArgumentException("catalogue: " + place + ": a list is needed.");
  }

  private static Map<String, Object> section(@Nullable Object value, String place) {
    Map<String, Object> section = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, member) -> section.put(String.valueOf(name), member));
    } else if (value != null) {
      throw new IllegalArgumentException("catalogue: " + place + ": name: value is needed.");
    }
    return section;
  }
}

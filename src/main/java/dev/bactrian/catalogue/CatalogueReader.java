package dev.bactrian.catalogue;

import dev.bactrian.catalogue.Routing.Speed;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads {@code catalogue/models.yaml} and {@code catalogue/routing.yaml}: the built-in ones, and
 * over them, entry by entry, those of the configuration folder.
 */
public final class CatalogueReader {
  private static final String MODELS = "models.yaml";
  private static final String ROUTING = "routing.yaml";

  private final @Nullable Path folder;
  private static final Set<String> MEMBERS =
      Set.of(
          "upstream",
          "context",
          "output",
          "input",
          "abilities",
          "price",
          "status",
          "api",
          "source");
  private static final Set<String> PARTS =
      Set.of("aliases", "chains", "tasks", "quality", "speeds", "prefill", "currencies");

  private final Places places = new Places();

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
    merged(MODELS).forEach((id, entry) -> models.put(id, model(id, entry)));
    return new Catalogue(models, routing(merged(ROUTING)));
  }

  /** Refuses what nobody reads: a slip of the pen must not pass for a setting. */
  private static void known(String name, Set<String> all, String place) {
    if (!all.contains(name)) {
      throw new IllegalArgumentException(
          place + ": '" + name + "' is unknown; known are " + new TreeSet<>(all) + ".");
    }
  }

  private Routing routing(Map<String, Object> routing) {
    routing.keySet().forEach(name -> known(name, PARTS, place(ROUTING, name)));
    Map<String, String> aliases = new LinkedHashMap<>();
    part(routing, "aliases").forEach((name, of) -> aliases.put(name, String.valueOf(of)));
    Map<String, Speed> speeds = new LinkedHashMap<>();
    part(routing, "speeds").forEach((model, speed) -> speeds.put(model, speed(model, speed)));
    Map<String, Double> currencies = new LinkedHashMap<>();
    part(routing, "currencies")
        .forEach(
            (name, dollars) ->
                currencies.put(name, number(dollars, place(ROUTING, "currencies", name))));
    Map<String, Prefill> prefills = new LinkedHashMap<>();
    part(routing, "prefill").forEach((model, how) -> prefills.put(model, prefill(model, how)));
    Object quality = routing.get("quality");
    return new Routing(
        Map.copyOf(aliases),
        lists(routing, "chains"),
        lists(routing, "tasks"),
        quality == null ? List.of() : strings(quality, place(ROUTING, "quality")),
        Map.copyOf(speeds),
        Map.copyOf(prefills),
        Map.copyOf(currencies));
  }

  private Map<String, Object> part(Map<String, Object> routing, String name) {
    return section(routing.get(name), place(ROUTING, name));
  }

  private Map<String, List<String>> lists(Map<String, Object> routing, String name) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    part(routing, name)
        .forEach((key, names) -> lists.put(key, strings(names, place(ROUTING, name, key))));
    return Map.copyOf(lists);
  }

  private Speed speed(String model, @Nullable Object value) {
    String place = place(ROUTING, "speeds", model);
    Map<String, Object> speed = section(value, place);
    double firstToken = number(speed.get("first_token_ms"), place + ": first_token_ms");
    double rate = number(speed.get("tokens_per_second"), place + ": tokens_per_second");
    return new Speed(firstToken, rate);
  }

  private Prefill prefill(String model, @Nullable Object value) {
    String place = place(ROUTING, "prefill", model);
    Map<String, Object> how = section(value, place);
    return new Prefill(
        Json.MAPPER.valueToTree(section(how.get("message"), place + ": message")),
        Json.MAPPER.valueToTree(section(how.get("request"), place + ": request")));
  }

  private static double number(@Nullable Object value, String place) {
    if (value instanceof Number number && number.doubleValue() > 0) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException(place + ": '" + value + "' is not a number above 0.");
  }

  private Map<String, Object> merged(String file) {
    Map<String, Object> all = new LinkedHashMap<>();
    try (InputStream in = CatalogueReader.class.getResourceAsStream("/catalogue/" + file)) {
      if (in != null) {
        all.putAll(load(new String(in.readAllBytes(), StandardCharsets.UTF_8), file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
    Path own = folder == null ? null : folder.resolve(file);
    if (own != null && Files.isRegularFile(own)) {
      try {
        String yaml = Files.readString(own);
        load(yaml, own.toString())
            .forEach(
                (name, value) -> all.merge(name, value == null ? Map.of() : value, this::over));
        places.note(file, own.toString(), yaml);
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

  private static Map<String, Object> load(String text, String file) {
    try {
      Load yaml =
          new Load(LoadSettings.builder().setLabel(file).setCodePointLimit(1 << 26).build());
      return section(yaml.loadFromString(text), file);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private String place(String file, String... entry) {
    return places.of(file, entry);
  }

  private Model model(String id, Object value) {
    int slash = id.indexOf('/');
    String place = place(MODELS, id);
    if (slash < 1) {
      throw new IllegalArgumentException(place + " is not provider/model.");
    }
    Map<String, Object> entry = section(value, place);
    entry.keySet().forEach(name -> known(name, MEMBERS, place(MODELS, id, name)));
    Object upstream = entry.get("upstream");
    return new Model(
        id,
        id.substring(0, slash),
        upstream == null ? id.substring(slash + 1) : upstream.toString(),
        tokens(entry.get("context"), place),
        tokens(entry.get("output"), place),
        strings(entry.getOrDefault("input", List.of("text")), place),
        new LinkedHashSet<>(strings(entry.getOrDefault("abilities", List.of()), place)),
        PriceReader.read(entry.get("price"), place),
        String.valueOf(entry.getOrDefault("status", "active")));
  }

  private static @Nullable Long tokens(@Nullable Object value, String place) {
    if (value == null) {
      return null;
    }
    if (value instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalArgumentException(place + ": '" + value + "' is not a number of tokens.");
  }

  private static List<String> strings(@Nullable Object value, String place) {
    if (value instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    throw new IllegalArgumentException(place + ": a list is needed.");
  }

  static Map<String, Object> section(@Nullable Object value, String place) {
    Map<String, Object> section = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, member) -> section.put(String.valueOf(name), member));
    } else if (value != null) {
      throw new IllegalArgumentException(place + ": name: value is needed.");
    }
    return section;
  }
}

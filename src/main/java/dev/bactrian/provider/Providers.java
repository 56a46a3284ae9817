package dev.bactrian.provider;

import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.catalogue.Model;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The providers, and which of them are live. A provider is live when every property that its
 * kamelet requires has a value: from the environment ({@code apiKey} of {@code deepseek} is {@code
 * DEEPSEEK_API_KEY}, and other names that the kamelet's annotation {@code bactrian.dev/environment}
 * gives), from {@code camel.kamelet.deepseek-chat-action.apiKey}, or a default. Where there are
 * several ways to prove who calls, {@code bactrian.dev/credentials} names the properties of each.
 */
public final class Providers {
  private final Map<String, Map<String, String>> settings = new LinkedHashMap<>();
  private final Map<String, String> missing = new LinkedHashMap<>();
  private final Map<String, PoolSettings> pools = new LinkedHashMap<>();

  /**
   * Finds the kamelets of the catalogue's providers.
   *
   * @param config the configuration folder, blank for none
   * @param catalogues names the providers
   * @param environment the process's environment
   * @param property a property of the application by its name, null where it has none
   */
  public Providers(
      String config,
      Catalogues catalogues,
      Map<String, String> environment,
      UnaryOperator<@Nullable String> property) {
    Path folder = config.isBlank() ? null : Path.of(config);
    Set<String> ids = new TreeSet<>();
    for (Model model : catalogues.current().models()) {
      ids.add(model.provider());
    }
    Map<String, PoolFile.Written> written = new LinkedHashMap<>(PoolFile.read(folder, environment));
    for (String id : ids) {
      KameletFile kamelet = KameletFile.find(folder, id);
      if (kamelet != null) {
        add(kamelet, environment, property, written.remove(id));
      }
    }
    if (!written.isEmpty()) {
      String place = written.values().iterator().next().place();
      throw new IllegalArgumentException(place + " is no provider that has a kamelet.");
    }
  }

  private void add(
      KameletFile kamelet,
      Map<String, String> environment,
      UnaryOperator<@Nullable String> property,
      PoolFile.@Nullable Written written) {
    Map<String, String> own = new LinkedHashMap<>();
    String id = kamelet.provider();
    for (String name : kamelet.properties().keySet()) {
      String value = environment.get(variable(id, name));
      if (value != null && !value.isBlank()) {
        own.put(name, value.strip());
      }
    }
    kamelet
        .environment()
        .forEach(
            (variable, name) -> {
              String value = environment.get(variable);
              if (value != null && !value.isBlank()) {
                own.putIfAbsent(name, value.strip());
              }
            });
    Function<String, @Nullable String> provided =
        name -> own.containsKey(name) ? own.get(name) : property.apply(setting(id, name));
    settings.put(id, own);
    missing.put(
        id,
        kamelet.missing(
            name -> provided.apply(name) != null || kamelet.properties().get(name) != null,
            name -> variable(id, name)));
    Members members = new Members(kamelet, provided);
    PoolSettings pool = written == null ? members.numbered(environment) : members.written(written);
    if (pool != null) {
      pools.put(id, pool);
      missing.put(id, "");
    }
  }

  /** The environment variable of a provider's property: {@code DEEPSEEK_BASE_URL}. */
  static String variable(String provider, String property) {
    String snake = property.replaceAll("([a-z0-9])([A-Z])", "$1_$2");
    return (provider + "_" + snake).replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** The application property of a provider's property, as Camel names it. */
  static String setting(String provider, String property) {
    return "camel.kamelet." + KameletFile.name(provider) + "." + property;
  }

  /** The name of a provider's kamelet. */
  public static String kamelet(String provider) {
    return KameletFile.name(provider);
  }

  /**
   * What a provider's kamelet is called by: itself, or one instance for each member of its pool.
   */
  public List<String> kamelets(String provider) {
    PoolSettings pool = pools.get(provider);
    String kamelet = KameletFile.name(provider);
    return pool == null
        ? List.of(kamelet)
        : pool.members().stream()
            .map(member -> kamelet + "/" + instance(provider, member.name()))
            .toList();
  }

  /** The name of the kamelet's instance for a member of a pool, which is its route's id, too. */
  public static String instance(String provider, String member) {
    return provider + "-key-" + member;
  }

  /** A provider's pool, null where it has none. */
  public @Nullable PoolSettings pool(String provider) {
    return pools.get(provider);
  }

  /** All pools, by provider. */
  public Map<String, PoolSettings> pools() {
    return pools;
  }

  /** The ids of all providers that have a kamelet, live or not. */
  public Set<String> ids() {
    return missing.keySet();
  }

  /** Whether calls can go to a provider. */
  public boolean isLive(String provider) {
    return "".equals(missing.get(provider));
  }

  /** The ids of the providers that calls can go to. */
  public List<String> live() {
    return missing.keySet().stream().filter(this::isLive).toList();
  }

  /**
   * The environment variables that would make a provider live, in words; empty where it has no
   * kamelet or is live.
   */
  public String missing(String provider) {
    return missing.getOrDefault(provider, "");
  }

  /** What the environment says of the kamelets, as application properties. Holds secrets. */
  public Map<String, String> kameletProperties() {
    Map<String, String> all = new LinkedHashMap<>();
    settings.forEach(
        (provider, own) -> own.forEach((name, value) -> all.put(setting(provider, name), value)));
    pools.forEach(
        (provider, pool) ->
            pool.members()
                .forEach(
                    member ->
                        member
                            .properties()
                            .forEach(
                                (name, value) ->
                                    all.put(
                                        setting(
                                            provider,
                                            instance(provider, member.name()) + "." + name),
                                        value))));
    return all;
  }
}

package dev.bactrian.catalogue;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of models, and the names they go by. Immutable: a change makes a new one. */
public final class Catalogue {
  private static final int LONGEST_ALIAS_CHAIN = 5;

  private final Map<String, Model> models;
  private final Map<String, Model> bareNames = new LinkedHashMap<>();
  private final Map<String, String> aliases;
  private final Map<String, List<String>> chains;

  /**
   * A catalogue.
   *
   * @param models by id, the more usual provider of a bare name first
   * @param aliases other names, of models or of aliases
   * @param chains which models follow when one fails, by id
   */
  public Catalogue(
      Map<String, Model> models, Map<String, String> aliases, Map<String, List<String>> chains) {
    this.models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
    this.aliases = Map.copyOf(aliases);
    this.chains = Map.copyOf(chains);
    for (Model model : models.values()) {
      if (!model.isWildcard()) {
        bareNames.putIfAbsent(model.bareName(), model);
      }
    }
  }

  /** The model of that name: an alias, {@code provider/model}, or a bare name. */
  public @Nullable Model find(String name) {
    String resolved = name;
    for (int i = 0; i < LONGEST_ALIAS_CHAIN && aliases.containsKey(resolved); i++) {
      resolved = aliases.getOrDefault(resolved, resolved);
    }
    Model model = models.get(resolved);
    if (model == null) {
      model = ofAnyName(resolved);
    }
    return model == null ? bareNames.get(resolved) : model;
  }

  private @Nullable Model ofAnyName(String name) {
    int slash = name.indexOf('/');
    Model any = slash > 0 ? models.get(name.substring(0, slash) + "/*") : null;
    if (any == null || slash + 1 == name.length()) {
      return null;
    }
    String upstream = name.substring(slash + 1);
    return new Model(
        name,
        any.provider(),
        upstream,
        any.context(),
        any.output(),
        any.input(),
        any.abilities(),
        any.price(),
        any.status());
  }

  /** The names of the models that follow when a model fails, by its id. */
  public List<String> chain(String id) {
    return chains.getOrDefault(id, List.of());
  }

  /** All models, wildcards included. */
  public Collection<Model> models() {
    return models.values();
  }

  /** All aliases and what they stand for. */
  public Map<String, String> aliases() {
    return aliases;
  }
}

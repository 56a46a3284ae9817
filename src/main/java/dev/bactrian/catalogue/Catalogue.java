package dev.bactrian.catalogue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of models, and the names they go by. Immutable: a change makes a new one. */
public final class Catalogue {
  private static final int LONGEST_ALIAS_CHAIN = 5;

  private final Map<String, Model> models;
  private final Map<String, List<Model>> bareNames = new LinkedHashMap<>();
  private final Routing routing;

  /**
   * A catalogue.
   *
   * @param models by id, the more usual provider of a bare name first
   * @param routing how names become models
   */
  public Catalogue(Map<String, Model> models, Routing routing) {
    this.models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
    this.routing = routing;
    for (Model model : models.values()) {
      if (!model.isWildcard()) {
        bareNames.computeIfAbsent(model.bareName(), none -> new ArrayList<>()).add(model);
      }
    }
  }

  /**
   * The model of that name: an alias, {@code provider/model}, or a bare name. What stands for any
   * model of a provider is none itself.
   */
  public @Nullable Model find(String name) {
    String resolved = resolve(name);
    Model model = models.get(resolved);
    if (model == null) {
      model = ofAnyName(resolved);
    }
    if (model != null) {
      return model.isWildcard() ? null : model;
    }
    List<Model> named = bareNames.get(resolved);
    return named == null ? null : named.get(0);
  }

  private String resolve(String name) {
    String resolved = name;
    for (int i = 0; i < LONGEST_ALIAS_CHAIN; i++) {
      String other = routing.aliases().get(resolved);
      if (other == null) {
        break;
      }
      resolved = other;
    }
    return resolved;
  }

  /**
   * The models that a name can mean: all of them that have it as their bare name, at whatever
   * provider, the one that it usually means first.
   */
  public List<Model> namesakes(String name) {
    Model usual = find(name);
    if (usual == null) {
      return List.of();
    }
    Set<Model> all = new LinkedHashSet<>();
    all.add(usual);
    all.addAll(bareNames.getOrDefault(usual.bareName(), List.of()));
    return List.copyOf(all);
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
        any.prices(),
        any.status(),
        any.id());
  }

  /** The names of the models that follow when a model fails, by its id. */
  public List<String> chain(String id) {
    return routing.chains().getOrDefault(id, List.of());
  }

  /** All models, wildcards included. */
  public Collection<Model> models() {
    return models.values();
  }

  /** How names become models. */
  public Routing routing() {
    return routing;
  }
}

package dev.bactrian.plan;

import dev.bactrian.catalogue.Catalogue;
import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.catalogue.Model;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.ApiException;
import dev.bactrian.provider.Providers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns the names in a request into the ordered targets of the call. */
public final class Planner {
  private final Catalogues catalogues;
  private final Providers providers;

  /** A planner over what is known and what is live. */
  public Planner(Catalogues catalogues, Providers providers) {
    this.catalogues = catalogues;
    this.providers = providers;
  }

  /**
   * The targets in the order in which they are tried: the model that was asked for, the request's
   * own {@code models}, and the chain of each.
   *
   * @throws ApiException 404 when a name is unknown, or no target is live
   */
  public List<Target> plan(ChatRequest request) {
    Catalogue catalogue = catalogues.current();
    Map<String, Target> targets = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(1 + request.models().size());
    names.add(request.model());
    names.addAll(request.models());
    List<Model> asked = new ArrayList<>(names.size());
    for (String name : names) {
      Model model = catalogue.find(name);
      if (model == null) {
        throw unknown(name);
      }
      asked.add(model);
      add(model, targets);
    }
    if (targets.isEmpty()) {
      throw notLive(asked.get(0));
    }
    for (Model model : asked) {
      if (targets.containsKey(model.id())) {
        for (String next : catalogue.chain(model.id())) {
          Model following = catalogue.find(next);
          if (following != null) {
            add(following, targets);
          }
        }
      }
    }
    return List.copyOf(targets.values());
  }

  private void add(Model model, Map<String, Target> targets) {
    if (providers.isLive(model.provider())) {
      targets.putIfAbsent(
          model.id(),
          new Target(model.provider(), model.id(), model.upstream(), model.output(), false));
    }
  }

  private static ApiException unknown(String name) {
    return new ApiException(
        404,
        "invalid_request_error",
        "model_not_found",
        "model",
        "The model '" + name + "' does not exist. GET /v1/models lists those that do.");
  }

  private ApiException notLive(Model model) {
    String provider = model.provider();
    String how =
        providers.ids().contains(provider)
            ? "set " + providers.missing(provider) + " and start it again."
            : "it has no kamelet for it.";
    return new ApiException(
        404,
        "invalid_request_error",
        "model_not_found",
        "model",
        "The model '"
            + model.id()
            + "' is known, but this gateway has no access to its provider '"
            + provider
            + "': "
            + how);
  }
}

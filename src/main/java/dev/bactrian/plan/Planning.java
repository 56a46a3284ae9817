package dev.bactrian.plan;

import dev.bactrian.catalogue.Catalogue;
import dev.bactrian.catalogue.Model;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.Policy;
import dev.bactrian.error.ApiException;
import dev.bactrian.plan.Plan.Left;
import dev.bactrian.pool.EditionPools;
import dev.bactrian.provider.Providers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The plan of one request. */
final class Planning {
  /** A body that fits into any model's window, in bytes. */
  private static final int SHORT = 8_000;

  private final ChatRequest request;
  private final Catalogue catalogue;
  private final Providers providers;
  private final EditionPools pools;
  private final AutoTask autoTask;
  private final Ranking ranking;
  private final Preferences preferences;
  private final Predicate<Model> permitted;
  private final Map<String, Target> targets = new LinkedHashMap<>();
  private final List<Left> left = new ArrayList<>(0);
  private @Nullable Model forbidden;
  private @Nullable Needs needs;
  private @Nullable String task;

  Planning(
      ChatRequest request,
      Catalogue catalogue,
      Providers providers,
      EditionPools pools,
      AutoTask autoTask,
      Ranking ranking,
      Predicate<Model> permitted) {
    this.request = request;
    this.catalogue = catalogue;
    this.providers = providers;
    this.pools = pools;
    this.autoTask = autoTask;
    this.ranking = ranking;
    this.permitted = permitted;
    this.preferences = Preferences.of(request);
  }

  Plan plan() {
    List<String> names = new ArrayList<>(1 + request.models().size());
    names.add(request.model());
    names.addAll(request.models());
    List<Model> named = new ArrayList<>(names.size());
    for (String name : names) {
      Wish wish = Wish.read(name, request.route());
      if (wish.kind() == Wish.Kind.MODEL && wish.policy() == null && preferences.isNone()) {
        Model model = catalogue.find(wish.name());
        if (model == null) {
          throw unknown(name);
        }
        named.add(model);
        add(model, "");
      } else {
        named.addAll(choose(wish, name));
      }
    }
    if (targets.isEmpty() && forbidden != null) {
      throw notPermitted(forbidden);
    }
    if (targets.isEmpty()) {
      throw left.isEmpty() ? notLive(named.get(0)) : nothingFits();
    }
    if (preferences.fallbacks()) {
      chains(named);
      return new Plan(List.copyOf(targets.values()), left, task);
    }
    return new Plan(List.of(targets.values().iterator().next()), left, task);
  }

  /** Adds what a wish leads to, in order, and gives the models whose chains follow. */
  private List<Model> choose(Wish wish, String name) {
    List<Model> candidates = candidates(wish, name);
    List<Model> fitting = new ArrayList<>(candidates.size());
    boolean own = wish.kind() == Wish.Kind.MODEL && wish.policy() == null;
    for (Model model : candidates) {
      String against = against(model, own);
      if (against == null) {
        fitting.add(model);
      } else {
        left.add(new Left(model.id(), against));
      }
    }
    Policy policy = wish.policy();
    List<Ranking.Ranked> order =
        policy == null
            ? Ranking.asListed(fitting, own ? "" : "listed for " + describe(wish))
            : ranking.by(policy, fitting, needs());
    order.stream()
        .sorted(Comparator.comparingInt(r -> preferences.place(r.model().provider())))
        .forEach(ranked -> add(ranked.model(), ranked.reason()));
    return own ? candidates.subList(0, 1) : List.of();
  }

  private String describe(Wish wish) {
    return "task:" + (wish.kind() == Wish.Kind.AUTO ? task : wish.name());
  }

  private List<Model> candidates(Wish wish, String name) {
    return switch (wish.kind()) {
      case TASK -> ofTask(wish.name(), name);
      case AUTO -> wish.policy() == null ? ofTask(guess(), name) : everyone();
      case MODEL -> ofModel(wish, name);
    };
  }

  private String guess() {
    task = autoTask.of(needs());
    return task;
  }

  private List<Model> ofTask(String wanted, String name) {
    List<String> models = catalogue.routing().tasks().get(wanted);
    if (models == null) {
      throw unknown(name);
    }
    return known(models);
  }

  /** Any model that is sold by name today. */
  private List<Model> everyone() {
    return catalogue.models().stream()
        .filter(model -> !model.isWildcard() && model.status().equals("active"))
        .filter(model -> providers.isLive(model.provider()))
        .filter(model -> !model.provider().equals("demo") || onlyDemo())
        .toList();
  }

  private boolean onlyDemo() {
    return providers.ids().stream()
        .noneMatch(provider -> !provider.equals("demo") && providers.isLive(provider));
  }

  /** A model wherever it is offered, and its chain when a policy may choose from that, too. */
  private List<Model> ofModel(Wish wish, String name) {
    List<Model> same = catalogue.namesakes(wish.name());
    if (same.isEmpty()) {
      throw unknown(name);
    }
    boolean exact = wish.name().equals(same.get(0).id());
    List<Model> all = new ArrayList<>(exact && wish.policy() == null ? same.subList(0, 1) : same);
    if (wish.policy() != null) {
      all.addAll(known(catalogue.chain(same.get(0).id())));
    }
    return all.stream().distinct().toList();
  }

  private List<Model> known(List<String> names) {
    List<Model> models = new ArrayList<>(names.size());
    for (String name : names) {
      Model model = catalogue.find(name);
      if (model != null) {
        models.add(model);
      }
    }
    return models;
  }

  /**
   * Why a model is not a target, null if it is one.
   *
   * @param named whether the client has named it: then it is the provider that judges the request
   */
  private @Nullable String against(Model model, boolean named) {
    if (!providers.isLive(model.provider())) {
      return "its provider is not configured here";
    }
    if (named && model.provider().equals("openrouter")) {
      return null; // there, the names in `provider` are those of its own providers
    }
    String against =
        preferences.against(
            model, preferences.requireParameters() ? needs() : null, ranking.costs());
    if (against != null || named) {
      return against;
    }
    String lacking = needs().lacking(model);
    if (lacking != null) {
      return lacking;
    }
    return pools.isOut(model.provider(), model.upstream())
        ? "its provider failed too often just now"
        : null;
  }

  private Needs needs() {
    Needs known = needs;
    if (known == null) {
      known = Needs.of(request);
      needs = known;
    }
    return known;
  }

  /** Whether any model can answer, as far as one sees without reading it all. */
  private boolean isSimple() {
    return !request.parts()
        && !request.index().has("tools")
        && !request.index().has("response_format")
        && request.json().length < SHORT;
  }

  private void chains(List<Model> named) {
    for (Model model : named) {
      if (targets.containsKey(model.id())) {
        for (Model following : known(catalogue.chain(model.id()))) {
          if (providers.isLive(following.provider()) && !targets.containsKey(following.id())) {
            String against = preferences.against(following, null, ranking.costs());
            String lacking = against == null && !isSimple() ? needs().lacking(following) : against;
            if (lacking == null) {
              add(Target.after(model.id(), following));
            } else {
              left.add(new Left(following.id(), lacking));
            }
          }
        }
      }
    }
  }

  private void add(Model model, String reason) {
    add(new Target(model, reason, 0));
  }

  private void add(Target target) {
    Model model = target.model();
    if (!permitted.test(model)) {
      forbidden = forbidden == null ? model : forbidden;
      left.add(new Left(model.id(), "the key may not be used for it"));
    } else if (providers.isLive(model.provider())) {
      targets.putIfAbsent(model.id(), target);
    }
  }

  private ApiException nothingFits() {
    StringBuilder why = new StringBuilder("No model fits the request:");
    for (Left one : left.subList(0, Math.min(5, left.size()))) {
      why.append(' ').append(one.model()).append(": ").append(one.reason()).append(';');
    }
    why.append(" POST /v1/route/explain tells more.");
    return ApiException.badRequest("no_model_fits", "model", why.toString());
  }

  private static ApiException notPermitted(Model model) {
    return new ApiException(
        403,
        "permission_error",
        "model_not_allowed",
        "model",
        "This API key may not be used for the model '" + model.id() + "'.");
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

package dev.bactrian.plan;

import dev.bactrian.catalogue.Catalogue;
import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.catalogue.Model;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.ApiException;
import dev.bactrian.pool.EditionPools;
import dev.bactrian.provider.Providers;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Turns the names in a request into the ordered targets of the call. */
public final class Planner {
  private final Catalogues catalogues;
  private final Providers providers;
  private final EditionPools pools;
  private final Speeds speeds;
  private volatile AutoTask autoTask;
  private final int exploration;
  private final RandomGenerator random;

  /**
   * A planner over what is known and what is live.
   *
   * @param exploration in how many of a hundred calls {@code fastest} tries another model first, so
   *     that it notices which have become fast
   */
  public Planner(
      Catalogues catalogues,
      Providers providers,
      EditionPools pools,
      Speeds speeds,
      AutoTask autoTask,
      int exploration) {
    this(catalogues, providers, pools, speeds, autoTask, exploration, RandomGenerator.getDefault());
  }

  Planner(
      Catalogues catalogues,
      Providers providers,
      EditionPools pools,
      Speeds speeds,
      AutoTask autoTask,
      int exploration,
      RandomGenerator random) {
    this.catalogues = catalogues;
    this.providers = providers;
    this.pools = pools;
    this.speeds = speeds;
    this.autoTask = autoTask;
    this.exploration = exploration;
    this.random = random;
  }

  /** Another opinion of what {@code auto} means, from now on. */
  public void setAutoTask(AutoTask other) {
    autoTask = other;
  }

  /**
   * The targets in the order in which they are tried: those of {@code model}, of the request's own
   * {@code models}, and the chain of each model that was named.
   *
   * @throws ApiException 404 when a name is unknown or no target is live, 400 when no model fits
   */
  public Plan plan(ChatRequest request) {
    return plan(request, model -> true);
  }

  /**
   * The same with the models that the client's key may be used for.
   *
   * @throws ApiException 403 when it may be used for none of those named
   */
  public Plan plan(ChatRequest request, Predicate<Model> permitted) {
    Catalogue catalogue = catalogues.current();
    Ranking ranking = new Ranking(catalogue.routing(), speeds, exploration / 100.0, random);
    return new Planning(request, catalogue, providers, pools, autoTask, ranking, permitted).plan();
  }
}

package dev.bactrian.plan;

import dev.bactrian.catalogue.Model;
import dev.bactrian.catalogue.Routing;
import dev.bactrian.catalogue.Routing.Speed;
import dev.bactrian.chat.Policy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Orders the models that could answer. */
final class Ranking {
  private final Routing routing;
  private final Speeds speeds;
  private final Costs costs;
  private final double exploration;
  private final RandomGenerator random;

  Ranking(Routing routing, Speeds speeds, double exploration, RandomGenerator random) {
    this.routing = routing;
    this.speeds = speeds;
    this.costs = new Costs(routing);
    this.exploration = exploration;
    this.random = random;
  }

  /**
   * A model in its place.
   *
   * @param reason why it is there, for a header: ASCII, short
   */
  record Ranked(Model model, String reason) {}

  Costs costs() {
    return costs;
  }

  /** The order as it is. */
  static List<Ranked> asListed(List<Model> models, String reason) {
    return models.stream().map(model -> new Ranked(model, reason)).toList();
  }

  /** The order by a policy; equal ones stay as they are. */
  List<Ranked> by(Policy policy, List<Model> models, Needs needs) {
    return switch (policy) {
      case CHEAPEST -> cheapest(models, needs);
      case FASTEST -> fastest(models, needs);
      case BEST ->
          models.stream()
              .sorted(Comparator.comparingInt(routing::rank))
              .map(model -> new Ranked(model, "best: rank " + (routing.rank(model) + 1)))
              .toList();
    };
  }

  private List<Ranked> cheapest(List<Model> models, Needs needs) {
    return models.stream()
        .sorted(Comparator.comparingDouble(model -> comparable(costs.expected(model, needs))))
        .map(
            model -> {
              Double cost = costs.expected(model, needs);
              return new Ranked(
                  model,
                  cost == null
                      ? "cheapest: price unknown"
                      : String.format(Locale.ROOT, "cheapest: %.6f USD expected", cost));
            })
        .toList();
  }

  private static double comparable(@Nullable Double cost) {
    return cost == null ? Double.MAX_VALUE : cost;
  }

  private List<Ranked> fastest(List<Model> models, Needs needs) {
    List<Ranked> order =
        new ArrayList<>(
            models.stream()
                .sorted(Comparator.comparingDouble(model -> millis(model, needs)))
                .map(
                    model ->
                        new Ranked(
                            model,
                            String.format(
                                Locale.ROOT, "fastest: %.0f ms expected", millis(model, needs))))
                .toList());
    if (order.size() > 1 && random.nextDouble() < exploration) {
      Ranked other = order.remove(1 + random.nextInt(order.size() - 1));
      order.add(0, new Ranked(other.model(), "fastest: tried to learn its speed"));
    }
    return order;
  }

  private double millis(Model model, Needs needs) {
    Speed speed = speeds.of(model, routing);
    return speed.millis(needs.outputTokens());
  }
}

package dev.bactrian.plan;

import dev.bactrian.catalogue.Model;
import dev.bactrian.catalogue.Routing;
import dev.bactrian.catalogue.Routing.Speed;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How fast models have been lately: decaying averages of the time to the first token and of the
 * tokens a second, learned from every answer, each beginning at what the catalogue believes.
 */
public final class Speeds {
  private static final double NEWS = 0.2;

  private final Map<String, Speed> measured = new ConcurrentHashMap<>();

  /**
   * Learns from an answer.
   *
   * @param firstTokenMillis from the attempt's start to the first content, 0 where not measured
   * @param tokensPerSecond after that, 0 where not measured
   */
  public void learn(Model model, Routing routing, double firstTokenMillis, double tokensPerSecond) {
    measured.compute(
        model.id(),
        (id, known) -> {
          Speed before = known == null ? routing.speed(model) : known;
          return new Speed(
              mix(before.firstTokenMillis(), firstTokenMillis),
              mix(before.tokensPerSecond(), tokensPerSecond));
        });
  }

  private static double mix(double before, double now) {
    return now > 0 ? before + NEWS * (now - before) : before;
  }

  /** A model's speed as far as it is known. */
  public Speed of(Model model, Routing routing) {
    Speed known = measured.get(model.id());
    return known == null ? routing.speed(model) : known;
  }
}

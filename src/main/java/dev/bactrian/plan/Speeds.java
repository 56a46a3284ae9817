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

  /** How many measurements the catalogue's belief is worth. */
  private static final double BELIEF = 2;

  /** The average of the measurements, and how many there were. */
  private record Measured(Speed average, int count) {}

  private final Map<String, Measured> measured = new ConcurrentHashMap<>();

  /**
   * Learns from an answer.
   *
   * @param firstTokenMillis from the attempt's start to the first content
   * @param tokensPerSecond after that
   */
  public void learn(String model, double firstTokenMillis, double tokensPerSecond) {
    Speed now = new Speed(firstTokenMillis, tokensPerSecond);
    measured.merge(
        model,
        new Measured(now, 1),
        (known, first) -> new Measured(mix(known.average(), now, NEWS), known.count() + 1));
  }

  private static Speed mix(Speed before, Speed now, double weight) {
    return new Speed(
        before.firstTokenMillis() + weight * (now.firstTokenMillis() - before.firstTokenMillis()),
        before.tokensPerSecond() + weight * (now.tokensPerSecond() - before.tokensPerSecond()));
  }

  /** A model's speed as far as it is known. */
  public Speed of(Model model, Routing routing) {
    Measured known = measured.get(model.id());
    Speed believed = routing.speed(model);
    return known == null
        ? believed
        : mix(believed, known.average(), known.count() / (known.count() + BELIEF));
  }
}

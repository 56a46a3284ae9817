package dev.bactrian.catalogue;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How names become models: what {@code routing.yaml} says.
 *
 * @param aliases other names, of models or of aliases
 * @param chains which models follow when one fails, by id
 * @param tasks which models do a task, the first choice first, by the task's name
 * @param quality models from the best down; those that are not there come after all of these
 * @param speeds what is believed of a model's speed before there are measurements; by id, {@code
 *     provider/*} or {@code *}
 * @param prefills which models go on with an answer that was begun, and how they are told; by id or
 *     {@code provider/*}
 * @param currencies how many US dollars one unit of another currency is worth
 */
public record Routing(
    Map<String, String> aliases,
    Map<String, List<String>> chains,
    Map<String, List<String>> tasks,
    List<String> quality,
    Map<String, Speed> speeds,
    Map<String, Prefill> prefills,
    Map<String, Double> currencies) {

  /**
   * How fast a model is.
   *
   * @param firstTokenMillis from the request to the first content
   * @param tokensPerSecond after that
   */
  public record Speed(double firstTokenMillis, double tokensPerSecond) {
    /** Where nothing is known. */
    public static final Speed UNKNOWN = new Speed(1000, 50);

    /** Milliseconds for an answer of that many tokens. */
    public double millis(long tokens) {
      return firstTokenMillis + 1000.0 * tokens / tokensPerSecond;
    }
  }

  /** What is believed of a model's speed. */
  public Speed speed(Model model) {
    Speed own = speeds.get(model.id());
    Speed providers = speeds.get(model.provider() + "/*");
    Speed any = speeds.getOrDefault("*", Speed.UNKNOWN);
    return own != null ? own : providers != null ? providers : any;
  }

  /** How a model is told to go on with an answer that was begun, null where it does not. */
  public @Nullable Prefill prefill(Model model) {
    Prefill own = prefills.get(model.id());
    return own != null ? own : prefills.get(model.provider() + "/*");
  }

  /** A model's place in the order of quality, 0 for the best. */
  public int rank(Model model) {
    int place = quality.indexOf(model.id());
    return place < 0 ? quality.size() : place;
  }
}

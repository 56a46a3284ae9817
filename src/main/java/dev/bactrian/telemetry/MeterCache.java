package dev.bactrian.telemetry;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Meters by their labels, found without asking the registry. There is an end to how many labels
 * there can be: what comes after that is counted together.
 *
 * @param <K> labels
 * @param <M> meters
 */
final class MeterCache<K, M> {
  private static final int MOST = 2_000;

  private final ConcurrentHashMap<K, M> known = new ConcurrentHashMap<>();
  private final Function<K, M> maker;
  private final K others;

  /**
   * No meters yet.
   *
   * @param others the labels of what is counted together
   */
  MeterCache(Function<K, M> maker, K others) {
    this.maker = maker;
    this.others = others;
  }

  M of(K labels) {
    M meters = known.get(labels);
    if (meters == null) {
      meters = known.computeIfAbsent(known.size() < MOST ? labels : others, maker);
    }
    return meters;
  }
}

package dev.bactrian.pool;

/** A number that looks random and is always the same for the same conversation and member. */
final class Chance {
  private static final double FRACTION = 0x1.0p-53;

  private Chance() {}

  /** Between 0 and 1, both excluded. */
  static double of(long conversation, String member) {
    long bits = mixed(conversation ^ mixed(member.hashCode()));
    return ((bits >>> 11) + 0.5) * FRACTION;
  }

  /** Spreads a change of any bit over all of them, as SplitMix64 does. */
  private static long mixed(long bits) {
    long z = bits + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

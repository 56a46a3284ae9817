package dev.bactrian.chat;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** By what the models that could answer are ordered. */
public enum Policy {
  /** By what this request is expected to cost. */
  CHEAPEST,
  /** By how soon the answer is expected to be complete, measured on the calls before. */
  FASTEST,
  /** By the catalogue's order of quality. */
  BEST;

  /** The word in a request. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The policy of that word, null if there is none. */
  public static @Nullable Policy of(String word) {
    for (Policy policy : values()) {
      if (policy.word().equals(word)) {
        return policy;
      }
    }
    return null;
  }
}

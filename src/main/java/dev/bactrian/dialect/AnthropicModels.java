package dev.bactrian.dialect;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What each of Anthropic's models can do and refuses, by its upstream id.
 *
 * @param rows every one whose names contain a model counts for it
 */
record AnthropicModels(List<Row> rows) {
  /** Something that sets a generation of models apart. */
  enum Trait {
    /** Refuses temperature, top_p and top_k. */
    FIXED_SAMPLING,
    /** Refuses temperature and top_p together. */
    ONE_SAMPLING,
    /** Decides for itself how much to think. */
    ADAPTIVE,
    /** Thinks for so many tokens. */
    BUDGET,
    /** Knows {@code output_config.effort}. */
    EFFORT,
    /** Thinks though nobody has asked it to. */
    UNASKED_THINKING,
    /** Its thinking cannot be switched off. */
    ALWAYS_THINKING,
    /** Cannot be made to call a tool. */
    FREE_TOOL_CHOICE,
    /** Refuses a conversation that ends in its own words. */
    NO_PREFILL,
    /** Can be held to a JSON schema. */
    JSON_SCHEMA
  }

  /** Some models and what sets them apart. */
  record Row(ModelNames models, Set<Trait> traits) {}

  /**
   * Reads {@code "claude-*-4-5*: budget json-schema; claude-opus-4-5*: effort"}; null is none.
   *
   * @throws IllegalArgumentException when it is not of that form, or names what is not known
   */
  static AnthropicModels parse(@Nullable String table) {
    List<Row> rows = new ArrayList<>();
    for (String row : table == null ? new String[0] : table.split(";")) {
      int colon = row.indexOf(':');
      if (colon >= 0) {
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        for (String word : row.substring(colon + 1).strip().split("\\s+")) {
          traits.add(trait(word));
        }
        rows.add(new Row(ModelNames.parse(row.substring(0, colon)), traits));
      } else if (!row.isBlank()) {
        throw new IllegalArgumentException("models: '" + row.strip() + "' names no traits");
      }
    }
    return new AnthropicModels(List.copyOf(rows));
  }

  private static Trait trait(String word) {
    try {
      return Trait.valueOf(word.replace('-', '_').toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("models: there is no trait '" + word + "'", e);
    }
  }

  /** What sets a model apart. */
  Set<Trait> of(String model) {
    Set<Trait> traits = EnumSet.noneOf(Trait.class);
    for (Row row : rows) {
      if (row.models().contain(model)) {
        traits.addAll(row.traits());
      }
    }
    return traits;
  }
}

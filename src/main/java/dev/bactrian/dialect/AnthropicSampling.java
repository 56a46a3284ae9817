package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.dialect.AnthropicModels.Trait;
import java.util.Set;

/** Temperature, top_p and top_k, as far as the model and its thinking let one set them. */
final class AnthropicSampling {
  /** The least top_p of a model that thinks. */
  private static final double THINKING_TOP_P = 0.95;

  private final ObjectNode in;
  private final ObjectNode out;
  private final Set<Trait> traits;
  private final Set<String> changes;

  AnthropicSampling(ObjectNode in, ObjectNode out, Set<Trait> traits, Set<String> changes) {
    this.in = in;
    this.out = out;
    this.traits = traits;
    this.changes = changes;
  }

  void translate(Range temperature, Range topP) {
    if (traits.contains(Trait.FIXED_SAMPLING)) {
      drop("temperature");
      drop("top_p");
      drop("top_k");
      return;
    }
    set("temperature", temperature);
    set("top_p", topP);
    if (AnthropicThinking.isOn(out)) {
      if (out.has("temperature") && out.path("temperature").asDouble() != 1) {
        out.remove("temperature");
        changes.add("temperature=1");
      }
      if (out.path("top_p").asDouble(1) < THINKING_TOP_P) {
        out.put("top_p", THINKING_TOP_P);
        changes.add("top_p=" + THINKING_TOP_P);
      }
      drop("top_k");
    }
    if (traits.contains(Trait.ONE_SAMPLING) && out.has("temperature")) {
      drop("top_p");
    }
  }

  private void set(String name, Range range) {
    JsonNode asked = in.path(name);
    if (!asked.isNumber()) {
      return;
    }
    double nearest = range.clamp(asked.asDouble());
    if (nearest == asked.asDouble()) {
      out.set(name, asked);
    } else {
      out.put(name, nearest);
      boolean whole = nearest == Math.rint(nearest);
      changes.add(name + "=" + (whole ? Long.toString((long) nearest) : nearest));
    }
  }

  private void drop(String name) {
    out.remove(name);
    if (in.hasNonNull(name)) {
      changes.removeIf(change -> change.startsWith(name + "="));
      changes.add(name + "=dropped");
    }
  }
}

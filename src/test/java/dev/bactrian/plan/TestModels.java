package dev.bactrian.plan;

import dev.bactrian.catalogue.Model;
import dev.bactrian.pool.EditionPools;
import dev.bactrian.pool.Pools;
import dev.bactrian.provider.Breakers;
import dev.bactrian.provider.Providers;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Models for tests. */
final class TestModels {
  private TestModels() {}

  /** What the planner knows of breakers and pools. */
  static EditionPools pools(Breakers breakers, Providers providers) {
    return new EditionPools(new Pools(breakers, true, 1000, 10, 60_000), providers);
  }

  static Model model(String id) {
    String provider = id.substring(0, id.indexOf('/'));
    String upstream = id.substring(id.indexOf('/') + 1);
    return new Model(id, provider, upstream, null, null, List.of("text"), Set.of(), null, "active");
  }

  static Target target(String id, @Nullable Long context) {
    Model model = model(id);
    return new Target(
        new Model(
            id,
            model.provider(),
            model.upstream(),
            context,
            null,
            model.input(),
            model.abilities(),
            null,
            "active"),
        "",
        0);
  }

  static Target target(String id) {
    return new Target(model(id), "", 0);
  }
}

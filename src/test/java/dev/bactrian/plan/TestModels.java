package dev.bactrian.plan;

import dev.bactrian.catalogue.Model;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Models for tests. */
final class TestModels {
  private TestModels() {}

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

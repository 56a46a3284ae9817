package dev.bactrian.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.catalogue.Model;
import dev.bactrian.error.ApiException;
import dev.bactrian.json.Json;
import dev.bactrian.provider.Providers;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The models that this gateway can reach, as {@code GET /v1/models} shows them. */
public final class ModelList {
  private static final long CREATED = 1_763_769_600L;

  private final Catalogues catalogues;
  private final Providers providers;

  /** The list over what is known and what is live. */
  public ModelList(Catalogues catalogues, Providers providers) {
    this.catalogues = catalogues;
    this.providers = providers;
  }

  /** All live models that are permitted. */
  public ObjectNode all(Predicate<Model> permitted) {
    ObjectNode list = Json.MAPPER.createObjectNode().put("object", "list");
    var data = list.putArray("data");
    for (Model model : catalogues.current().models()) {
      if (!model.isWildcard() && providers.isLive(model.provider()) && permitted.test(model)) {
        data.add(entry(model));
      }
    }
    return list;
  }

  /**
   * One live model that is permitted by any of its names.
   *
   * @throws ApiException 404
   */
  public ObjectNode one(String name, Predicate<Model> permitted) {
    Model model = catalogues.current().find(name);
    if (model == null || !providers.isLive(model.provider()) || !permitted.test(model)) {
      throw new ApiException(
          404,
          "invalid_request_error",
          "model_not_found",
          "model",
          "The model '" + name + "' does not exist or its provider is not configured here.");
    }
    return entry(model);
  }

  private static ObjectNode entry(Model model) {
    ObjectNode entry =
        Json.MAPPER
            .createObjectNode()
            .put("id", model.id())
            .put("object", "model")
            .put("created", CREATED)
            .put("owned_by", model.provider())
            .put("name", model.id())
            .put("context_length", model.context())
            .put("max_output_tokens", model.output());
    var architecture = entry.putObject("architecture");
    architecture.put("modality", String.join("+", model.input()) + "->text");
    var input = architecture.putArray("input_modalities");
    model.input().forEach(input::add);
    architecture.putArray("output_modalities").add("text");
    entry
        .putObject("top_provider")
        .put("context_length", model.context())
        .put("max_completion_tokens", model.output());
    var parameters = entry.putArray("supported_parameters");
    supported(model).forEach(parameters::add);
    Model.Price price = model.price();
    if (price != null) {
      entry
          .putObject("pricing")
          .put("currency", price.currency())
          .put("prompt", perToken(price.input()))
          .put("completion", perToken(price.output()))
          .put("input_cache_read", perToken(price.cached()))
          .put("input_cache_write", perToken(price.cacheWrite()));
    }
    return entry;
  }

  private static List<String> supported(Model model) {
    List<String> names = new ArrayList<>(List.of("max_tokens", "stream"));
    if (model.abilities().contains("tools")) {
      names.addAll(List.of("tools", "tool_choice"));
    }
    if (model.abilities().contains("json_schema")) {
      names.add("structured_outputs");
    }
    if (model.abilities().contains("reasoning")) {
      names.add("reasoning_effort");
    }
    return names;
  }

  private static @Nullable String perToken(@Nullable Long nanosPerMillion) {
    return nanosPerMillion == null
        ? null
        : BigDecimal.valueOf(nanosPerMillion, 15).stripTrailingZeros().toPlainString();
  }
}

package dev.bactrian.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.catalogue.Model;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.ApiException;
import dev.bactrian.json.Json;
import dev.bactrian.json.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of providers, in OpenRouter's form: its member {@code provider}. See
 * https://openrouter.ai/docs/features/provider-routing.
 *
 * @param order providers that go first, in this order
 * @param only the providers that may answer, empty for any
 * @param ignore providers that may not
 * @param fallbacks whether another target may be tried when the first fails
 * @param requireParameters whether a model must be known to take every parameter of the request
 * @param maxPrompt the highest price of a million tokens in, US dollars, null for any
 * @param maxCompletion the highest price of a million tokens out, US dollars, null for any
 */
public record Preferences(
    List<String> order,
    List<String> only,
    List<String> ignore,
    boolean fallbacks,
    boolean requireParameters,
    @Nullable Double maxPrompt,
    @Nullable Double maxCompletion) {
  private static final Preferences NONE =
      new Preferences(List.of(), List.of(), List.of(), true, false, null, null);

  /**
   * Reads them.
   *
   * @throws ApiException 400 when they are not of that form
   */
  static Preferences of(ChatRequest request) {
    Member member = request.index().get("provider");
    if (member == null || member.isNull()) {
      return NONE;
    }
    JsonNode node;
    try {
      node =
          Json.MAPPER.readTree(
              request.json(), member.valueStart(), member.valueEnd() - member.valueStart());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!node.isObject()) {
      throw wrong("provider", "an object");
    }
    return new Preferences(
        names(node, "order"),
        names(node, "only"),
        names(node, "ignore"),
        flag(node, "allow_fallbacks", true),
        flag(node, "require_parameters", false),
        price(node, "prompt"),
        price(node, "completion"));
  }

  private static List<String> names(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (JsonNode item : value) {
      names.add(item.asText());
    }
    if (!value.isArray()) {
      throw wrong("provider." + name, "an array of strings");
    }
    return List.copyOf(names);
  }

  private static boolean flag(JsonNode node, String name, boolean otherwise) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrong("provider." + name, "a boolean");
    }
    return value.booleanValue();
  }

  private static @Nullable Double price(JsonNode node, String name) {
    JsonNode value = node.path("max_price").path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    try {
      return Double.valueOf(value.asText());
    } catch (NumberFormatException e) {
      throw wrong("provider.max_price." + name, "a number");
    }
  }

  private static ApiException wrong(String name, String words) {
    return ApiException.badRequest("invalid_type", name, "'" + name + "' must be " + words + ".");
  }

  /** Whether they say anything at all. */
  boolean isNone() {
    return this == NONE;
  }

  /** Why a model may not answer, null if it may. */
  @Nullable String against(Model model, @Nullable Needs needs, Costs costs) {
    if (!only.isEmpty() && !only.contains(model.provider())) {
      return "provider.only leaves it out";
    }
    if (ignore.contains(model.provider())) {
      return "provider.ignore leaves it out";
    }
    if (maxPrompt != null && !costs.isAtMost(model, maxPrompt, false)) {
      return "its price in is above provider.max_price.prompt, or unknown";
    }
    if (maxCompletion != null && !costs.isAtMost(model, maxCompletion, true)) {
      return "its price out is above provider.max_price.completion, or unknown";
    }
    if (requireParameters && needs != null) {
      String lacking = needs.lacking(model);
      if (lacking != null) {
        return lacking;
      }
      if (needs.sampling() && model.abilities().contains("fixed_sampling")) {
        return "it takes no temperature and top_p";
      }
    }
    return null;
  }

  /** A provider's place in the order that is wished for. */
  int place(String provider) {
    int place = order.indexOf(provider);
    return place < 0 ? order.size() : place;
  }
}

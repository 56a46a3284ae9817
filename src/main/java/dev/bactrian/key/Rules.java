package dev.bactrian.key;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What may be done with a key, or with all keys of an owner.
 *
 * @param models globs of the models' ids, empty for any
 * @param providers globs of the providers' ids, empty for any
 * @param limits how much at a time
 * @param modelLimits how much at a time of some models
 * @param budget how much in all
 * @param timeZone whose days and months the budget means, as IANA names it
 * @param tags anything the administrator wants to know of it
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Rules(
    List<String> models,
    List<String> providers,
    @JsonUnwrapped Limits limits,
    @JsonProperty("model_limits") List<ModelLimits> modelLimits,
    Budget budget,
    @JsonProperty("time_zone") String timeZone,
    Map<String, String> tags) {
  private static final int LONGEST = 16_000;
  private static final ObjectReader READER =
      Json.MAPPER.reader().without(DeserializationFeature.ACCEPT_FLOAT_AS_INT);

  /** Anything may be done. */
  public static final Rules NONE =
      new Rules(List.of(), List.of(), Limits.NONE, List.of(), Budget.NONE, "UTC", Map.of());

  /**
   * Limits of the models that a glob matches, all of them together.
   *
   * @param model a glob of models' ids
   * @param limits how much at a time
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record ModelLimits(String model, @JsonUnwrapped Limits limits) {
    /** Whether they are for a model. */
    public boolean isFor(String id) {
      return Globs.matches(model, id);
    }

    private static ModelLimits read(JsonNode node) throws JsonProcessingException {
      ObjectNode rest = object(node, "model_limits").deepCopy();
      JsonNode model = rest.remove("model");
      if (model == null || !model.isTextual()) {
        throw new IllegalArgumentException("'model_limits' must name a 'model' each.");
      }
      return new ModelLimits(model.asText(), READER.treeToValue(rest, Limits.class));
    }
  }

  /** Checks the time zone. */
  public Rules {
    try {
      ZoneId.of(timeZone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("'time_zone' is no time zone: " + timeZone);
    }
  }

  static void within(String name, @Nullable Long value, long most) {
    if (value != null && (value < 1 || value > most)) {
      throw new IllegalArgumentException("'" + name + "' must be from 1 to " + most + ".");
    }
  }

  /**
   * The same rules for a new key, which may use so many tokens in all where they do not say.
   *
   * @param tokens 0 for any number
   */
  Rules withAllowance(long tokens) {
    if (tokens == 0 || budget.tokens() != null) {
      return this;
    }
    Budget bounded = new Budget(budget.day(), budget.month(), budget.total(), tokens);
    return new Rules(models, providers, limits, modelLimits, bounded, timeZone, tags);
  }

  /** Whether they permit a model. */
  boolean permits(String model, String provider) {
    return Globs.match(models, model) && Globs.match(providers, provider);
  }

  /** The time zone of the budget. */
  @JsonIgnore
  public ZoneId zone() {
    return ZoneId.of(timeZone);
  }

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException with the member that is wrong
   */
  public static Rules read(JsonNode json) {
    ObjectNode rest = object(json, "rules").deepCopy();
    rest.properties().removeIf(member -> member.getValue().isNull());
    if (rest.isEmpty()) {
      return NONE;
    }
    try {
      List<String> models = texts(rest, "models");
      List<String> providers = texts(rest, "providers");
      List<ModelLimits> modelLimits = modelLimits(rest.remove("model_limits"));
      JsonNode budget = rest.remove("budget");
      JsonNode zone = rest.remove("time_zone");
      JsonNode tags = rest.remove("tags");
      return new Rules(
          models,
          providers,
          READER.treeToValue(rest, Limits.class),
          modelLimits,
          budget == null ? Budget.NONE : READER.treeToValue(object(budget, "budget"), Budget.class),
          zone == null ? "UTC" : zone.asText(),
          tags(tags));
    } catch (UnrecognizedPropertyException e) {
      throw new IllegalArgumentException("There is no '" + e.getPropertyName() + "'.");
    } catch (JsonMappingException e) {
      Throwable cause = e.getCause();
      throw new IllegalArgumentException(
          cause instanceof IllegalArgumentException
              ? String.valueOf(cause.getMessage())
              : "'" + path(e) + "' is not of the right type.");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("It is not JSON.");
    }
  }

  /** Reads limits of models from a setting, blank for none. */
  public static List<ModelLimits> modelLimits(String json) {
    try {
      return json.isBlank() ? List.of() : modelLimits(Json.MAPPER.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("It is not a JSON array of limits of models.");
    }
  }

  /** Limits of models as {@link #modelLimits} reads them. */
  public static ArrayNode json(List<ModelLimits> limits) {
    return Json.MAPPER.valueToTree(limits);
  }

  private static List<ModelLimits> modelLimits(@Nullable JsonNode node)
      throws JsonProcessingException {
    if (node == null) {
      return List.of();
    }
    if (!node.isArray()) {
      throw new IllegalArgumentException("'model_limits' must be an array.");
    }
    ArrayList<ModelLimits> all = new ArrayList<>();
    for (JsonNode one : node) {
      all.add(ModelLimits.read(one));
    }
    return List.copyOf(all);
  }

  private static String path(JsonMappingException e) {
    return e.getPath().isEmpty()
        ? "It"
        : String.valueOf(e.getPath().get(e.getPath().size() - 1).getFieldName());
  }

  private static ObjectNode object(JsonNode node, String name) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("'" + name + "' must be an object.");
  }

  private static List<String> texts(ObjectNode node, String name) {
    JsonNode value = node.remove(name);
    if (value == null) {
      return List.of();
    }
    ArrayList<String> texts = new ArrayList<>();
    for (JsonNode one : value) {
      if (!one.isTextual()) {
        throw new IllegalArgumentException("'" + name + "' must be an array of strings.");
      }
      texts.add(one.asText());
    }
    if (!value.isArray()) {
      throw new IllegalArgumentException("'" + name + "' must be an array of strings.");
    }
    return List.copyOf(texts);
  }

  private static Map<String, String> tags(@Nullable JsonNode node) {
    if (node == null) {
      return Map.of();
    }
    TreeMap<String, String> tags = new TreeMap<>();
    object(node, "tags")
        .properties()
        .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
    return Collections.unmodifiableMap(tags);
  }

  /** Reads what {@link #text} has written. */
  static Rules parse(String text) {
    try {
      return read(Json.MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Stored rules cannot be read.");
    }
  }

  /** As an object of JSON. */
  public ObjectNode json() {
    ObjectNode json = Json.MAPPER.valueToTree(this);
    if (budget.isNone()) {
      json.remove("budget");
    }
    return json;
  }

  /** As text for the database. */
  String text() {
    String text = json().toString();
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException("The rules are longer than " + LONGEST + " characters.");
    }
    return text;
  }
}

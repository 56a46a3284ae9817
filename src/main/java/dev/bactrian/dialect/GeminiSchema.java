package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A JSON schema in the subset of OpenAPI's that older models take: references are put in place, a
 * constant is an enumeration of one, a type that may be null is nullable, the rest goes.
 */
final class GeminiSchema {
  private static final int DEEPEST_REFERENCE = 8;

  /** References in references multiply: a schema of a few lines could fill the memory. */
  private static final int MOST_SCHEMAS = 5_000;

  private static final Set<String> KEPT =
      Set.of(
          "type",
          "title",
          "description",
          "nullable",
          "items",
          "minItems",
          "maxItems",
          "properties",
          "propertyOrdering",
          "required",
          "minProperties",
          "maxProperties",
          "minimum",
          "maximum",
          "minLength",
          "maxLength",
          "pattern",
          "anyOf",
          "default",
          "example");

  private static final Set<String> FORMATS =
      Set.of("date-time", "enum", "int32", "int64", "float", "double");

  /** What loses no meaning when it goes. */
  private static final Set<String> SILENT =
      Set.of("$schema", "$id", "$defs", "definitions", "$ref", "additionalProperties", "strict");

  private final JsonNode root;
  private final List<String> changes;
  private int schemas;

  private GeminiSchema(JsonNode root, List<String> changes) {
    this.root = root;
    this.changes = changes;
  }

  /** The schema cleaned; the client is told when a rule was lost. */
  static ObjectNode clean(JsonNode schema, List<String> changes) {
    return new GeminiSchema(schema, changes).clean(schema, 0);
  }

  /** Tells something once. */
  static void tell(String change, List<String> changes) {
    if (!changes.contains(change)) {
      changes.add(change);
    }
  }

  private ObjectNode clean(JsonNode schema, int depth) {
    ObjectNode out = Json.MAPPER.createObjectNode();
    if (++schemas > MOST_SCHEMAS) {
      throw Refusals.unsupported("tools", "A JSON schema is too large with its references.");
    }
    String reference = schema.path("$ref").asText("");
    if (reference.equals("#") || reference.startsWith("#/")) {
      if (depth >= DEEPEST_REFERENCE) {
        simplified();
        return out.put("type", "object");
      }
      out.setAll(clean(root.at(reference.substring(1)), depth + 1));
    } else if (!reference.isEmpty()) {
      simplified();
    }
    for (Map.Entry<String, JsonNode> member : schema.properties()) {
      member(member.getKey(), member.getValue(), out, depth);
    }
    return out;
  }

  private void member(String name, JsonNode value, ObjectNode out, int depth) {
    switch (name) {
      case "type" -> type(value, out);
      case "const" -> words(Json.MAPPER.createArrayNode().add(value), out);
      case "enum" -> words(value, out);
      case "items" -> out.set(name, clean(value, depth));
      case "properties" -> {
        ObjectNode properties = out.putObject(name);
        value
            .properties()
            .forEach(each -> properties.set(each.getKey(), clean(each.getValue(), depth)));
      }
      case "anyOf", "oneOf" -> alternatives(value, out, depth);
      case "allOf" -> value.forEach(each -> merge(clean(each, depth), out));
      case "format" -> {
        if (FORMATS.contains(value.asText())) {
          out.set(name, value);
        } else {
          simplified();
        }
      }
      default -> {
        if (KEPT.contains(name)) {
          out.set(name, value);
        } else if (!SILENT.contains(name)) {
          simplified();
        }
      }
    }
  }

  /** An enumeration can be of texts only. */
  private void words(JsonNode values, ObjectNode out) {
    for (JsonNode value : values) {
      if (!value.isTextual()) {
        simplified();
        return;
      }
    }
    out.put("type", "string").set("enum", values);
  }

  private static void merge(ObjectNode more, ObjectNode out) {
    if (out.has("properties") && more.has("properties")) {
      ((ObjectNode) out.get("properties")).setAll((ObjectNode) more.remove("properties"));
    }
    if (out.has("required") && more.has("required")) {
      out.withArray("required").addAll((ArrayNode) more.remove("required"));
    }
    out.setAll(more);
  }

  private void simplified() {
    tell("schema=simplified", changes);
  }

  private static void type(JsonNode type, ObjectNode out) {
    if (!type.isArray()) {
      out.set("type", type);
      return;
    }
    ArrayNode alternatives = Json.MAPPER.createArrayNode();
    for (JsonNode each : type) {
      if (each.asText().equals("null")) {
        out.put("nullable", true);
      } else {
        alternatives.addObject().set("type", each);
      }
    }
    if (alternatives.size() == 1) {
      out.set("type", alternatives.get(0).get("type"));
    } else {
      out.set("anyOf", alternatives);
    }
  }

  private void alternatives(JsonNode schemas, ObjectNode out, int depth) {
    ArrayNode alternatives = Json.MAPPER.createArrayNode();
    for (JsonNode each : schemas) {
      if (each.path("type").asText().equals("null")) {
        out.put("nullable", true);
      } else {
        alternatives.add(clean(each, depth));
      }
    }
    if (alternatives.size() == 1) {
      out.setAll((ObjectNode) alternatives.get(0));
    } else {
      out.set("anyOf", alternatives);
    }
  }
}

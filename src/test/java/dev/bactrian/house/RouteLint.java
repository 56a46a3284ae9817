package dev.bactrian.house;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** What is wrong with a route file: by Camel's schema, and by our own rules. */
final class RouteLint {
  private static final int LONGEST_FILE = 200;
  private static final Pattern COMPARISON =
      Pattern.compile(
          "==|=~|!=|>=|<=|[<>]|\\b(contains|regex|range|startsWith|endsWith|starts with|ends with"
              + "|is|in)\\b");
  private static final Pattern LOGIC = Pattern.compile("&&|\\|\\||\\?.*:|\\b(and|or)\\b");

  /** Sections whose members have no types in the schema: numbers in them are strings to Camel. */
  private static final Set<String> UNTYPED = Set.of("constructors", "properties", "parameters");

  private static final JsonSchema SCHEMA = schema();

  private final List<String> complaints = new ArrayList<>();

  private RouteLint() {}

  /** The complaints about a file, empty when all is well. */
  static List<String> of(String text) {
    RouteLint lint = new RouteLint();
    JsonNode routes = Sources.yaml(text);
    SCHEMA.validate(routes).stream()
        .map(ValidationMessage::getMessage)
        .map(message -> "schema: " + message)
        .forEach(lint.complaints::add);
    lint.structure("", routes);
    new Compose(LoadSettings.builder().build())
        .composeString(text)
        .ifPresent(root -> lint.numbers("", root));
    lint.check(text.lines().count() <= LONGEST_FILE, "longer than 200 lines");
    return lint.complaints;
  }

  private static JsonSchema schema() {
    try (InputStream in =
        Objects.requireNonNull(
            RouteLint.class.getResourceAsStream("/schema/camelYamlDsl.json"),
            "camelYamlDsl.json")) {
      return JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void structure(String name, JsonNode node) {
    switch (name) {
      case "route", "routeTemplate" -> {
        check(node.has("id"), "a " + name + " has no id");
        check(node.has("description"), "a " + name + " has no description");
      }
      case "templatedRoute" -> check(node.has("routeId"), "a templatedRoute has no routeId");
      case "expression" -> {
        if (node.isTextual()) {
          expression(node.asText());
        }
      }
      default -> {}
    }
    if (name.equals("when")) {
      for (JsonNode branch : node.isArray() ? node : List.of(node)) {
        check(branch.has("id"), "a when has no id");
        check(branch.has("description"), "a when has no description");
      }
    }
    if (name.equals("constant")) {
      return; // a text, whatever is in it
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      boolean ofTemplate = name.equals("routeTemplate") && member.getKey().equals("route");
      structure(ofTemplate ? "" : member.getKey(), member.getValue());
    }
    if (node.isArray()) {
      node.forEach(element -> structure("", element));
    }
  }

  private void expression(String text) {
    String code = text.replaceAll("'[^']*'", "''");
    long comparisons = COMPARISON.matcher(code).results().count();
    check(
        comparisons <= 1 && !LOGIC.matcher(code).find(),
        "more than one comparison: " + text.strip());
  }

  private void numbers(String section, Node node) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple member : mapping.getValue()) {
        ScalarNode key = (ScalarNode) member.getKeyNode();
        check(!isPlainNumber(key), "a number as a name is not quoted: " + key.getValue());
        boolean untyped = UNTYPED.contains(section);
        check(
            !(untyped && isPlainNumber(member.getValueNode())),
            "a number is not quoted: " + key.getValue());
        numbers(key.getValue(), member.getValueNode());
      }
    } else if (node instanceof SequenceNode sequence) {
      sequence.getValue().forEach(element -> numbers(section, element));
    }
  }

  private static boolean isPlainNumber(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && (scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT));
  }

  private void check(boolean sound, String complaint) {
    if (!sound) {
      complaints.add(complaint);
    }
  }
}

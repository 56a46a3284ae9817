package dev.bactrian.house;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What is wrong with a kamelet, by the catalogue's rules of Apache Camel and our own. */
final class KameletLint {
  private static final int LONGEST_FILE = 200;
  private static final String PREFIX = "camel.apache.org/";
  private static final Pattern USE =
      Pattern.compile("\\{\\{\\??([\\w.-]+)(?::(?:[^{}]|\\{\\{[\\w.-]+}})*)?}}");
  private static final Pattern BY_NAME = Pattern.compile("\\{([\\w.-]+)}");
  private static final String CREDENTIAL = "#class:dev.bactrian.credential.KameletCredential";
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]+-[a-z]+-action");
  private static final List<String> ANNOTATIONS =
      List.of(
          "kamelet.support.level",
          "catalog.version",
          "kamelet.icon",
          "provider",
          "kamelet.group",
          "kamelet.namespace");

  private final JsonNode kamelet;
  private final List<String> complaints = new ArrayList<>();

  private KameletLint(JsonNode kamelet) {
    this.kamelet = kamelet;
  }

  /** The complaints about a kamelet, empty when all is well. */
  static List<String> of(String fileName, String text, String camelVersion) {
    KameletLint lint = new KameletLint(Sources.yaml(text));
    lint.check(text.lines().count() <= LONGEST_FILE, "longer than 200 lines");
    lint.metadata(fileName, camelVersion);
    lint.definition();
    lint.template();
    return lint.complaints;
  }

  private void metadata(String fileName, String camelVersion) {
    String name = kamelet.at("/metadata/name").asText();
    check(fileName.equals(name + ".kamelet.yaml"), "the file is not named " + name);
    check(NAME.matcher(name).matches(), "not named <provider>-<operation>-action: " + name);
    check(kamelet.path("kind").asText().equals("Kamelet"), "kind is not Kamelet");
    JsonNode annotations = kamelet.at("/metadata/annotations");
    for (String annotation : ANNOTATIONS) {
      check(
          !annotations.path(PREFIX + annotation).asText().isBlank(), "no annotation " + annotation);
    }
    check(
        annotations.path(PREFIX + "catalog.version").asText().equals(camelVersion),
        "catalog.version is not " + camelVersion);
    check(
        annotations.path(PREFIX + "kamelet.icon").asText().startsWith("data:image/"),
        "kamelet.icon is no data URI");
    check(
        kamelet.at("/metadata/labels").path(PREFIX + "kamelet.type").asText().equals("action"),
        "the label kamelet.type is not action");
  }

  private void definition() {
    JsonNode definition = kamelet.at("/spec/definition");
    check(
        definition.path("title").asText().endsWith(" Action"), "the title does not end in Action");
    check(!definition.path("description").asText().isBlank(), "no description");
    check(definition.path("type").asText().equals("object"), "the definition's type is not object");
    JsonNode properties = definition.path("properties");
    for (JsonNode required : definition.path("required")) {
      check(properties.has(required.asText()), "required but not declared: " + required.asText());
    }
    Set<String> titles = new HashSet<>();
    for (Map.Entry<String, JsonNode> member : properties.properties()) {
      property(member.getKey(), member.getValue());
      String title = member.getValue().path("title").asText();
      check(titles.add(title), "a title comes twice: " + title);
    }
  }

  private void property(String name, JsonNode property) {
    for (String member : List.of("title", "description", "type")) {
      check(!property.path(member).asText().isBlank(), name + " has no " + member);
    }
    String title = property.path("title").asText("?");
    check(
        !title.isEmpty()
            && Character.isUpperCase(title.charAt(0))
            && !title.matches("(The|An?) .*"),
        name + " has an ill title: " + title);
    boolean password = property.path("format").asText().equals("password");
    boolean credentials =
        property.path("x-descriptors").toString().contains("urn:camel:group:credentials");
    boolean secret = name.matches("(?i).*(key|secret|token|password)$");
    check(password || !secret, name + " is a secret without the format password");
    check(password == credentials, name + " has either the format or the descriptor of a secret");
    check(!password || property.path("type").asText().equals("string"), name + " is no string");
  }

  private void template() {
    JsonNode template = kamelet.at("/spec/template");
    JsonNode properties = kamelet.at("/spec/definition/properties");
    check(
        template.at("/from/steps/0/removeHeaders/pattern").asText().equals("*"),
        "does not start with removeHeaders *");
    Set<String> used =
        new HashSet<>(
            USE.matcher(template.toString()).results().map(each -> each.group(1)).toList());
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      boolean secret = property.getValue().path("format").asText().equals("password");
      check(
          !secret || !used.contains(property.getKey()), property.getKey() + " is in the template");
    }
    template.path("beans").forEach(bean -> used.addAll(byName(bean)));
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      check(used.remove(property.getKey()), "declared but not used: " + property.getKey());
    }
    template.path("beans").forEach(bean -> used.remove(bean.path("name").asText()));
    used.forEach(name -> complaints.add("used but not declared: " + name));
  }

  /**
   * The properties that a credential reads. A secret is only read so: in the template Camel would
   * take some of its characters for its own, and show it in addresses and dumps.
   */
  private static List<String> byName(JsonNode bean) {
    JsonNode properties = bean.path("properties");
    List<String> names = new ArrayList<>();
    if (bean.path("type").asText().equals(CREDENTIAL)) {
      String fields = properties.path("header").asText() + properties.path("query").asText();
      BY_NAME.matcher(fields).results().forEach(use -> names.add(use.group(1)));
      names.addAll(List.of(properties.path("reads").asText().split("[,\\s]+")));
      names.remove("");
    }
    return names;
  }

  private void check(boolean sound, String complaint) {
    if (!sound) {
      complaints.add(complaint);
    }
  }
}

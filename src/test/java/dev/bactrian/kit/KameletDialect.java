package dev.bactrian.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bactrian.dialect.Dialect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A provider's dialect with the quirks that its kamelet has by default. */
public final class KameletDialect {
  private static final Pattern PROPERTY = Pattern.compile("\\{\\{\\??([\\w.-]+)(?::[^}]*)?}}");
  private static final String QUIRK = "quirk.";

  private KameletDialect() {}

  /** The dialect of a kamelet that has one. */
  public static Dialect of(String provider) {
    return all(provider).get(0);
  }

  /** The dialects of a kamelet, in the order in which it has them. */
  public static List<Dialect> all(String provider) {
    JsonNode kamelet = yaml(Path.of("kamelets/" + provider + "-chat-action.kamelet.yaml"));
    List<Dialect> dialects = new ArrayList<>();
    for (JsonNode to : kamelet.at("/spec/template").findValues("to")) {
      String uri = to.path("uri").asText();
      Map<String, String> quirks = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> option : to.path("parameters").properties()) {
        if (option.getKey().startsWith(QUIRK)) {
          quirks.put(
              option.getKey().substring(QUIRK.length()),
              resolved(option.getValue().asText(), kamelet.at("/spec/definition/properties")));
        }
      }
      dialects.add(Dialect.named(uri.substring(uri.indexOf(':') + 1), quirks));
    }
    return dialects;
  }

  private static String resolved(String option, JsonNode properties) {
    String value =
        option.matches("RAW\\(.*\\)") ? option.substring(4, option.length() - 1) : option;
    return PROPERTY
        .matcher(value)
        .replaceAll(
            use ->
                Matcher.quoteReplacement(properties.path(use.group(1)).path("default").asText("")));
  }

  private static JsonNode yaml(Path file) {
    try {
      LoadSettings settings = LoadSettings.builder().build();
      return new ObjectMapper()
          .valueToTree(new Load(settings).loadFromString(Files.readString(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

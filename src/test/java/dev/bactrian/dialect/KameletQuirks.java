package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The quirks that a built-in kamelet gives its provider as long as no one sets anything. */
final class KameletQuirks {
  private static final String PREFIX = "quirk.";

  private KameletQuirks() {}

  static OpenAiQuirks of(String provider) {
    JsonNode kamelet = yaml("/kamelets/" + provider + "-chat-action.kamelet.yaml");
    Map<String, String> quirks = new LinkedHashMap<>();
    for (JsonNode step : kamelet.at("/spec/template/from/steps")) {
      for (Map.Entry<String, JsonNode> parameter : step.at("/to/parameters").properties()) {
        if (parameter.getKey().startsWith(PREFIX)) {
          quirks.put(
              parameter.getKey().substring(PREFIX.length()),
              value(kamelet, parameter.getValue().asText()));
        }
      }
    }
    return OpenAiQuirks.of(new Options(quirks));
  }

  private static String value(JsonNode kamelet, String text) {
    int open = text.indexOf("{{");
    if (open < 0) {
      return text;
    }
    String property = text.substring(open + 2, text.indexOf("}}")).replace("?", "");
    return kamelet.at("/spec/definition/properties/" + property + "/default").asText("");
  }

  private static JsonNode yaml(String resource) {
    try (InputStream in = KameletQuirks.class.getResourceAsStream(resource)) {
      return Json.MAPPER.valueToTree(
          new Load(LoadSettings.builder().build()).loadFromInputStream(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

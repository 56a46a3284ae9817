package dev.bactrian.house;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The project's own files as the house tests read them. */
final class Sources {
  static final Path ROUTES = Path.of("src/main/resources/routes");
  static final Path KAMELETS = Path.of("kamelets");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Sources() {}

  /** The files below a folder whose names end so. */
  static List<Path> files(Path folder, String ending) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  static JsonNode yaml(String text) {
    return MAPPER.valueToTree(
        new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build()).loadFromString(text));
  }

  /** The version of Camel that pom.xml names. */
  static String camelVersion() {
    Matcher version =
        Pattern.compile("<camel\\.version>([^<]+)</camel\\.version>")
            .matcher(text(Path.of("pom.xml")));
    if (!version.find()) {
      throw new IllegalStateException("pom.xml has no property camel.version");
    }
    return version.group(1);
  }
}

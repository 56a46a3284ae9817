package dev.bactrian;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which route files and kamelets are loaded: the built-in ones, and those of the configuration
 * folder, which take the place of a built-in file of the same name.
 *
 * @param routes the route files for Camel, separated by commas, beans first
 * @param kamelets the places of kamelets for Camel, separated by commas
 */
record RouteFiles(String routes, String kamelets) {
  private static final List<String> BUILT_IN =
      List.of(
          "beans",
          "beans-ledger",
          "beans-keys",
          "errors",
          "api",
          "chat",
          "explain",
          "models",
          "usage",
          "key",
          "admin",
          "attempt",
          "providers");
  private static final String ENDING = ".camel.yaml";

  static RouteFiles of(String config) {
    Map<String, String> files = new LinkedHashMap<>();
    BUILT_IN.forEach(name -> files.put(name + ENDING, "classpath:routes/" + name + ENDING));
    List<String> kamelets = new ArrayList<>();
    if (!config.isEmpty()) {
      Path folder = Path.of(config).toAbsolutePath();
      own(folder.resolve("routes"))
          .forEach(file -> files.put(String.valueOf(file.getFileName()), "file:" + file));
      kamelets.add("file:" + folder.resolve("kamelets"));
    }
    kamelets.add("classpath:kamelets");
    return new RouteFiles(String.join(",", files.values()), String.join(",", kamelets));
  }

  private static List<Path> own(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

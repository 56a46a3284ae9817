package dev.bactrian.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ResourceLoader;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/**
 * Which route files and kamelets are loaded: the built-in ones, and those of the configuration
 * folder, which take the place of a built-in file of the same name.
 *
 * @param door the files that live as long as the process, beans first
 * @param edition the files that are loaded anew with every edit, beans first
 * @param kamelets the places of kamelets for Camel, separated by commas
 * @param folder the configuration folder, null for none
 */
record RouteFiles(List<String> door, List<String> edition, String kamelets, @Nullable Path folder) {
  private static final List<String> DOOR =
      List.of("beans", "beans-ledger", "beans-keys", "beans-telemetry", "called", "api");
  private static final List<String> EDITION =
      List.of(
          "steps",
          "errors",
          "chat",
          "resume",
          "reply",
          "asked",
          "answered",
          "aside",
          "compare",
          "explain",
          "models",
          "usage",
          "key",
          "attempt",
          "providers");
  private static final String ENDING = ".camel.yaml";

  /**
   * The files as they are now.
   *
   * @param config the configuration folder, empty for none
   * @param leaveOut names of built-in files that are not loaded, without the ending
   * @throws IllegalArgumentException when there is no such folder or no such file
   */
  static RouteFiles of(String config, Set<String> leaveOut) {
    for (String name : leaveOut) {
      if (!DOOR.contains(name) && !EDITION.contains(name)) {
        throw new IllegalArgumentException(
            "bactrian.leave-out names '%s', which is no built-in route file: those are %s, %s."
                .formatted(name, String.join(", ", DOOR), String.join(", ", EDITION)));
      }
    }
    Map<String, String> door = builtIn(DOOR, leaveOut);
    Map<String, String> edition = builtIn(EDITION, leaveOut);
    List<String> kamelets = new ArrayList<>();
    Path folder = config.isEmpty() ? null : Path.of(config).toAbsolutePath();
    if (folder != null) {
      if (!Files.isDirectory(folder)) {
        throw new IllegalArgumentException("The configuration folder " + folder + " is not there.");
      }
      for (Path file : own(folder.resolve("routes"))) {
        String name = String.valueOf(file.getFileName());
        (door.containsKey(name) ? door : edition).put(name, "file:" + file);
      }
      kamelets.add("file:" + folder.resolve("kamelets"));
    }
    kamelets.add("classpath:kamelets");
    return new RouteFiles(
        List.copyOf(door.values()),
        List.copyOf(edition.values()),
        String.join(",", kamelets),
        folder);
  }

  /** A kamelet of the configuration folder by its name, null where it has none. */
  @Nullable Path ownKamelet(String name) {
    Path file = folder == null ? null : folder.resolve("kamelets/" + name + ".kamelet.yaml");
    return file != null && Files.isRegularFile(file) ? file : null;
  }

  /**
   * The first line of the folder's routes that names something, {@code file:line}; null if none.
   */
  @Nullable String mention(String name) {
    Pattern word = Pattern.compile("(?<![\\w-])" + Pattern.quote(name) + "(?![\\w-])");
    for (Path file : folder == null ? List.<Path>of() : own(folder.resolve("routes"))) {
      try {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
          if (word.matcher(lines.get(i)).find()) {
            return file + ":" + (i + 1);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(file.toString(), e);
      }
    }
    return null;
  }

  /** Loads files into a context that is not started. */
  void load(CamelContext context, List<String> locations) throws Exception {
    ResourceLoader resources = PluginHelper.getResourceLoader(context);
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(locations.stream().map(resources::resolveResource).toList());
  }

  private static Map<String, String> builtIn(List<String> names, Set<String> leaveOut) {
    Map<String, String> files = new LinkedHashMap<>();
    for (String name : names) {
      if (!leaveOut.contains(name)) {
        files.put(name + ENDING, "classpath:routes/" + name + ENDING);
      }
    }
    return files;
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

package dev.bactrian.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The jars in {@code lib/} of the configuration folder: components, drivers and beans of the
 * operator's routes. Editions share one class loader for as long as the jars are the same.
 */
final class Libraries {
  private final @Nullable Path folder;
  private List<String> seen = List.of();
  private @Nullable ClassLoader loader;

  /**
   * The jars of a folder.
   *
   * @param config the configuration folder, empty for none
   */
  Libraries(String config) {
    this.folder = config.isEmpty() ? null : Path.of(config, "lib").toAbsolutePath();
  }

  /** A loader of the classes in the jars as they are now, null where there are none. */
  synchronized @Nullable ClassLoader loader() {
    List<String> now = new ArrayList<>();
    List<URL> urls = new ArrayList<>();
    try {
      for (Path jar : jars()) {
        now.add(jar + " " + Files.size(jar) + " " + Files.getLastModifiedTime(jar));
        urls.add(jar.toUri().toURL());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!now.equals(seen)) {
      seen = now;
      // The one before is not closed: calls that run may still need classes of it.
      loader =
          urls.isEmpty()
              ? null
              : new URLClassLoader(
                  "lib", urls.toArray(URL[]::new), Libraries.class.getClassLoader());
    }
    return loader;
  }

  private List<Path> jars() throws IOException {
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }
}

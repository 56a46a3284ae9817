package dev.bactrian.kit;

import java.nio.file.Files;
import java.nio.file.Path;

/** The examples of hosts, which the build has packaged before tests on sockets run. */
public final class Examples {
  private Examples() {}

  /** The runnable jar of an example. */
  public static String jar(String example) {
    Path jar = Path.of("target/examples", example, "target", example + ".jar").toAbsolutePath();
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException(
          jar + " is not there: run mvn package invoker:install invoker:run@examples");
    }
    return jar.toString();
  }
}

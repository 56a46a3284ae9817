package dev.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whoever uses what Camel, Vert.x or Netty do not promise to keep stands in docs/releases.md, with
 * the tests that notice when it changes.
 */
class InternalsTest {
  private static final Path DOCUMENT = Path.of("docs/releases.md");
  private static final Path TESTS = Path.of("src/test/java");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|[^|]+\\| (`.+`) \\|$");
  private static final Pattern NAME = Pattern.compile("`(\\w+)`");

  /** Packages whose classes may change with any release. */
  private static final Pattern INTERNAL =
      Pattern.compile(
          "io\\.vertx\\..*\\bimpl\\b.*"
              + "|io\\.netty\\..*"
              + "|org\\.apache\\.camel\\.(impl|model|processor|dsl)\\..*"
              + "|org\\.apache\\.camel\\.component\\.(kamelet|platform|vertx)\\..*"
              + "|org\\.apache\\.camel\\.spi\\.ReactiveExecutor");

  @Test
  void everyUseStandsInTheDocument() throws IOException {
    TreeSet<String> users = new TreeSet<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.bactrian")) {
      boolean uses =
          type.getDirectDependenciesFromSelf().stream()
              .anyMatch(it -> INTERNAL.matcher(it.getTargetClass().getName()).matches());
      if (uses) {
        users.add(type.getName().replaceFirst("\\$.*", "").replaceFirst(".*\\.", ""));
      }
    }
    assertThat(rows().keySet()).isEqualTo(users);
  }

  @Test
  void everyTestThatItNamesIsThere() throws IOException {
    try (Stream<Path> files = Files.walk(TESTS)) {
      List<String> tests =
          files.map(it -> it.getFileName().toString().replace(".java", "")).toList();
      rows().values().forEach(named -> assertThat(tests).containsAll(named));
    }
  }

  private static Map<String, List<String>> rows() throws IOException {
    Map<String, List<String>> rows = new TreeMap<>();
    ROW.matcher(Files.readString(DOCUMENT))
        .results()
        .forEach(row -> rows.put(row.group(1), names(row.group(2))));
    return rows;
  }

  private static List<String> names(String column) {
    return NAME.matcher(column).results().map((MatchResult it) -> it.group(1)).toList();
  }
}

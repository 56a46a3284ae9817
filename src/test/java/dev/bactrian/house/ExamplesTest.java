package dev.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each example explains itself on one screen. */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("examples");
  private static final int SCREEN = 60;
  private static final Pattern TEST = Pattern.compile("`(\\w+IT)` is its test");

  static List<Path> examples() throws IOException {
    try (Stream<Path> folders = Files.list(EXAMPLES)) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
  }

  static List<Path> edits() throws IOException {
    return examples().stream().filter(it -> Files.isDirectory(it.resolve("config"))).toList();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void eachHasAReadme(Path example) {
    String text = Sources.text(example.resolve("README.md"));
    if (Files.exists(example.resolve("pom.xml"))) {
      assertThat(text).contains("mvn", "-jar target/" + Sources.name(example) + ".jar");
    } else {
      assertThat(text).contains("./bactrian", "localhost:8080");
    }
    assertThat(text).startsWith("# ");
    assertThat(text.lines()).hasSizeLessThanOrEqualTo(SCREEN);
  }

  @ParameterizedTest
  @MethodSource("edits")
  void eachIsStartedAsItSaysAndHasItsTest(Path example) {
    String text = Sources.text(example.resolve("README.md"));
    assertThat(text).contains("BACTRIAN_CONFIG=" + EXAMPLES.resolve(Sources.name(example)));
    Sources.files(example.resolve("config"), ".camel.yaml")
        .forEach(file -> assertThat(text).contains(example.relativize(file).toString()));
    Matcher test = TEST.matcher(text);
    assertThat(test.find()).isTrue();
    assertThat(Path.of("src/test/java/dev/bactrian/examples", test.group(1) + ".java")).exists();
    assertThat(Sources.text(Path.of("docs/extending.md")))
        .contains("../examples/" + Sources.name(example) + "/README.md");
  }
}

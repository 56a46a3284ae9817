package dev.bactrian.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFilesTest {
  private final Path folder;

  RouteFilesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void everyBuiltInFileIsLoaded() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/routes"))) {
      assertThat(routes(RouteFiles.of("", Set.of())))
          .containsExactlyInAnyOrderElementsOf(
              files.map(file -> "classpath:routes/" + file.getFileName()).toList())
          .startsWith("classpath:routes/beans.camel.yaml")
          .containsSubsequence(
              "classpath:routes/api.camel.yaml", "classpath:routes/steps.camel.yaml");
    }
    assertThat(RouteFiles.of("", Set.of()).kamelets()).isEqualTo("classpath:kamelets");
  }

  @Test
  void aFolderWithoutRoutesChangesNothing() {
    assertThat(RouteFiles.of(folder.toString(), Set.of()).edition())
        .isEqualTo(RouteFiles.of("", Set.of()).edition());
  }

  @Test
  void aFileOfTheFolderTakesThePlaceOfTheBuiltInOne() throws IOException {
    Path routes = Files.createDirectories(folder.resolve("routes"));
    Files.createFile(routes.resolve("chat.camel.yaml"));
    Files.createFile(routes.resolve("mine.camel.yaml"));
    Files.createFile(routes.resolve("notes.txt"));

    RouteFiles files = RouteFiles.of(folder.toString(), Set.of());

    assertThat(routes(files))
        .hasSize(routes(RouteFiles.of("", Set.of())).size() + 1)
        .contains("file:" + routes.resolve("chat.camel.yaml").toAbsolutePath())
        .contains("file:" + routes.resolve("mine.camel.yaml").toAbsolutePath())
        .doesNotContain("classpath:routes/chat.camel.yaml");
    assertThat(files.kamelets())
        .isEqualTo("file:" + folder.resolve("kamelets").toAbsolutePath() + ",classpath:kamelets");
  }

  @Test
  void aFileThatIsLeftOutIsNotLoaded() {
    assertThat(routes(RouteFiles.of("", Set.of("api", "compare"))))
        .hasSize(routes(RouteFiles.of("", Set.of())).size() - 2)
        .doesNotContain("classpath:routes/api.camel.yaml", "classpath:routes/compare.camel.yaml");
  }

  @Test
  void aFileThatIsNotThereCannotBeLeftOut() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RouteFiles.of("", Set.of("comapre")))
        .withMessageContainingAll("comapre", "compare");
  }

  private static List<String> routes(RouteFiles files) {
    return Stream.concat(files.door().stream(), files.edition().stream()).toList();
  }
}

package dev.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.error.ErrorClass;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** Documents say what the code does, and which tests prove it. */
class ProofTest {
  private static final Path TESTS = Path.of("src/test/java");
  private static final String TEXT = Sources.text(Path.of("docs/conduct.md"));
  private static final Pattern PROOF = Pattern.compile("`(\\w+)\\.(\\w+|\\*)`");

  /** The lines of all tables whose last column is headed "proven by". */
  static List<String> lines() {
    return Sources.files(Path.of("docs"), ".md").stream()
        .flatMap(file -> lines(Sources.text(file)).stream())
        .toList();
  }

  private static List<String> lines(String text) {
    int table = text.indexOf("| proven by |");
    return table < 0
        ? List.of()
        : text.substring(table).lines().skip(2).takeWhile(line -> line.startsWith("|")).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"conduct", "keys", "ledger"})
  void theTableIsThere(String document) {
    assertThat(lines(Sources.text(Path.of("docs", document + ".md")))).hasSizeGreaterThan(10);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void eachLineHasATest(String line) {
    List<MatchResult> proofs = PROOF.matcher(line).results().toList();
    assertThat(proofs).isNotEmpty();
    for (MatchResult proof : proofs) {
      assertThat(testsOf(proof.group(1)))
          .as(proof.group())
          .anyMatch(test -> proof.group(2).equals("*") || test.equals(proof.group(2)));
    }
  }

  /** The names of a class's tests. */
  private static List<String> testsOf(String name) {
    List<Path> files = Sources.files(TESTS, "/" + name + ".java");
    assertThat(files).as(name).hasSize(1);
    String file = TESTS.relativize(files.get(0)).toString();
    Class<?> found;
    try {
      found = Class.forName(file.substring(0, file.length() - ".java".length()).replace('/', '.'));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
    return AnnotationSupport.findAnnotatedMethods(
            found, Testable.class, HierarchyTraversalMode.TOP_DOWN)
        .stream()
        .map(Method::getName)
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void theTableOfClassesIsTheCodes(ErrorClass kind) {
    List<String> cells =
        TEXT.lines()
            .filter(line -> line.startsWith("| " + kind + " |"))
            .flatMap(line -> Stream.of(line.split("\\|")))
            .map(String::strip)
            .toList();
    assertThat(cells).hasSize(7);
    assertThat(says(cells.get(3))).as("retried").isEqualTo(kind.retriedOnSameTarget());
    assertThat(says(cells.get(4)))
        .as("elsewhere")
        .isEqualTo(kind.triedElsewhere() || kind == ErrorClass.CONTEXT);
    assertThat(says(cells.get(5))).as("counted").isEqualTo(kind.chargedToBreaker());
    if (kind != ErrorClass.BAD_REQUEST && kind != ErrorClass.ABORT) {
      assertThat(cells.get(6)).startsWith(kind.status() + " `" + kind.code() + "`");
    }
  }

  private static boolean says(String cell) {
    return !cell.toLowerCase(Locale.ROOT).startsWith("no");
  }
}

package dev.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents refer to is there. */
class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]*)(#[^)\\s]*)?\\)");
  private static final Pattern TITLE = Pattern.compile("# ([0-9]+)\\. .*");

  @Test
  void everyLinkWithinTheProjectLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    List<Path> documents = documents();
    for (Path document : documents) {
      String text = Files.readString(document);
      Matcher link = LINK.matcher(text.replaceAll("(?s)```.*?```", ""));
      while (link.find()) {
        Path target =
            link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1)).normalize();
        if (link.group(1).contains(":")) {
          continue; // another site's
        }
        if (!Files.exists(target)) {
          broken.add(document + " -> " + link.group(1));
        } else if (link.group(2) != null
            && !anchors(Files.readString(target)).contains(link.group(2))) {
          broken.add(document + " -> " + link.group());
        }
      }
    }

    assertThat(documents).hasSizeGreaterThan(20);
    assertThat(broken).isEmpty();
  }

  @Test
  void eachDecisionHasItsOwnNumber() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("docs/decisions"))) {
      List<Path> decisions = files.sorted().toList();
      for (int i = 0; i < decisions.size(); i++) {
        String title = Files.readAllLines(decisions.get(i)).get(0);
        Matcher number = TITLE.matcher(title);
        assertThat(decisions.get(i).getFileName().toString()).startsWith("%04d-".formatted(i + 1));
        assertThat(number.matches()).as(title).isTrue();
        assertThat(number.group(1)).isEqualTo(String.valueOf(i + 1));
      }
    }
  }

  /** The anchors that headings get, as GitHub makes them. */
  private static List<String> anchors(String text) {
    return text.lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(java.util.Locale.ROOT))
        .map(heading -> "#" + heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(""))) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.startsWith("target") && !file.toString().contains("/target/"))
          .filter(file -> !file.startsWith("bench/results") && !file.startsWith(".git"))
          .toList();
    }
  }
}

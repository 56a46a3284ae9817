package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.catalogue.CatalogueReader;
import dev.bactrian.catalogue.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The README's table of providers is what the kamelets and the catalogue say. {@code mvn test
 * -Dtest=ProviderTableTest -Dwrite} writes it.
 */
class ProviderTableTest {
  private static final Pattern TITLE = Pattern.compile("title: \"(.+) Chat Action\"");
  private static final Path README = Path.of("README.md");
  private static final String BEGIN = "<!-- what ProviderTableTest writes -->\n";
  private static final String END = "<!-- until here -->\n";
  private static final String HEAD =
      """
      | provider | models | live when set | tools | pictures | thoughts | JSON schema |
      |---|---|---|---|---|---|---|
      """;

  private static List<String> providers() {
    return new CatalogueReader("")
        .read().models().stream().map(Model::provider).distinct().toList();
  }

  private static String row(String provider) {
    KameletFile kamelet = Objects.requireNonNull(KameletFile.find(null, provider));
    List<Model> models =
        new CatalogueReader("")
            .read().models().stream().filter(model -> model.provider().equals(provider)).toList();
    List<Model> named = models.stream().filter(model -> !model.isWildcard()).toList();
    boolean any = named.size() < models.size();
    List<String> cells =
        List.of(
            title(provider),
            "`" + provider + "/` " + (named.isEmpty() ? "any" : named.size() + (any ? "+" : "")),
            live(kamelet),
            mark(named, model -> model.abilities().contains("tools")),
            mark(named, model -> model.input().contains("image")),
            mark(named, model -> model.abilities().contains("reasoning")),
            mark(named, model -> model.abilities().contains("json_schema")));
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String title(String provider) {
    Path file = Path.of("kamelets", provider + "-chat-action.kamelet.yaml");
    try {
      Matcher title = TITLE.matcher(Files.readString(file));
      assertThat(title.find()).as("the title in %s", file).isTrue();
      return title.group(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether some of the models can, or all; a question mark where none is known. */
  private static String mark(List<Model> models, Predicate<Model> ability) {
    long able = models.stream().filter(ability).count();
    return models.isEmpty() ? "?" : able == models.size() ? "all" : able == 0 ? "" : "some";
  }

  private static String live(KameletFile kamelet) {
    List<String> ways = new ArrayList<>();
    for (List<String> set : kamelet.required()) {
      ways.add(
          set.stream()
              .filter(name -> kamelet.properties().get(name) == null)
              .map(name -> variable(kamelet, name))
              .collect(Collectors.joining(" and ")));
    }
    return kamelet.provider().equals("demo") ? "always" : String.join(", or ", ways);
  }

  /** A property's variable, and other names of it. */
  private static String variable(KameletFile kamelet, String property) {
    String others =
        kamelet.environment().entrySet().stream()
            .filter(other -> other.getValue().equals(property))
            .map(other -> "`" + other.getKey() + "`")
            .filter(other -> !other.equals("`" + own(kamelet, property) + "`"))
            .collect(Collectors.joining(", "));
    return "`" + own(kamelet, property) + "`" + (others.isEmpty() ? "" : " (" + others + ")");
  }

  private static String own(KameletFile kamelet, String property) {
    return Providers.variable(kamelet.provider(), property);
  }

  @Test
  void theReadmesTableIsWhatTheFilesSay() throws IOException {
    String table =
        HEAD + providers().stream().map(ProviderTableTest::row).collect(Collectors.joining());
    String readme = Files.readString(README);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    assertThat(begin).isLessThanOrEqualTo(end);
    if (System.getProperty("write") != null) {
      readme = readme.substring(0, begin) + table + readme.substring(end);
      Files.writeString(README, readme);
    }

    assertThat(Files.readString(README)).contains(BEGIN + table + END);
  }
}

package dev.bactrian.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueReaderTest {
  private final Path folder;

  CatalogueReaderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void makeFolder() throws IOException {
    Files.createDirectories(folder.resolve("catalogue"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "model: {}                         | model",
        "/model: {}                        | /model",
        "a/b: text                         | a/b",
        "a/b: [1]                          | a/b",
        "a/b: {context: many}              | a/b",
        "a/b: {output: '4096'}             | a/b",
        "a/b: {input: text}                | a/b",
        "a/b: {abilities: {x: y}}          | a/b",
        "a/b: {price: 5}                   | a/b",
        "a/b: {price: {input: free}}       | a/b",
        "a/b: {price: {input: 0.0000000001}} | a/b",
        "a/b: {price: {output: .inf}}      | a/b",
        "a/b: {price: {cached: 99999999999999}} | a/b"
      })
  void aWrongEntryIsNamedWithItsFile(String yaml, String entry) throws IOException {
    write("models.yaml", yaml);

    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("models.yaml")
        .hasMessageContaining(entry);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"aliases: [x] | aliases", "chains: {a/b: c/d} | a/b", "chains: x | chains"})
  void aWrongRoutingIsNamedWithItsFile(String yaml, String entry) throws IOException {
    write("routing.yaml", yaml);

    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("routing.yaml")
        .hasMessageContaining(entry);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"a/b: {", "- a", "text", "a: b: c"})
  void aFileThatIsNoMapIsNamedWithItsFolder(String yaml) throws IOException {
    write("models.yaml", yaml);

    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(folder.resolve("catalogue/models.yaml").toString());
  }

  @ParameterizedTest
  @CsvSource({
    "models.yaml, 'a/b:\n  contxt: 8', 2, contxt",
    "routing.yaml, 'aliases: {}\ntaks: {}', 2, taks"
  })
  void whatNobodyReadsIsRefused(String file, String yaml, int line, String word)
      throws IOException {
    write(file, yaml);

    assertThatThrownBy(this::read).hasMessageContaining(file + ":" + line + ": ", "'" + word + "'");
  }

  @Test
  void aModelThatComesTwiceIsRefused() throws IOException {
    write("models.yaml", "a/b: {}\na/b: {}\n");

    assertThatThrownBy(this::read).hasMessageContaining("a/b");
  }

  @Test
  void anEmptyFileAddsNothing() throws IOException {
    write("models.yaml", "# nothing yet\n");

    assertThat(read().models()).hasSameSizeAs(new CatalogueReader("").read().models());
  }

  @Test
  void anEmptyEntryAddsNothingToWhatIsBuiltIn() throws IOException {
    write("models.yaml", "demo/chat:\na/b:\n");
    write("routing.yaml", "aliases:\n#  fast: demo/chat\nchains:\n");

    assertThat(model("demo/chat")).isEqualTo(new CatalogueReader("").read().find("demo/chat"));
    assertThat(model("a/b").upstream()).isEqualTo("b");
    assertThat(read().routing()).isEqualTo(new CatalogueReader("").read().routing());
  }

  @Test
  void theFolderAddsModels() throws IOException {
    write("models.yaml", "a/b: {upstream: b-2, context: 8, output: 4}");

    Model model = model("a/b");

    assertThat(model.provider()).isEqualTo("a");
    assertThat(model.upstream()).isEqualTo("b-2");
    assertThat(model.context()).isEqualTo(8);
    assertThat(model.output()).isEqualTo(4);
    assertThat(model.input()).containsExactly("text");
    assertThat(model.status()).isEqualTo("active");
    assertThat(model("demo/chat").provider()).isEqualTo("demo");
  }

  @Test
  void theFolderOverridesAModelMemberByMember() throws IOException {
    Model before = Objects.requireNonNull(new CatalogueReader("").read().find("demo/chat"));
    write("models.yaml", "demo/chat: {context: 5}");

    Model after = model("demo/chat");

    assertThat(after.context()).isEqualTo(5);
    assertThat(after.output()).isEqualTo(before.output());
    assertThat(after.price()).isEqualTo(before.price());
    assertThat(after.abilities()).isEqualTo(before.abilities());
  }

  @Test
  void theFolderAddsAliasesAndChains() throws IOException {
    write("routing.yaml", "aliases: {fast: demo/chat}\nchains: {demo/chat: [demo/cut]}");

    assertThat(model("fast").id()).isEqualTo("demo/chat");
    assertThat(model("deepseek/deepseek-chat").id())
        .as("a built-in alias")
        .isEqualTo("deepseek/deepseek-flash");
    assertThat(read().chain("demo/chat")).isEqualTo(List.of("demo/cut"));
    assertThat(read().chain("demo/unreliable")).as("a built-in chain").containsExactly("demo/chat");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1000000000",
    "1.32, 1320000000",
    "0.044, 44000000",
    "0.0028, 2800000",
    "0.1, 100000000",
    "0.000000001, 1",
    "'\"0.3\"', 300000000",
    "1e-3, 1000000",
    "150, 150000000000"
  })
  void pricesAreExact(String written, long nanos) throws IOException {
    write("models.yaml", "a/b: {price: {input: " + written + "}}");

    assertThat(price("a/b").input()).isEqualTo(nanos);
  }

  @Test
  void aPriceThatIsUnknownIsNotNothing() throws IOException {
    write("models.yaml", "a/b: {price: {input: 1, cached: null}}\na/c: {}\na/d: {price: null}");

    assertThat(price("a/b")).isEqualTo(new Model.Price("USD", 1_000_000_000L, null, null, null));
    assertThat(model("a/c").price()).isNull();
    assertThat(model("a/d").price()).isNull();
    assertThat(model("a/c").context()).isNull();
  }

  @Test
  void aPriceBelowNothingIsRefused() throws IOException {
    write("models.yaml", "a/b: {price: {input: -1}}");

    assertThatThrownBy(this::read).hasMessageContaining("a/b");
  }

  @Test
  void pricesHaveDays() throws IOException {
    write(
        "models.yaml",
        """
        a/b:
          price:
            - {from: 2026-07-01, input: 2, reasoning: 3}
            - {input: 1}
            - {from: 2026-09-15, input: 3, currency: CNY}
        """);
    Model model = model("a/b");

    assertThat(Objects.requireNonNull(model.price(at("2026-06-30T23:59:59Z"))).input())
        .isEqualTo(1_000_000_000L);
    Model.Price july = Objects.requireNonNull(model.price(at("2026-07-01T00:00:00Z")));
    assertThat(july.input()).isEqualTo(2_000_000_000L);
    assertThat(july.reasoning()).isEqualTo(3_000_000_000L);
    assertThat(july.from()).hasToString("2026-07-01");
    assertThat(Objects.requireNonNull(model.price(at("2027-01-01T00:00:00Z"))).currency())
        .isEqualTo("CNY");
  }

  @Test
  void beforeItsFirstDayAPriceIsUnknown() throws IOException {
    write("models.yaml", "a/b: {price: {from: 2026-07-01, input: 2}}");

    assertThat(model("a/b").price(at("2026-06-30T12:00:00Z"))).isNull();
    assertThat(model("a/b").price(at("2026-07-01T12:00:00Z"))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{input: 1}, {input: 2}]                                     | two prices",
        "[{from: 2026-07-01, input: 1}, {from: 2026-07-01, input: 2}] | 2026-07-01",
        "[]                                                           | no price",
        "{from: July, input: 1}                                       | July",
        "{reasoning: dear}                                            | dear",
        "[5]                                                          | name: value"
      })
  void whatIsWrongWithPricesIsSaid(String yaml, String why) throws IOException {
    write("models.yaml", "a/b: {price: " + yaml + "}");

    assertThatThrownBy(this::read).hasMessageContaining("a/b").hasMessageContaining(why);
  }

  private static Instant at(String when) {
    return Instant.parse(when);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tasks: {code: a/b}                       | code",
        "quality: a/b                             | quality",
        "speeds: {a/b: 5}                         | a/b",
        "speeds: {a/b: {first_token_ms: 5}}       | tokens_per_second",
        "speeds: {a/b: {first_token_ms: 0, tokens_per_second: 1}} | first_token_ms",
        "currencies: {CNY: cheap}                 | CNY",
        "currencies: {CNY: -1}                    | CNY"
      })
  void whatIsWrongWithTheRoutingIsSaid(String yaml, String entry) throws IOException {
    write("routing.yaml", yaml);
    assertThatThrownBy(this::read).hasMessageContaining("routing.yaml").hasMessageContaining(entry);
  }

  @Test
  void theBuiltInCatalogueHoldsTogether() {
    Catalogue catalogue = new CatalogueReader("").read();

    assertThat(catalogue.models()).isNotEmpty();
    Routing routing = catalogue.routing();
    List<String> names = new ArrayList<>(routing.aliases().keySet());
    names.addAll(routing.quality());
    routing.tasks().values().forEach(names::addAll);
    assertThat(names).allSatisfy(name -> assertThat(catalogue.find(name)).as(name).isNotNull());
    for (Model model : catalogue.models()) {
      for (String next : catalogue.chain(model.id())) {
        assertThat(catalogue.find(next)).as("chain of %s: %s", model.id(), next).isNotNull();
      }
    }
  }

  private Model.Price price(String id) {
    return Objects.requireNonNull(model(id).price());
  }

  private Model model(String name) {
    @Nullable Model model = read().find(name);
    return Objects.requireNonNull(model, name);
  }

  private Catalogue read() {
    return new CatalogueReader(folder.toString()).read();
  }

  private void write(String file, String yaml) throws IOException {
    Files.writeString(folder.resolve("catalogue").resolve(file), yaml);
  }
}

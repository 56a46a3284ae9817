package dev.bactrian.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.ApiException;
import dev.bactrian.provider.Breakers;
import dev.bactrian.provider.Providers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
  private static final String MODELS =
      """
      north/one: {upstream: one-v1}
      north/two: {}
      north/*: {}
      south/one: {}
      south/three: {}
      south/deep/four: {}
      west/five: {}
      east/six: {}
      """;
  private static final String ROUTING =
      """
      aliases:
        fast: faster
        faster: north/two
        loop: pool
        pool: loop
        lost: nowhere/model
        north/old: north/one
      chains:
        north/one: [west/five, south/one, nowhere/model, fast]
        north/two: [north/one]
        south/one: [north/one, south/one]
        west/five: [north/one]
      """;
  private static final String KAMELET =
      "{spec: {definition: {required: [apiKey], properties: {apiKey: {type: string}}}}}";

  private final Path folder;

  PlannerTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void configure() throws IOException {
    Path catalogue = Files.createDirectories(folder.resolve("catalogue"));
    Files.writeString(catalogue.resolve("models.yaml"), MODELS);
    Files.writeString(catalogue.resolve("routing.yaml"), ROUTING);
    Path kamelets = Files.createDirectories(folder.resolve("kamelets"));
    for (String provider : List.of("north", "south", "west")) {
      Files.writeString(kamelets.resolve(provider + "-chat-action.kamelet.yaml"), KAMELET);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "nowhere/one", "south/two", "loop", "lost", "north/", "/", "*"})
  void anUnknownModelIsRefused(String name) {
    ApiException refusal = refusal("\"model\":\"" + name + "\"");

    assertThat(refusal.status()).isEqualTo(404);
    assertThat(refusal.code()).isEqualTo("model_not_found");
    assertThat(refusal.param()).isEqualTo("model");
    assertThat(refusal.reason()).contains("'" + name + "'");
  }

  @Test
  void anUnknownSecondModelIsRefused() {
    assertThat(refusal("\"model\":\"south/one\",\"models\":[\"typo\"]").reason())
        .contains("'typo'");
  }

  @Test
  void aProviderWithoutAKeyIsRefusedWithWhatToSet() {
    ApiException refusal = refusal("\"model\":\"west/five\"");

    assertThat(refusal.status()).isEqualTo(404);
    assertThat(refusal.reason()).contains("'west'").contains("WEST_API_KEY");
  }

  @Test
  void aProviderWithoutAKameletIsRefused() {
    assertThat(refusal("\"model\":\"east/six\"").reason())
        .contains("'east'")
        .contains("no kamelet")
        .doesNotContain("set ");
  }

  @Test
  void aChainDoesNotRescueAModelThatIsNotLive() {
    assertThat(refusal("\"model\":\"west/five\"").code()).isEqualTo("model_not_found");
  }

  @ParameterizedTest
  @CsvSource({
    "south/three, south, south/three, three",
    "north/one, north, north/one, one-v1",
    "north/old, north, north/one, one-v1",
    "one, north, north/one, one-v1",
    "three, south, south/three, three",
    "deep/four, south, south/deep/four, deep/four",
    "fast, north, north/two, two",
    "north/unheard:7b, north, north/unheard:7b, unheard:7b",
    "north/a/b, north, north/a/b, a/b"
  })
  void aNameFindsItsModel(String name, String provider, String model, String upstream) {
    Target target = plan("\"model\":\"" + name + "\"").get(0);
    assertThat(List.of(target.provider(), target.id(), target.model().upstream()))
        .containsExactly(provider, model, upstream);
  }

  @Test
  void theChainFollowsWithoutWhatIsNotLiveOrUnknown() {
    assertThat(models("\"model\":\"north/one\""))
        .containsExactly("north/one", "south/one", "north/two");
  }

  @Test
  void noModelIsTriedTwice() {
    assertThat(models("\"model\":\"south/one\",\"models\":[\"north/one\",\"one\",\"south/one\"]"))
        .containsExactly("south/one", "north/one", "north/two");
  }

  @Test
  void theRequestsOwnModelsGoBeforeAnyChain() {
    assertThat(models("\"model\":\"north/one\",\"models\":[\"south/three\"]"))
        .containsExactly("north/one", "south/three", "south/one", "north/two");
  }

  @Test
  void aModelThatIsNotLiveIsPassedOver() {
    assertThat(models("\"model\":\"west/five\",\"models\":[\"south/three\"]"))
        .containsExactly("south/three");
  }

  private List<String> models(String members) {
    return plan(members).stream().map(Target::id).toList();
  }

  private ApiException refusal(String members) {
    ApiException refusal = catchThrowableOfType(ApiException.class, () -> plan(members));
    assertThat(refusal).isNotNull();
    return refusal;
  }

  private List<Target> plan(String members) {
    Catalogues catalogues = new Catalogues(folder.toString());
    Providers providers =
        new Providers(
            folder.toString(),
            catalogues,
            Map.of("NORTH_API_KEY", "k", "SOUTH_API_KEY", "k"),
            name -> null);
    String body = "{" + members + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    Planner planner =
        new Planner(
            catalogues,
            providers,
            TestModels.pools(new Breakers(10, 10, 50, 1000, 1000), providers),
            new Speeds(),
            new AutoTask.ByLooks(),
            0);
    return planner.plan(ChatRequest.read(body.getBytes(StandardCharsets.UTF_8))).targets();
  }
}

package dev.bactrian.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.TokenMeter;
import dev.bactrian.error.ApiException;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.provider.Breakers;
import dev.bactrian.provider.Providers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is chosen when the client leaves the choice to the gateway. */
class RoutingPolicyTest {
  private static final String MODELS =
      """
      north/big: {context: 200000, abilities: [tools, json_schema], price: {currency: USD, input: 3, output: 15}}
      north/small: {context: 8000, price: {currency: USD, input: 0.1, output: 0.4}}
      south/big: {context: 100000, abilities: [tools], price: {currency: CNY, input: 7, output: 28}}
      south/eyes: {context: 32000, input: [text, image], abilities: [fixed_sampling], price: {currency: USD, input: 1, output: 2}}
      south/odd: {price: {currency: XAU, input: 0.001, output: 0.001}}
      north/caching: {status: legacy, price: {currency: USD, input: 2, output: 2, cached: 0.2}}
      south/plain: {status: legacy, price: {currency: USD, input: 1, output: 2}}
      west/big: {abilities: [tools]}
      west/gone: {status: retired}
      """;
  private static final String ROUTING =
      """
      chains:
        north/small: [south/eyes, north/big]
      tasks:
        turns: [south/plain, north/caching]
        errands: [west/big, south/big, north/small]
        reasoning: [north/big]
        vision: [south/eyes]
        agent_tool: [south/big]
        code: [north/big, south/big]
        translation: [south/big]
        creative: [north/big]
        fast_chat: [north/small]
      quality: [south/eyes, north/big, south/big]
      speeds:
        "*": {first_token_ms: 1000, tokens_per_second: 50}
        south/*: {first_token_ms: 400, tokens_per_second: 100}
        north/small: {first_token_ms: 100, tokens_per_second: 200}
      currencies: {CNY: 0.14}
      """;
  private static final String KAMELET =
      "{spec: {definition: {required: [apiKey], properties: {apiKey: {type: string}}}}}";
  private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
  private static final String TOOLS =
      ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";

  private final Path folder;
  private final Breakers breakers = new Breakers(4, 2, 50, 60_000, 30_000);
  private final Speeds speeds = new Speeds();
  private int exploration;

  RoutingPolicyTest(@TempDir Path folder) {
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

  @Test
  void aTaskIsItsListWithoutWhatIsNotLive() {
    Plan plan = plan("task:errands", "");
    assertThat(ids(plan)).containsExactly("south/big", "north/small");
    assertThat(plan.targets().get(0).reason()).isEqualTo("listed for task:errands");
    assertThat(plan.left()).extracting(Plan.Left::model).containsExactly("west/big");
  }

  @Test
  void anUnknownTaskIsRefused() {
    assertThat(refusal("task:dishes", "").code()).isEqualTo("model_not_found");
    assertThat(refusal("task:dishes", "").reason()).contains("'task:dishes'");
  }

  @Test
  void aTaskGoesToWhatCanDoIt() {
    assertThat(ids(plan("task:errands", TOOLS))).containsExactly("south/big");
    ApiException refusal = refusal("task:fast_chat", TOOLS);
    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.code()).isEqualTo("no_model_fits");
    assertThat(refusal.reason()).contains("north/small").contains("tools");
  }

  @Test
  void theCheapestIsTheOneThatThisRequestCostsLeastAt() {
    Plan plan = plan("auto", ",\"route\":\"cheapest\"");
    assertThat(ids(plan)).startsWith("north/small", "south/eyes", "south/big", "north/big");
    assertThat(plan.targets().get(0).reason()).startsWith("cheapest: 0.000").contains("USD");
  }

  @Test
  void whatACacheHoldsIsCheaper() {
    String turns =
        "{\"model\":\"task:turns:cheapest\",\"messages\":[{\"role\":\"user\",\"content\":\""
            + "word ".repeat(2000)
            + "\"},{\"role\":\"assistant\",\"content\":\"Yes.\"},"
            + "{\"role\":\"user\",\"content\":\"And?\"}]}";
    assertThat(ids(planOf(turns))).containsExactly("north/caching", "south/plain");
    // The same length in a first turn, of which no cache knows.
    assertThat(ids(planOf(turns.replace("assistant", "user"))))
        .containsExactly("south/plain", "north/caching");
  }

  @Test
  void aTaskCanBeOrderedByASuffix() {
    assertThat(ids(plan("task:errands:cheapest", ""))).containsExactly("north/small", "south/big");
    assertThat(ids(plan("task:code:best", ""))).containsExactly("north/big", "south/big");
  }

  @Test
  void anUnknownPriceOrCurrencyIsNeverCheap() {
    Plan plan = plan("auto:cheapest", "");
    assertThat(ids(plan)).endsWith("south/odd");
    assertThat(plan.targets().get(plan.targets().size() - 1).reason()).contains("unknown");
  }

  @Test
  void theBestGoesByTheCatalogue() {
    assertThat(ids(plan("bactrian/auto:best", "")))
        .startsWith("south/eyes", "north/big", "south/big");
  }

  @Test
  void theFastestGoesByWhatIsBelievedUntilItIsMeasured() {
    String short20 = ",\"max_tokens\":20";
    assertThat(ids(plan("auto:fastest", short20))).startsWith("north/small", "south/big");
    for (int i = 0; i < 20; i++) {
      speeds.learn("north/small", 5000, 10);
    }
    assertThat(ids(plan("auto:fastest", short20)).get(0)).isEqualTo("south/big");
    for (int i = 0; i < 30; i++) {
      speeds.learn("north/small", 50, 300);
    }
    assertThat(ids(plan("auto:fastest", short20)).get(0)).isEqualTo("north/small");
  }

  @Test
  void theFastestNowAndThenTriesAnother() {
    exploration = 100;
    Plan plan = plan("auto:fastest", "");
    assertThat(plan.targets().get(0).id()).isNotEqualTo("north/small");
    assertThat(plan.targets().get(0).reason()).contains("learn");
    assertThat(plan.targets().get(1).id()).isEqualTo("north/small");
  }

  @Test
  void aPolicyForAModelChoosesAmongItsProvidersAndItsChain() {
    assertThat(ids(plan("big:cheapest", ""))).containsExactly("south/big", "north/big");
    assertThat(ids(plan("north/small:best", "")))
        .containsExactly("south/eyes", "north/big", "north/small");
  }

  @Test
  void aProviderThatFailsIsNotChosenButIsStillCalledByName() {
    UpstreamException failure = UpstreamException.noticed(ErrorClass.SERVER, "It failed.");
    for (int i = 0; i < 4; i++) {
      breakers.late("north", failure);
    }
    assertThat(ids(plan("auto:cheapest", ""))).startsWith("south/eyes");
    assertThat(ids(plan("north/small", ""))).startsWith("north/small");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"only\":[\"south\"]}                       | south/big",
        "{\"ignore\":[\"south\"]}                     | north/big",
        "{\"order\":[\"south\"]}                      | south/big north/big",
        "{\"order\":[\"south\"],\"allow_fallbacks\":false} | south/big",
        "{\"max_price\":{\"prompt\":2}}               | south/big",
        "{\"max_price\":{\"completion\":\"5\"}}     | south/big",
        "{}                                               | north/big south/big"
      })
  void theClientMaySayWhichProviders(String provider, String expected) {
    assertThat(ids(plan("big", ",\"provider\":" + provider))).containsExactly(expected.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                               | provider",
        "{\"only\":\"south\"}          | provider.only",
        "{\"allow_fallbacks\":\"no\"}  | provider.allow_fallbacks",
        "{\"max_price\":{\"prompt\":\"x\"}} | provider.max_price.prompt"
      })
  void whatIsWrongWithThatIsSaid(String provider, String param) {
    assertThat(refusal("big", ",\"provider\":" + provider).param()).isEqualTo(param);
  }

  @Test
  void everyParameterCanBeRequired() {
    String require = ",\"temperature\":0.5,\"provider\":{\"require_parameters\":true}";
    assertThat(refusal("eyes", require).reason()).contains("temperature");
    assertThat(ids(plan("eyes", ",\"temperature\":0.5"))).containsExactly("south/eyes");
  }

  @Test
  void anUnknownRouteIsRefused() {
    assertThat(refusal("auto", ",\"route\":\"scenic\"").param()).isEqualTo("route");
    assertThat(ids(plan("north/big", ",\"route\":\"fallback\""))).containsExactly("north/big");
  }

  @Test
  void theChainLeavesOutWhatCannotDoIt() {
    assertThat(ids(plan("north/small", "")))
        .containsExactly("north/small", "south/eyes", "north/big");
    Plan plan = plan("north/small", TOOLS);
    assertThat(ids(plan)).containsExactly("north/small", "north/big");
    assertThat(plan.left()).extracting(Plan.Left::model).containsExactly("south/eyes");
  }

  @Test
  void aLongPromptGoesToALongWindow() {
    String text = "word ".repeat(30_000);
    Plan plan =
        planOf(
            "{\"model\":\"auto:cheapest\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + text
                + "\"}]}");
    assertThat(ids(plan))
        .doesNotContain("north/small", "south/eyes")
        .contains("south/big", "north/big");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Hi there                              | fast_chat",
        "Write a function that adds            | code",
        "Please translate this to French       | translation",
        "把这段话翻译成英文                      | translation",
        "Prove that 2 is prime                 | reasoning",
        "A haiku about rain                    | creative"
      })
  void autoGoesByWhatTheRequestLooksLike(String text, String task) {
    Plan plan =
        planOf(
            "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}");
    assertThat(plan.task()).isEqualTo(task);
  }

  @Test
  void autoSeesPicturesAndTools() {
    assertThat(plan("auto", TOOLS).task()).isEqualTo("agent_tool");
    Plan plan =
        planOf(
            "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":["
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:x\"}}]}]}");
    assertThat(plan.task()).isEqualTo("vision");
    assertThat(ids(plan)).containsExactly("south/eyes");
  }

  @Test
  void tokensAreEstimated() {
    assertThat(TokenMeter.of("")).isZero();
    assertThat(TokenMeter.of("four words are here")).isBetween(4L, 6L);
    assertThat(TokenMeter.of("你好世界")).isBetween(2L, 4L);
  }

  private static List<String> ids(Plan plan) {
    return plan.targets().stream().map(Target::id).toList();
  }

  private ApiException refusal(String model, String more) {
    ApiException refusal = catchThrowableOfType(ApiException.class, () -> plan(model, more));
    assertThat(refusal).isNotNull();
    return refusal;
  }

  private Plan plan(String model, String more) {
    return planOf("{\"model\":\"" + model + "\"" + more + "," + HI + "}");
  }

  private Plan planOf(String body) {
    Catalogues catalogues = new Catalogues(folder.toString());
    Providers providers =
        new Providers(
            folder.toString(),
            catalogues,
            Map.of("NORTH_API_KEY", "k", "SOUTH_API_KEY", "k"),
            name -> null);
    Planner planner =
        new Planner(
            catalogues,
            providers,
            TestModels.pools(breakers, providers),
            speeds,
            new AutoTask.ByLooks(),
            exploration,
            new Random(1));
    return planner.plan(ChatRequest.read(body.getBytes(StandardCharsets.UTF_8)));
  }
}

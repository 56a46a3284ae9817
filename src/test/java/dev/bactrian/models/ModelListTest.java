package dev.bactrian.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.catalogue.CatalogueReader;
import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.catalogue.Model;
import dev.bactrian.error.ApiException;
import dev.bactrian.provider.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelListTest {
  private static final String MODELS =
      """
      north/priced: {price: {input: 1.32, output: 3.96, cached: 0.044}, context: 8, output: 4,
                     abilities: [tools, json_schema, reasoning], input: [text, image]}
      north/free: {price: {input: 0, output: 0}}
      north/unknown: {}
      north/*: {}
      south/one: {}
      """;

  private final Path folder;

  ModelListTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void configure() throws IOException {
    Files.createDirectories(folder.resolve("catalogue"));
    Files.writeString(folder.resolve("catalogue/models.yaml"), MODELS);
    Files.createDirectories(folder.resolve("kamelets"));
    for (String provider : List.of("north", "south")) {
      Files.writeString(
          folder.resolve("kamelets/" + provider + "-chat-action.kamelet.yaml"),
          "{spec: {definition: {required: [apiKey], properties: {apiKey: {}}}}}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "nowhere/x", "south/one", "north/", ""})
  void aModelThatCannotBeReachedIsNotThere(String name) {
    ApiException refusal =
        catchThrowableOfType(ApiException.class, () -> list().one(name, model -> true));

    assertThat(refusal).isNotNull();
    assertThat(refusal.status()).isEqualTo(404);
    assertThat(refusal.code()).isEqualTo("model_not_found");
  }

  @Test
  void onlyLiveModelsOfANameAreListed() {
    List<String> ids =
        list().all(model -> true).path("data").findValuesAsText("id").stream()
            .filter(id -> id.startsWith("north/") || id.startsWith("south/"))
            .toList();

    assertThat(ids).containsExactlyInAnyOrder("north/priced", "north/free", "north/unknown");
  }

  @Test
  void everyEntryHasWhatTheSdksNeed() {
    JsonNode list = list().all(model -> true);

    assertThat(list.path("object").asText()).isEqualTo("list");
    for (JsonNode model : list.path("data")) {
      assertThat(model.path("id").isTextual()).isTrue();
      assertThat(model.path("object").asText()).isEqualTo("model");
      assertThat(model.path("created").isIntegralNumber()).isTrue();
      assertThat(model.path("owned_by").isTextual()).isTrue();
    }
  }

  @Test
  void aModelOfAnyNameIsFoundButNotListed() {
    assertThat(list().one("north/unheard", model -> true).path("id").asText())
        .isEqualTo("north/unheard");
  }

  @Test
  void pricesAreExactForEachToken() {
    JsonNode pricing = list().one("priced", model -> true).path("pricing");

    assertThat(pricing.path("currency").asText()).isEqualTo("USD");
    assertThat(pricing.path("prompt").asText()).isEqualTo("0.00000132");
    assertThat(pricing.path("completion").asText()).isEqualTo("0.00000396");
    assertThat(pricing.path("input_cache_read").asText()).isEqualTo("0.000000044");
    assertThat(pricing.path("input_cache_write").isNull()).isTrue();
  }

  @Test
  void whatOpenRoutersListHasBesideIsThere() {
    JsonNode model = list().one("priced", any -> true);

    assertThat(model.path("name").asText()).isEqualTo("north/priced");
    assertThat(model.at("/architecture/modality").asText()).isEqualTo("text+image->text");
    assertThat(model.at("/architecture/input_modalities")).hasSize(2);
    assertThat(model.at("/architecture/output_modalities/0").asText()).isEqualTo("text");
    assertThat(model.at("/top_provider/context_length").asInt()).isEqualTo(8);
    assertThat(model.at("/top_provider/max_completion_tokens").asInt()).isEqualTo(4);
    assertThat(model.path("supported_parameters").toString())
        .contains("tool_choice", "structured_outputs", "reasoning_effort");
  }

  @Test
  void theBuiltInListIsLong() {
    List<Model> known =
        new CatalogueReader("").read().models().stream().filter(it -> !it.isWildcard()).toList();

    assertThat(known).hasSizeGreaterThan(100);
    assertThat(known.stream().map(Model::provider).distinct()).hasSizeGreaterThan(20);
    assertThat(known.stream().filter(it -> it.context() != null)).hasSizeGreaterThan(100);
    assertThat(known.stream().filter(it -> it.prices() != null)).hasSizeGreaterThan(100);
  }

  @Test
  void whatIsFreeCostsNothingAndWhatIsUnknownHasNoPrice() {
    assertThat(list().one("free", model -> true).at("/pricing/prompt").asText()).isEqualTo("0");
    assertThat(list().one("unknown", model -> true).has("pricing")).isFalse();
    assertThat(list().one("unknown", model -> true).path("context_length").isNull()).isTrue();
  }

  private ModelList list() {
    Catalogues catalogues = new Catalogues(folder.toString());
    return new ModelList(
        catalogues,
        new Providers(folder.toString(), catalogues, Map.of("NORTH_API_KEY", "k"), name -> null));
  }
}

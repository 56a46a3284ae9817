package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.catalogue.Catalogues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvidersTest {
  private static final String KAMELET =
      """
      spec:
        definition:
          required: [apiKey, baseUrl, region]
          properties:
            apiKey: {type: string}
            baseUrl: {type: string}
            region: {type: string, default: "eu"}
            maxTokensField: {type: string}
      """;

  private final Path folder;

  ProvidersTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void configure() throws IOException {
    Path catalogue = Files.createDirectories(folder.resolve("catalogue"));
    Files.writeString(catalogue.resolve("models.yaml"), "my-own/x: {}\nbare/y: {}\n");
    Path kamelets = Files.createDirectories(folder.resolve("kamelets"));
    Files.writeString(kamelets.resolve("my-own-chat-action.kamelet.yaml"), KAMELET);
  }

  @Test
  void aProviderWithoutItsSettingsIsNotLiveAndSaysWhichAreMissing() {
    Providers providers = providers(Map.of(), Map.of());

    assertThat(providers.isLive("my-own")).isFalse();
    assertThat(providers.missing("my-own")).isEqualTo("MY_OWN_API_KEY and MY_OWN_BASE_URL");
  }

  @Test
  void aBlankSettingIsNone() {
    Providers providers =
        providers(Map.of("MY_OWN_API_KEY", " ", "MY_OWN_BASE_URL", "u"), Map.of());

    assertThat(providers.missing("my-own")).isEqualTo("MY_OWN_API_KEY");
    assertThat(providers.kameletProperties())
        .doesNotContainKey("camel.kamelet.my-own-chat-action.apiKey");
  }

  @Test
  void aProviderWithoutAKameletIsNoneOfOurs() {
    Providers providers = providers(Map.of("BARE_API_KEY", "k"), Map.of());

    assertThat(providers.isLive("bare")).isFalse();
    assertThat(providers.ids()).doesNotContain("bare");
    assertThat(providers.missing("bare")).isEmpty();
    assertThat(providers.isLive("unheard")).isFalse();
  }

  @Test
  void theEnvironmentMakesAProviderLive() {
    Providers providers =
        providers(
            Map.of("MY_OWN_API_KEY", " k ", "MY_OWN_BASE_URL", "u", "MY_OWN_MAX_TOKENS_FIELD", "m"),
            Map.of());

    assertThat(providers.isLive("my-own")).isTrue();
    assertThat(providers.missing("my-own")).isEmpty();
    assertThat(providers.kameletProperties())
        .containsEntry("camel.kamelet.my-own-chat-action.apiKey", "k")
        .containsEntry("camel.kamelet.my-own-chat-action.baseUrl", "u")
        .containsEntry("camel.kamelet.my-own-chat-action.maxTokensField", "m")
        .doesNotContainKey("camel.kamelet.my-own-chat-action.region");
  }

  @Test
  void anApplicationPropertyIsAsGoodAsTheEnvironment() {
    Providers providers =
        providers(
            Map.of("MY_OWN_API_KEY", "k"), Map.of("camel.kamelet.my-own-chat-action.baseUrl", "u"));

    assertThat(providers.isLive("my-own")).isTrue();
  }

  @Test
  void oneOfSeveralWaysToProveWhoCallsIsEnough() throws IOException {
    Files.writeString(
        folder.resolve("kamelets/my-own-chat-action.kamelet.yaml"),
        """
        metadata:
          annotations:
            bactrian.dev/credentials: "apiKey | accessKey secretKey"
            bactrian.dev/environment: "MINE_KEY=apiKey"
        spec:
          definition:
            required: [region]
            properties:
              apiKey: {type: string}
              accessKey: {type: string}
              secretKey: {type: string}
              region: {type: string, default: "eu"}
        """);

    assertThat(providers(Map.of("MY_OWN_ACCESS_KEY", "a"), Map.of()).missing("my-own"))
        .isEqualTo("MY_OWN_API_KEY, or MY_OWN_SECRET_KEY");
    assertThat(
            providers(Map.of("MY_OWN_ACCESS_KEY", "a", "MY_OWN_SECRET_KEY", "s"), Map.of())
                .isLive("my-own"))
        .isTrue();
    Providers other = providers(Map.of("MINE_KEY", "k"), Map.of());
    assertThat(other.isLive("my-own")).isTrue();
    assertThat(other.kameletProperties())
        .containsExactly(Map.entry("camel.kamelet.my-own-chat-action.apiKey", "k"));
    assertThat(
            providers(Map.of("MINE_KEY", "k", "MY_OWN_API_KEY", "own"), Map.of())
                .kameletProperties())
        .containsEntry("camel.kamelet.my-own-chat-action.apiKey", "own");
  }

  @Test
  void builtInProvidersNeedTheirKeys() {
    Providers without = providers(Map.of(), Map.of());
    assertThat(without.missing("deepseek")).isEqualTo("DEEPSEEK_API_KEY");
    assertThat(without.missing("ollama")).isEqualTo("OLLAMA_BASE_URL");

    Providers with = providers(Map.of("DEEPSEEK_API_KEY", "k"), Map.of());
    assertThat(with.isLive("deepseek")).isTrue();
    assertThat(with.isLive("qwen")).isFalse();
  }

  /** The names that the clouds' own tools use, and others that people have set already. */
  @ParameterizedTest
  @CsvSource({
    "google, GEMINI_API_KEY=k",
    "google, GOOGLE_API_KEY=k",
    "bedrock, AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=s AWS_SESSION_TOKEN=t AWS_REGION=eu-west-1",
    "bedrock, AWS_BEARER_TOKEN_BEDROCK=b AWS_DEFAULT_REGION=eu-west-1",
    "azure, AZURE_OPENAI_API_KEY=k AZURE_OPENAI_ENDPOINT=https://x AZURE_OPENAI_API_VERSION=v1",
    "vertex, GOOGLE_APPLICATION_CREDENTIALS=/f GOOGLE_CLOUD_PROJECT=p GOOGLE_CLOUD_LOCATION=l",
    "bytedance, ARK_API_KEY=k",
    "bytedance, VOLC_ACCESSKEY=a VOLC_SECRETKEY=s",
    "baidu, QIANFAN_TOKEN=k",
    "baidu, QIANFAN_ACCESS_KEY=a QIANFAN_SECRET_KEY=s",
    "sensenova, SENSENOVA_API_KEY=a:s",
    "sensenova, SENSENOVA_ACCESS_KEY_ID=a SENSENOVA_SECRET_ACCESS_KEY=s",
    "zhipu, ZHIPU_API_KEY=a.b"
  })
  void whatOtherToolsReadIsEnough(String provider, String variables) {
    Map<String, String> environment = new HashMap<>();
    for (String variable : variables.split(" ")) {
      environment.put(variable.replaceAll("=.*", ""), variable.replaceAll("^[^=]*=", ""));
    }
    Providers providers = providers(environment, Map.of());

    assertThat(providers.missing(provider)).isEmpty();
    assertThat(providers.isLive(provider)).isTrue();
    assertThat(providers.kameletProperties().values()).containsAll(environment.values());
  }

  @ParameterizedTest
  @CsvSource({
    "deepseek, apiKey, DEEPSEEK_API_KEY",
    "my-own, baseUrl, MY_OWN_BASE_URL",
    "openai, maxTokensField, OPENAI_MAX_TOKENS_FIELD",
    "qwen, topP, QWEN_TOP_P",
    "p2, x2Y, P2_X2_Y"
  })
  void aSettingHasItsVariable(String provider, String property, String variable) {
    assertThat(Providers.variable(provider, property)).isEqualTo(variable);
  }

  private Providers providers(Map<String, String> environment, Map<String, String> properties) {
    return new Providers(
        folder.toString(), new Catalogues(folder.toString()), environment, properties::get);
  }
}

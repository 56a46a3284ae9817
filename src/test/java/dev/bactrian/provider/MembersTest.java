package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.catalogue.Catalogues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MembersTest {
  private static final String KAMELET =
      """
      metadata:
        annotations:
          bactrian.dev/credentials: "apiKey | accessKey secretKey"
          bactrian.dev/environment: "NORTH_TOKEN=apiKey"
      spec:
        definition:
          required: [region]
          properties:
            apiKey: {type: string, format: password}
            accessKey: {type: string}
            secretKey: {type: string, format: password}
            region: {type: string, default: "eu"}
            baseUrl: {type: string, default: "http://north"}
      """;
  private static final Map<String, String> BASE = Map.of("NORTH_API_KEY", "k1");

  private final Path folder;

  MembersTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void configure() throws IOException {
    write("catalogue/models.yaml", "north/x: {}");
    write("kamelets/north-chat-action.kamelet.yaml", KAMELET);
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private Providers providers(Map<String, String> environment) {
    return new Providers(
        folder.toString(), new Catalogues(folder.toString()), environment, name -> null);
  }

  private PoolSettings pool(Map<String, String> environment) {
    return Objects.requireNonNull(providers(environment).pool("north"));
  }

  private static List<String> names(PoolSettings pool) {
    return pool.members().stream().map(MemberSettings::name).toList();
  }

  @Test
  void withoutAFileAndNumbersThereIsNoPool() throws IOException {
    assertThat(providers(BASE).pools()).isEmpty();
    assertThat(providers(BASE).kamelets("north")).containsExactly("north-chat-action");
    write("catalogue/pools.yaml", "");
    assertThat(providers(BASE).pools()).isEmpty();
  }

  @Test
  void numberedVariablesAreMembersBesideTheUsualOne() {
    Map<String, String> environment =
        Map.of("NORTH_API_KEY", "k1", "NORTH_API_KEY_2", " k2 ", "NORTH_TOKEN_10", "k10");
    PoolSettings pool = pool(environment);
    assertThat(names(pool)).containsExactly("1", "2", "10");
    assertThat(pool.members().get(0).properties()).isEmpty();
    assertThat(pool.members().get(1).properties()).isEqualTo(Map.of("apiKey", "k2"));
    assertThat(pool.members().get(1).limits()).isEqualTo(Limits.NONE);
    assertThat(pool.sticky()).isNull();
    assertThat(providers(environment).kamelets("north"))
        .containsExactly(
            "north-chat-action/north-key-1",
            "north-chat-action/north-key-2",
            "north-chat-action/north-key-10");
    assertThat(providers(environment).kameletProperties())
        .containsEntry("camel.kamelet.north-chat-action.apiKey", "k1")
        .containsEntry("camel.kamelet.north-chat-action.north-key-2.apiKey", "k2");
  }

  @Test
  void aNumberAloneMakesAProviderLive() {
    Providers providers = providers(Map.of("NORTH_API_KEY_2", "k2"));
    assertThat(providers.isLive("north")).isTrue();
    assertThat(names(Objects.requireNonNull(providers.pool("north")))).containsExactly("2");
  }

  @Test
  void aNumberThatIsNotCompleteIsLeftOut() {
    assertThat(names(pool(Map.of("NORTH_API_KEY_2", "k", "NORTH_ACCESS_KEY_3", "a"))))
        .containsExactly("2");
    assertThat(providers(Map.of("NORTH_ACCESS_KEY_3", "a")).isLive("north")).isFalse();
  }

  @Test
  void anotherAddressHasTheProvidersKeyAndAnotherKeyTheProvidersAddress() {
    PoolSettings pool = pool(Map.of("NORTH_API_KEY", "k1", "NORTH_BASE_URL_2", "http://two"));
    assertThat(pool.members().get(1).properties()).isEqualTo(Map.of("baseUrl", "http://two"));
    assertThat(pool.members().get(1).place()).isNotEqualTo(pool.members().get(0).place());
  }

  @Test
  void aMemberWithOneCredentialOfItsOwnHasNoneOfTheProviders() throws IOException {
    write("catalogue/pools.yaml", "north: [{}, {accessKey: a, secretKey: s}]");
    PoolSettings pool = pool(BASE);
    assertThat(pool.members().get(0).properties()).isEmpty();
    assertThat(pool.members().get(1).properties())
        .isEqualTo(Map.of("accessKey", "a", "secretKey", "s", "apiKey", ""));
    assertThat(pool.members().get(1).place()).isEqualTo(pool.members().get(0).place());
    write("catalogue/pools.yaml", "north: [{accessKey: a}]");
    assertThatThrownBy(() -> pool(BASE)).hasMessageContaining("it has no apiKey, or secretKey.");
  }

  @Test
  void theFileSaysAll() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "from file\n");
    write(
        "catalogue/pools.yaml",
        """
        north:
          sticky: false
          wait: 250
          queue: 7
          members:
            - {name: a, apiKey: "${NORTH_A}", weight: 2.5, requests-per-minute: 60,
               requests-per-day: 10000, tokens-per-minute: 100000, tokens-per-day: 5000000,
               concurrency: 8}
            - apiKey: "${file:%s}"
              region: us
              baseUrl: "http://${HOST}/v1"
            - {name: c, apiKey: k, region: eu}
        """
            .formatted(secret));
    PoolSettings pool =
        pool(Map.of("NORTH_A", "ka", "HOST", "h", "NORTH_API_KEY", "k", "NORTH_API_KEY_2", "k2"));
    assertThat(pool.sticky()).isFalse();
    assertThat(pool.waitMillis()).isEqualTo(250);
    assertThat(pool.queue()).isEqualTo(7);
    assertThat(names(pool)).containsExactly("a", "2", "c");
    MemberSettings a = pool.members().get(0);
    assertThat(a.weight()).isEqualTo(2.5);
    assertThat(a.limits()).isEqualTo(new Limits(60, 10_000, 100_000, 5_000_000, 8));
    assertThat(a.properties()).containsEntry("apiKey", "ka");
    assertThat(pool.members().get(1).properties())
        .containsEntry("apiKey", "from file")
        .containsEntry("region", "us")
        .containsEntry("baseUrl", "http://h/v1");
    // The region of the third is what the kamelet has anyway.
    assertThat(pool.members().get(2).place()).isEqualTo(a.place());
    assertThat(pool.toString()).doesNotContain("ka").doesNotContain("from file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                            | name: value is needed",
        "south: [{}]                   | pools.yaml:1: south is no provider that has",
        "north: []                     | north: a list of members is needed",
        "north: k                      | north: name: value is needed",
        "north: {keys: []}             | 'keys' is unknown",
        "north: {members: [{}], sticky: maybe} | sticky: 'maybe' is neither true nor false",
        "north: {members: [{}], wait: 60000} | wait: '60000' is not a whole number up to 10000",
        "north: {members: [{}], queue: -1} | queue: '-1' is not a whole number",
        "north: [k]                    | north[1]: name: value is needed",
        "north: [{name: a}, {name: a}] | pools.yaml:1: north[2]: there is another member 'a'",
        "north: [{name: 2}, {}]        | north[2]: there is another member '2'",
        "north: [{name: a b}]          | north[1]: a name is made of",
        "north: [{api-key: k}]         | north[1]: 'api-key' is neither a limit nor a property",
        "north: [{apiKey: }]           | north[1]: apiKey: a value is needed",
        "north: [{apiKey: [k]}]        | north[1]: apiKey: a value is needed",
        "north: [{apiKey: ''}]         | north[1]: it has no apiKey",
        "north: [{apiKey: '${NO}'}]    | north[1]: apiKey: the environment variable NO is not set",
        "north: [{apiKey: '${file:/no/such}'}] | north[1]: apiKey: the file /no/such cannot be read",
        "north: [{weight: -1}]         | north[1]: weight: '-1' is not a number above 0",
        "north: [{concurrency: 0}]     | north[1]: concurrency: '0' is not a whole number above 0",
        "north: [{tokens-per-day: 1.5}] | north[1]: tokens-per-day: '1.5' is not a whole number",
        "north: [{concurrency: few}]   | north[1]: concurrency: 'few' is not a whole number",
        "north: [                      | pools.yaml"
      })
  void whatIsWrongIsSaid(String text, String message) throws IOException {
    write("catalogue/pools.yaml", text);
    assertThatThrownBy(() -> providers(BASE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pools.yaml")
        .hasMessageContaining(message);
  }
}

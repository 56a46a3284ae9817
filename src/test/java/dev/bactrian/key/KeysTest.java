package dev.bactrian.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bactrian.error.ApiException;
import dev.bactrian.json.Json;
import dev.bactrian.storage.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
  private static final long PATIENT = 20_000;

  private final Path folder;
  private Database database;
  private Keys keys;
  private KeyAdministration administration;

  KeysTest(@TempDir Path folder) {
    this.folder = folder;
    this.database = new Database(folder.toString(), "");
    this.keys = open("", "");
    this.administration = new KeyAdministration(database, keys, 0);
  }

  @AfterEach
  void close() {
    keys.close();
    database.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "sk-bactrian-", "sk-bactrian-00000000-0", "sk-bactrian-0'--0-0", "ключ"})
  void anUnknownKeyOpensNothing(String text) {
    create(Rules.NONE);

    assertThat(keys.find(text)).isNull();
    assertThat(keys.find(text)).isNull();
  }

  @Test
  void aKeyThatIsAlmostRightOpensNothing() {
    String key = create(Rules.NONE);

    assertThat(keys.find(key + "0")).isNull();
    assertThat(keys.find(key.substring(0, key.length() - 1))).isNull();
    assertThat(keys.find(key.toUpperCase(java.util.Locale.ROOT))).isNull();
    assertThat(keys.find(key)).isNotNull();
  }

  @Test
  void aDisabledKeyOpensNothingAtOnce() {
    String key = create(Rules.NONE);
    assertThat(keys.find(key)).isNotNull();

    administration.change(KeyText.idOf(key), stored -> stored.disabled(true));
    assertThatThrownBy(() -> keys.find(key)).hasMessageContaining("disabled");

    administration.change(KeyText.idOf(key), stored -> stored.disabled(false));
    assertThat(keys.find(key)).isNotNull();
  }

  @Test
  void aDeletedKeyOpensNothingAtOnce() {
    String key = create(Rules.NONE);
    assertThat(keys.find(key)).isNotNull();

    administration.delete(KeyText.idOf(key));

    assertThat(keys.find(key)).isNull();
    assertThat(notFound(() -> administration.delete(KeyText.idOf(key)))).isEqualTo(404);
  }

  @Test
  void anExpiredKeyOpensNothing() {
    String key = administration.create("old", null, 1L, Rules.NONE).text();

    assertThatThrownBy(() -> keys.find(key)).hasMessageContaining("expired");
  }

  @Test
  void theKeysOfADisabledOwnerOpenNothing() {
    administration.create(new Owner("red", "Red", false, Rules.NONE));
    String key = administration.create("one", "red", null, Rules.NONE).text();
    assertThat(Objects.requireNonNull(keys.find(key)).owner())
        .isEqualTo(administration.owner("red"));

    administration.changeOwner("red", red -> new Owner("red", "Red", true, red.rules()));

    assertThatThrownBy(() -> keys.find(key)).hasMessageContaining("disabled");
  }

  @Test
  void anOwnerMustExistAndMayNotGoBeforeItsKeys() {
    assertThatThrownBy(() -> administration.create("one", "red", null, Rules.NONE))
        .hasMessageContaining("no such owner");
    administration.create(new Owner("red", "Red", false, Rules.NONE));
    String id = KeyText.idOf(administration.create("one", "red", null, Rules.NONE).text());

    assertThatThrownBy(() -> administration.deleteOwner("red")).hasMessageContaining("has keys");
    administration.delete(id);
    administration.deleteOwner("red");
    assertThat(administration.owners("", 10)).isEmpty();
  }

  @Test
  void twoSecretsLiveWhileAKeyIsRotated() {
    String before = create(Rules.NONE);
    String after = administration.rotate(KeyText.idOf(before), PATIENT).text();

    assertThat(keys.find(after)).isEqualTo(keys.find(before)).isNotNull();

    String last = administration.rotate(KeyText.idOf(before), 0).text();
    assertThat(keys.find(before)).isNull();
    assertThat(keys.find(after)).isNull();
    assertThat(keys.find(last)).isNotNull();
  }

  @Test
  void aKeyThatWasAskedForTooEarlyIsFoundOnceItIsThere() {
    String later = "sk-bactrian-0123456789ab-" + "0".repeat(40);
    assertThat(keys.find(later)).isNull();
    String key = create(Rules.NONE);

    assertThat(keys.find(key)).isNotNull();
  }

  @Test
  void nothingOfASecretIsOnTheDisk() throws IOException {
    String key = create(Rules.NONE);
    String secret = key.substring(key.lastIndexOf('-') + 1);

    assertThat(secret).hasSizeGreaterThanOrEqualTo(32);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        for (int from = 0; from + 12 <= secret.length(); from++) {
          assertThat(content.contains(secret.substring(from, from + 12))).isFalse();
        }
      }
    }
  }

  @Test
  void theServersKeyIsTheOwnersAloneAndNeededForEver() throws IOException {
    create(Rules.NONE);
    Path file = folder.resolve("secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");

    Files.delete(file);
    assertThatThrownBy(() -> open("", "")).hasMessageContaining("BACTRIAN_SECRET");
    assertThatThrownBy(() -> open("", "short")).hasMessageContaining("shorter");
  }

  @Test
  void keysSurviveAnotherStart() {
    String key = create(Rules.NONE);
    ApiKey before = keys.find(key);
    close();
    database = new Database(folder.toString(), "");
    keys = open("", "");

    assertThat(keys.find(key)).hasToString(String.valueOf(before)).isNotNull();
  }

  @Test
  void theFirstKeyIsMadeOnce() {
    String first = administration.first();

    assertThat(keys.find(Objects.requireNonNull(first))).isNotNull();
    assertThat(administration.first()).isNull();
  }

  @Test
  void theOperatorsOwnKeyNeedsNoDatabase() {
    try (Database away = new Database(folder.toString(), "postgres://u:p@127.0.0.1:1/db");
        Keys own = new Keys(away, folder.toString(), " my-own-key ", "", 50, new SharedLimits())) {
      away.await();
      own.open();

      ApiKey key = Objects.requireNonNull(own.find("my-own-key"));
      assertThat(key.id()).isEqualTo("env");
      assertThat(key.bounds()).isEmpty();
      assertThat(own.find("my-other-key")).isNull();
      assertThat(notFound(() -> own.find("sk-bactrian-0123456789ab-00"))).isEqualTo(503);
    }
  }

  @Test
  void theKeysOfTheFileBeforeAreTakenOverOnce() throws IOException {
    String old = "sk-bactrian-0a1b2c3d-" + "e".repeat(32);
    Path file = folder.resolve("keys.json");
    Files.writeString(
        file,
        """
        {"keys":[{"id":"0a1b2c3d","name":"old","sha256":"%s"}]}"""
            .formatted(HexFormat.of().withUpperCase().formatHex(KeyHash.sha256(old))));
    keys.close();
    keys = open("", "");

    assertThat(Objects.requireNonNull(keys.find(old)).name()).isEqualTo("old");
    assertThat(keys.find(old + "e")).isNull();
    assertThat(file).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"keys\":[{\"sha256\"",
        "{\"keys\":[{\"sha256\":\"xyz\"}]}",
        "{\"keys\":[{\"id\":\"a\"}]}",
        "not json"
      })
  void aBrokenFileIsNamed(String content) throws IOException {
    Files.writeString(folder.resolve("keys.json"), content);

    assertThatThrownBy(() -> open("", "")).hasMessageContaining("keys.json");
  }

  @Test
  void newKeysHaveTheFreeAllowance() throws IOException, SQLException {
    KeyAdministration generous = new KeyAdministration(database, keys, 1000);
    Rules own = Rules.read(Json.MAPPER.readTree("{\"budget\":{\"total_tokens\":5}}"));

    assertThat(generous.create("one", null, null, Rules.NONE).key().rules().budget().tokens())
        .isEqualTo(1000);
    assertThat(generous.create("two", null, null, own).key().rules().budget().tokens())
        .isEqualTo(5);
  }

  private String create(Rules rules) {
    return administration.create("one", null, null, rules).text();
  }

  private Keys open(String given, String secret) {
    Keys opened = new Keys(database, folder.toString(), given, secret, PATIENT, new SharedLimits());
    opened.open();
    return opened;
  }

  private static int notFound(Runnable work) {
    return Objects.requireNonNull(catchThrowableOfType(ApiException.class, work::run)).status();
  }
}

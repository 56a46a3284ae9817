package dev.bactrian.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyStoreTest {
  private final Path folder;

  KeyStoreTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sk-bactrian-", "sk-bactrian-00000000-0", "ключ"})
  void anUnknownKeyOpensNothing(String text) {
    KeyStore keys = store();
    keys.create("one");

    assertThat(keys.find(text)).isNull();
  }

  @Test
  void aKeyThatIsAlmostRightOpensNothing() {
    KeyStore keys = store();
    String key = keys.create("one");

    assertThat(keys.find(key + "0")).isNull();
    assertThat(keys.find(key.substring(0, key.length() - 1))).isNull();
    assertThat(keys.find(key.toUpperCase(java.util.Locale.ROOT))).isNull();
  }

  @Test
  void theHashOfAKeyIsNoKey() throws IOException {
    KeyStore keys = store();
    keys.create("one");
    String file = Files.readString(keys.file());
    String hash = file.replaceAll("(?s).*\"sha256\":\"([0-9a-f]+)\".*", "$1");

    assertThat(hash).hasSize(64);
    assertThat(keys.find(hash)).isNull();
  }

  @Test
  void nothingOfTheSecretIsInTheFile() throws IOException {
    KeyStore keys = store();
    String key = keys.create("one");
    String id = Objects.requireNonNull(keys.find(key)).id();
    String secret = key.substring(key.indexOf(id) + id.length() + 1);

    assertThat(secret).hasSizeGreaterThanOrEqualTo(32);
    for (String stored : everythingIn(folder)) {
      for (int from = 0; from + 8 <= secret.length(); from++) {
        assertThat(stored).doesNotContain(secret.substring(from, from + 8));
      }
    }
  }

  @Test
  void theFileIsTheOwnersAlone() throws IOException {
    KeyStore keys = store();
    keys.create("one");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.file())))
        .isEqualTo("rw-------");
  }

  @Test
  void noDraftIsLeftBehind() throws IOException {
    KeyStore keys = store();
    keys.create("one");
    keys.create("two");

    try (Stream<Path> files = Files.list(keys.file().toAbsolutePath().getParent())) {
      assertThat(files).containsExactly(keys.file().toAbsolutePath());
    }
  }

  @Test
  void keysSurviveAnotherStart() {
    KeyStore before = store();
    String one = before.create("one");
    String two = before.create("two");
    KeyStore after = store();

    assertThat(after.find(one)).isEqualTo(before.find(one));
    assertThat(Objects.requireNonNull(after.find(two)).name()).isEqualTo("two");
    assertThat(after.isEmpty()).isFalse();
  }

  @Test
  void twoKeysAreNeverAlike() {
    KeyStore keys = store();

    assertThat(keys.create("same")).isNotEqualTo(keys.create("same"));
  }

  @Test
  void theOperatorsOwnKeyIsNotWritten() {
    KeyStore keys = new KeyStore(folder.toString(), " my-own-key ");

    assertThat(Objects.requireNonNull(keys.find("my-own-key")).id()).isEqualTo("env");
    assertThat(keys.file()).doesNotExist();
  }

  @Test
  void aStoreWithoutKeysIsEmpty() {
    assertThat(store().isEmpty()).isTrue();
    assertThat(new KeyStore(folder.toString(), "  ").isEmpty()).isTrue();
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

    assertThatThrownBy(this::store).hasMessageContaining("keys.json");
  }

  @Test
  void aHashInCapitalsIsTheSameHash() throws IOException {
    KeyStore keys = store();
    String key = keys.create("one");
    String file = Files.readString(keys.file());
    String hash = file.replaceAll("(?s).*\"sha256\":\"([0-9a-f]+)\".*", "$1");
    String capitals = HexFormat.of().withUpperCase().formatHex(HexFormat.of().parseHex(hash));
    Files.writeString(keys.file(), file.replace(hash, capitals));

    assertThat(store().find(key)).isNotNull();
  }

  private KeyStore store() {
    return new KeyStore(folder.toString(), "");
  }

  private static List<String> everythingIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<String> contents = new java.util.ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.add(file.getFileName() + Files.readString(file));
      }
      return contents;
    }
  }
}

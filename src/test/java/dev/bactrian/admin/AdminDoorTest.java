package dev.bactrian.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bactrian.error.ApiException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminDoorTest {
  private static final String KEY = "an-administrators-key";
  private static final String RIGHT = "Bearer " + KEY;

  private static int status(AdminDoor door, String address, @Nullable String authorization) {
    ApiException refused =
        catchThrowableOfType(ApiException.class, () -> door.enter(address, authorization));
    return refused == null ? 200 : Objects.requireNonNull(refused).status();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void withoutAKeyItIsClosed(String none) {
    AdminDoor door = new AdminDoor(none, true);

    assertThat(status(door, "127.0.0.1", "Bearer ")).isEqualTo(404);
    assertThat(status(door, "127.0.0.1", null)).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 200",
    "127.9.9.9, 200",
    "::1, 200",
    "0:0:0:0:0:0:0:1%lo, 200",
    "::ffff:127.0.0.1, 200",
    "10.0.0.1, 403",
    "192.168.1.7, 403",
    "2001:db8::1, 403",
    "0.0.0.0, 403"
  })
  void onlyThisMachineMayComeIn(String address, int status) {
    assertThat(status(new AdminDoor(KEY, false), address, RIGHT)).isEqualTo(status);
    assertThat(status(new AdminDoor(KEY, true), address, RIGHT)).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer an-administrators-ke",
        "Bearer an-administrators-keys",
        "an-administrators-key",
        "Basic an-administrators-key"
      })
  void onlyTheKeyOpens(String wrong) {
    AdminDoor door = new AdminDoor(KEY, false);

    assertThat(status(door, "127.0.0.1", wrong)).isEqualTo(401);
    assertThat(status(door, "127.0.0.1", null)).isEqualTo(401);
    assertThat(status(door, "127.0.0.1", "bearer  " + KEY)).isEqualTo(200);
  }

  @Test
  void aKeyThatCanBeGuessedIsRefusedAtTheStart() {
    assertThatThrownBy(() -> new AdminDoor("admin", false)).hasMessageContaining("16");
  }
}

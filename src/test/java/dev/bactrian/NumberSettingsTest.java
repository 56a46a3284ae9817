package dev.bactrian;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "BACTRIAN_PORT, abc",
    "BACTRIAN_PORT, -1",
    "BACTRIAN_PORT, ''",
    "BACTRIAN_MAX_BODY, 32M",
    "BACTRIAN_DRAIN_TIMEOUT, 30s",
    "BACTRIAN_BREAKER_WINDOW, 1.5",
    "BACTRIAN_CALL_TIMEOUT, 12345678901234567890"
  })
  void whatIsNoNumberIsRefusedByItsName(String name, String value) {
    assertThatThrownBy(() -> NumberSettings.check(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("'" + value + "'");
  }

  @Test
  void numbersAndAllElseAreLeftAlone() {
    assertThatNoException()
        .isThrownBy(
            () -> NumberSettings.check(Map.of("BACTRIAN_PORT", "0", "BACTRIAN_KEY", "abc")));
  }
}

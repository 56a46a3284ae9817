package dev.bactrian.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MeterCacheTest {
  @Test
  void thereIsAnEndToLabels() {
    MeterCache<String, String> cache = new MeterCache<>(labels -> labels, "other");
    for (int i = 0; i < 2_000; i++) {
      assertThat(cache.of("label " + i)).isEqualTo("label " + i);
    }

    assertThat(cache.of("one more")).isEqualTo("other");
    assertThat(cache.of("and another")).isEqualTo("other");
    assertThat(cache.of("label 7")).isEqualTo("label 7");
  }
}

package dev.bactrian.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobsTest {
  @ParameterizedTest
  @CsvSource({
    "openai/*, openai/gpt, true",
    "openai/*, openai/, true",
    "openai/*, xopenai/gpt, false",
    "*/gpt-*, openai/gpt-5, true",
    "*/gpt-*, openai/o3, false",
    "*, anything at all, true",
    "gpt, gpt, true",
    "gpt, gpt2, false",
    "gpt.?, gpta, false",
    "a*b*c, axxbxxbc, true",
    "a*b*c, axxbxx, false",
  })
  void aStarIsAnyText(String glob, String name, boolean matches) {
    assertThat(Globs.matches(glob, name)).isEqualTo(matches);
  }

  @Test
  void noGlobsMatchEverything() {
    assertThat(Globs.match(List.of(), "x")).isTrue();
    assertThat(Globs.match(List.of("y", "x"), "x")).isTrue();
    assertThat(Globs.match(List.of("y", "z"), "x")).isFalse();
  }

  @Test
  void manyStarsTakeNoLongTime() {
    Assertions.assertThatCode(() -> Globs.matches("*a".repeat(500) + "b", "a".repeat(20_000)))
        .doesNotThrowAnyException();
    org.junit.jupiter.api.Assertions.assertTimeout(
        Duration.ofSeconds(5), () -> Globs.matches("*a".repeat(500) + "b", "a".repeat(20_000)));
  }
}

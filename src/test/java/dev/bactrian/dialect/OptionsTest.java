package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  @ParameterizedTest
  @ValueSource(strings = {"2", "0-2", "a..b", "0..", ".."})
  void aRangeThatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> Range.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRangeIsReadFromText() {
    assertThat(Range.parse(null)).isNull();
    assertThat(Range.parse(" ")).isNull();
    assertThat(Range.parse("0.01 .. 1.99")).isEqualTo(new Range(0.01, 1.99));
  }

  @Test
  void anUnknownDialectIsRefused() {
    assertThatThrownBy(() -> Dialect.named("klingon", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("klingon");
  }

  @Test
  void anUnknownQuirkIsRefusedAndTheKnownOnesAreNamed() {
    assertThatThrownBy(() -> Dialect.named("openai", Map.of("temprature", "0..2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'temprature'")
        .hasMessageContaining("temperature");
  }

  @Test
  void aValueThatIsNotOfItsKindIsRefusedByName() {
    Options options = new Options(Map.of("flag", "yes", "number", "many"));
    assertThatThrownBy(() -> options.flag("flag", true)).hasMessageContaining("flag");
    assertThatThrownBy(() -> options.number("number", 1)).hasMessageContaining("number");
  }

  @Test
  void aBlankValueIsNone() {
    Options options = new Options(Map.of("a", " ", "b", 5));
    assertThat(options.text("a")).isNull();
    assertThat(options.flag("a", true)).isTrue();
    assertThat(options.number("a", 3)).isEqualTo(3);
    assertThat(options.names("a")).isEmpty();
    assertThat(options.number("b", 3)).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "'gpt-5*, o3', gpt-5.1, true",
    "'gpt-5*, o3', O3, true",
    "'gpt-5*, o3', o3-mini, false",
    "'*vision*', moonshot-v1-8k-vision-preview, true",
    "'claude-3.5', claude-3x5, false",
    "'*', anything, true",
    "'', anything, false"
  })
  void modelsAreNamedWithStars(String names, String model, boolean contained) {
    assertThat(ModelNames.parse(names).contain(model)).isEqualTo(contained);
  }
}

package dev.bactrian.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextFilterTest {
  private static final List<String> PARTS =
      List.of(
          "a", " ", "@", ".", "x.org", "bob@", "12", "3-", "4", "(", "ä", "😀", "\n", "ab",
          "[A_1]");

  private static TextFilter filter(String regex) {
    return new TextFilter(Pattern.compile(regex), match -> "<" + match.group().length() + ">", 64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\\w.+-]{1,20}@[\\w-]{1,20}(\\.[\\w-]{1,9}){1,3}",
        "\\d{2,6}(?!\\d)",
        "(?<![a-z])ab?",
        "\\bab\\b",
        "a b|a",
        "a|a b",
        "(\\d[ -]?){3,6}",
        "😀+",
        "\\[[A-Z]_\\d\\]",
        "ab$"
      })
  void theResultIsTheSameHoweverTheTextIsSplit(String regex) {
    Random random = new Random(regex.hashCode());
    for (int round = 0; round < 400; round++) {
      StringBuilder text = new StringBuilder();
      TextFilter pieces = filter(regex);
      StringBuilder out = new StringBuilder();
      for (int i = random.nextInt(25); i > 0; i--) {
        String part = PARTS.get(random.nextInt(PARTS.size()));
        text.append(part);
        out.append(pieces.push(part));
      }
      out.append(pieces.end());
      TextFilter whole = filter(regex);
      assertThat(out.toString())
          .as("%s in '%s'", regex, text)
          .isEqualTo(whole.push(text.toString()) + whole.end())
          .isEqualTo(
              Pattern.compile(regex)
                  .matcher(text)
                  .replaceAll(match -> "<" + match.group().length() + ">"));
    }
  }

  @Test
  void onlyWhatMayBeTheBeginningOfAMatchIsHeldBack() {
    TextFilter filter = filter("\\d{3}-\\d{3}");
    assertThat(filter.push("call ")).isEqualTo("call ");
    assertThat(filter.push("me at 12")).isEqualTo("me at ");
    assertThat(filter.holds()).isTrue();
    assertThat(filter.push("3-4")).isEmpty();
    assertThat(filter.push("x 123-456 or")).isEqualTo("123-4x <7> or");
    assertThat(filter.holds()).isFalse();
    assertThat(filter.push(" 1")).isEqualTo(" ");
    assertThat(filter.end()).isEqualTo("1");
    assertThat(filter.push("23-456 ")).as("another text").isEqualTo("23-456 ");
  }

  @Test
  void aTextThatNeverBecomesAMatchIsNotHeldBackForEver() {
    TextFilter filter = filter("a+b");
    String out = filter.push("a".repeat(1000));
    assertThat(out).hasSize(1000 - 64);
    assertThat(out + filter.push("a".repeat(1000)) + filter.end()).isEqualTo("a".repeat(2000));
  }

  @Test
  void aLongPieceIsFilteredInTime() {
    TextFilter filter = filter("[\\w.+-]{1,64}@[\\w-]{1,63}(\\.[\\w-]{1,63}){1,4}");
    String text = "word ".repeat(20_000) + "bob@x.org";
    String out = filter.push(text);
    assertThat(out + filter.end()).hasSize(100_000 + 3).endsWith("<9>");
  }
}

package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThinkTagsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "<think>hm</think>Hi | hm | Hi",
        "' \n<think>\n hm \n</think>\n\nHi \n' | 'hm \n' | 'Hi \n'",
        "<think></think>Hi | '' | Hi",
        "<think>hm</think> | hm | ''",
        "<think>cut | cut | ''",
        "<think>cut</thi | cut</thi | ''",
        "<think>a</b></think>Hi | a</b> | Hi",
        "<think>a<</think>Hi | a< | Hi",
        "<think>a</think>b</think>c | a | b</think>c",
        "<think>a</think><think>b</think> | a | <think>b</think>",
        "Hi <think>no</think> | '' | Hi <think>no</think>",
        "<thin | '' | <thin",
        "<thinking>Hi | '' | <thinking>Hi",
        "' ' | '' | ' '",
        "'' | '' | ''"
      })
  void thoughtsAreToldFromTextHoweverTheyAreCut(String whole, String thoughts, String text) {
    assertThat(ThinkTags.split(whole)).isEqualTo(new ThinkTags.Part(thoughts, text));
    for (int first = 0; first <= whole.length(); first++) {
      for (int second = first; second <= whole.length(); second++) {
        ThinkTags tags = new ThinkTags();
        ThinkTags.Part part =
            tags.read(whole.substring(0, first))
                .plus(tags.read(whole.substring(first, second)))
                .plus(tags.read(whole.substring(second)))
                .plus(tags.finish());
        assertThat(part).as(first + " " + second).isEqualTo(new ThinkTags.Part(thoughts, text));
      }
    }
  }
}

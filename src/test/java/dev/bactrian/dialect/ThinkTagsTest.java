package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.KameletDialect;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /**
   * A local server that does not tell thoughts itself, whatever its bytes and tokens are cut into.
   */
  @ParameterizedTest
  @ValueSource(strings = {"ollama", "vllm"})
  void thoughtsOfALocalServerAreToldApart(String provider) {
    Dialect dialect = KameletDialect.of(provider);
    String said = "<think>\nHm 🐫\n</think>\n\nGrüß <think>Gott</think>";
    StringBuilder events = new StringBuilder();
    events.append(event("{\"role\":\"assistant\",\"content\":\"\"}", "null"));
    for (int i = 0; i < said.length(); i = said.offsetByCodePoints(i, 1)) {
      String token = said.substring(i, said.offsetByCodePoints(i, 1)).replace("\n", "\\n");
      events.append(event("{\"content\":\"" + token + "\"}", "null"));
    }
    events.append(event("{}", "\"stop\"")).append("data: [DONE]\n\n");
    for (int step : new int[] {1, 2, 3, 7, 50, 100_000}) {
      List<String> frames =
          NativeStreams.frames(NativeStreams.read(dialect, false, events.toString(), step));
      assertThat(NativeStreams.text(frames, "reasoning_content")).isEqualTo("Hm 🐫\n");
      assertThat(NativeStreams.text(frames, "content")).isEqualTo("Grüß <think>Gott</think>");
      assertThat(frames).last().isEqualTo("[DONE]");
    }
  }

  private static String event(String delta, String reason) {
    return "data: " + ScriptedStream.delta(delta, reason) + "\n\n";
  }
}

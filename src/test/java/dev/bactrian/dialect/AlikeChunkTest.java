package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.chat.TokenMeter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlikeChunkTest {
  private static final String HEAD =
      " {\"id\":\"c\",\"object\":\"o\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":";
  private static final String TAIL = ",\"finish_reason\":null}]}";

  private final TokenMeter meter = new TokenMeter();
  private final AlikeChunk alike = new AlikeChunk(meter);

  @Test
  void anotherTextIsKnownAgainAndCountedAsIfItWereRead() throws IOException {
    OpenAiChunk first = learn(text("a"));
    OpenAiChunk read =
        OpenAiChunk.read(bytes(text("longer, by far")), 0, length("longer, by far"), meter);
    long counted = meter.tokens();

    TokenMeter other = new TokenMeter();
    AlikeChunk same = new AlikeChunk(other);
    byte[] one = bytes(text("a"));
    same.learn(OpenAiChunk.read(one, 0, one.length, other), one, 0, one.length);
    OpenAiChunk known = Objects.requireNonNull(find(same, text("longer, by far")));

    assertThat(known.content).isEqualTo(read.content).isTrue();
    assertThat(known.choiceIndex).isEqualTo(first.choiceIndex);
    assertThat(other.tokens()).isEqualTo(counted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\\n",
        "\\\"",
        "ü",
        "駱駝",
        "\u0001",
        "x\",\"refusal\":\"y",
        "x\"},\"index\":1,\"a\":{\"b\":\"y"
      })
  void aTextThatIsNotPlainIsRead(String text) throws IOException {
    learn(text("a"));

    assertThat(find(alike, text(text))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"reasoning_content\":\"b\"}",
        "{\"content\":\"b\",\"x\":1}",
        "{\"content\": \"b\"}",
        "{\"content\":b}",
        "{\"content\":\"b}",
      })
  void anotherFormIsRead(String delta) throws IOException {
    learn(text("a"));

    assertThat(find(alike, HEAD + delta + TAIL)).isNull();
    assertThat(find(alike, text("b").replace("null", "\"stop\""))).isNull();
    assertThat(find(alike, text("b").replace("\"c\"", "\"d\""))).isNull();
    assertThat(find(alike, text("b") + "]")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"content\":\"a\",\"reasoning_content\":\"b\"}",
        "{\"role\":\"assistant\",\"content\":\"a\"}",
        "{\"content\":\"a\",\"tool_calls\":[]}",
        "{\"content\":\"\"}",
        "{}"
      })
  void whatSaysMoreOrNothingIsNotRemembered(String delta) throws IOException {
    learn(HEAD + delta + TAIL);

    assertThat(find(alike, HEAD + delta + TAIL)).isNull();
  }

  @Test
  void aPlaceInTheMiddleOfMoreBytesIsTheSame() throws IOException {
    learn(text("a"));
    byte[] bytes = bytes("data: " + text("b") + "\n\n");

    assertThat(alike.find(bytes, 6, bytes.length - 8)).isNotNull();
  }

  private OpenAiChunk learn(String chunk) throws IOException {
    byte[] bytes = bytes("data: " + chunk);
    OpenAiChunk read = OpenAiChunk.read(bytes, 6, bytes.length - 6, meter);
    alike.learn(read, bytes, 6, bytes.length - 6);
    return read;
  }

  private static @Nullable OpenAiChunk find(AlikeChunk alike, String chunk) {
    byte[] bytes = bytes(chunk);
    return alike.find(bytes, 0, bytes.length);
  }

  private static String text(String text) {
    return HEAD + "{\"content\":\"" + text + "\"}" + TAIL;
  }

  private static int length(String text) {
    return bytes(text(text)).length;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

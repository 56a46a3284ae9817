package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SensenovaStreamTest {
  private final Dialect dialect = Dialect.named("sensenova", Map.of());

  private static String event(String choice) {
    return "data:{\"data\":{\"id\":\"x\",\"choices\":[{\"index\":0,\"role\":\"assistant\","
        + choice
        + "}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}},"
        + "\"status\":{\"code\":0,\"message\":\"ok\"}}\n\n";
  }

  private static final String WHOLE =
      event("\"delta\":\"\",\"reasoning_content\":\"Hm\",\"finish_reason\":\"\"")
          + event("\"delta\":\"Grüß \",\"finish_reason\":\"\"")
          + event("\"delta\":{\"content\":\"dich 🐫\"},\"finish_reason\":\"\"")
          + event("\"delta\":\"\",\"finish_reason\":\"stop\"")
          + "data:[DONE]\n\n";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, 100_000})
  void aStreamIsOpenAisHoweverItIsSplit(int step) {
    ChunkStream stream = NativeStreams.read(dialect, true, WHOLE, step);
    List<String> frames = NativeStreams.frames(stream);

    assertThat(NativeStreams.text(frames, "reasoning_content")).isEqualTo("Hm");
    assertThat(NativeStreams.text(frames, "content")).isEqualTo("Grüß dich 🐫");
    assertThat(frames.get(frames.size() - 1)).isEqualTo("[DONE]");
    assertThat(frames.get(frames.size() - 2)).contains("\"choices\":[]", "\"prompt_tokens\":5");
    assertThat(String.join("", frames)).containsOnlyOnce("\"role\"");
    assertThat(stream.usage()).isEqualTo(new Usage(5, 0, 0, 2, 0));
    assertThat(stream.finishReason()).isEqualTo("stop");
  }

  @Test
  void usageIsNotSentUnlessItWasAskedFor() {
    assertThat(NativeStreams.frames(NativeStreams.read(dialect, false, WHOLE, 50)).toString())
        .doesNotContain("usage");
  }

  @Test
  void aStreamThatEndsWithoutItsLastLineIsComplete() {
    String cut = WHOLE.replace("data:[DONE]\n\n", "");

    assertThat(NativeStreams.read(dialect, false, cut, 50).failure()).isNull();
  }

  @Test
  void aStreamWithoutAFinishReasonIsBroken() {
    ChunkStream stream =
        NativeStreams.read(dialect, false, event("\"delta\":\"Hi\",\"finish_reason\":\"\""), 50);

    assertThat(stream.failure()).isNotNull();
    assertThat(NativeStreams.frames(stream)).doesNotContain("[DONE]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data:{\"status\":{\"code\":8,\"message\":\"too many\"}}\n\n",
        "data:{\"error\":{\"code\":8,\"message\":\"too many\"}}\n\n"
      })
  void anErrorBreaksIt(String error) {
    ChunkStream stream =
        NativeStreams.read(
            dialect,
            false,
            event("\"delta\":\"Hi\",\"finish_reason\":\"\"") + error + "data:[DONE]\n\n",
            50);

    assertThat(Objects.requireNonNull(stream.failure()).errorClass()).isEqualTo(ErrorClass.RATE);
    assertThat(Objects.requireNonNull(stream.failure()).reason()).contains("too many");
    assertThat(NativeStreams.frames(stream)).hasSize(1).doesNotContain("[DONE]");
  }

  @Test
  void whatCannotBeReadIsPassedOver() {
    ChunkStream stream =
        NativeStreams.read(dialect, false, ": ping\n\ndata: {{\n\ndata: 7\n\n" + WHOLE, 5);

    assertThat(NativeStreams.text(NativeStreams.frames(stream), "content"))
        .isEqualTo("Grüß dich 🐫");
    assertThat(stream.skipped()).isEqualTo(2);
  }
}

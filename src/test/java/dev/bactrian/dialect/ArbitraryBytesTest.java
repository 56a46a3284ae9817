package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import dev.bactrian.sse.SseReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** What no provider should send, thousandfold: nothing is thrown, and what is sent can be read. */
class ArbitraryBytesTest {
  private static final long SEED = 20_261_122;
  private static final int ROUNDS = 4000;

  /** Pieces that are likely to meet in an awkward order. */
  private static final List<String> PIECES =
      List.of(
          "data:",
          "data: ",
          "event: x",
          ": c",
          "\n",
          "\r",
          "\r\n",
          "\n\n",
          "\n\ndata: ",
          "[DONE]",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "null",
          "-1",
          "1e999",
          "99999999999999999999",
          "\uFEFF",
          "🐫",
          "\\ud800",
          "{\"error\":null}",
          "{\"error\":{\"code\":1}}",
          "{\"choices\":[",
          "{\"index\":0,\"delta\":",
          "{\"index\":-1,\"delta\":{\"content\":\"x\"},\"finish_reason\":\"\"}",
          "{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":-1,\"id\":\"a\",\"function\":1},2]}}",
          "{\"message\":{\"content\":\"x\",\"tool_calls\":[{}]},\"finish_reason\":\"eos\"}",
          "\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n",
          "\n\ndata: {\"choices\":[{\"delta\":{\"role\":1,\"tool_calls\":[{\"id\":2}]}}]}\n\n",
          "\n\ndata: {\"choices\":[{\"index\":\"0\",\"delta\":[],\"finish_reason\":7}]}\n\n",
          "\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":1e99}}\n\n",
          "\n\ndata: {\"id\":1,\"choices\":[{\"usage\":{\"x\":{\"cached_tokens\":-1}}}]}\n\n");

  private static final String CHUNK =
      "{\"id\":\"x\",\"object\":\"o\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"
          + "{\"role\":\"assistant\",\"content\":\"a\",\"tool_calls\":[{\"index\":0,\"id\":\"c\","
          + "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]},"
          + "\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],"
          + "\"usage\":{\"prompt_tokens\":1,\"details\":{\"cached_tokens\":1}},\"error\":null}";

  private static final Pattern VALUE =
      Pattern.compile("(?<=:)([0-9]+|null|\"[^\"]*\"|\\[[^\\[\\]]*\\]|\\{[^{}]*\\})");

  private static final List<String> ODD =
      List.of(
          "null",
          "[]",
          "{}",
          "[[]]",
          "[{}]",
          "[null]",
          "-1",
          "1.5",
          "1e999",
          "true",
          "\"\"",
          "99999999999999999999",
          "\"eos\"",
          "{\"a\":{\"b\":[1]}}");

  @Test
  void noStreamOfArbitraryBytesThrowsOrHangs() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          Random random = new Random(SEED);
          for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = bytes(random);
            stream(bytes, random, round);
          }
        });
  }

  @Test
  void noAnswerOfArbitraryBytesThrowsAnythingButAnUpstreamException() {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = bytes(random);
      assertThat(OpenAiErrors.classify(random.nextInt(600), -1, bytes).reason()).isNotNull();
      try {
        assertThat(new OpenAiReply(bytes, "m", OpenAiQuirks.NONE.answers()).read(List.of()).json())
            .isNotEmpty();
      } catch (UpstreamException expected) {
        assertThat(expected.reason()).isNotBlank();
      }
    }
  }

  private static void stream(byte[] bytes, Random random, int round) throws IOException {
    ChunkStream stream =
        new OpenAiChunkStream("m", random.nextBoolean(), OpenAiQuirks.NONE.answers());
    SseReader reader = new SseReader(stream, 1 << 16);
    StringBuilder sent = new StringBuilder();
    for (int from = 0; from < bytes.length; ) {
      int to = Math.min(bytes.length, from + 1 + random.nextInt(40));
      reader.read(Arrays.copyOfRange(bytes, from, to));
      sent.append(stream.take().toString(StandardCharsets.UTF_8));
      from = to;
    }
    reader.finish();
    stream.finish();
    sent.append(stream.take().toString(StandardCharsets.UTF_8));

    assertThat(stream.ended()).as("round %s", round).isTrue();
    for (String frame : ScriptedStream.split(sent)) {
      assertThat(frame).as("round %s", round).startsWith("data: ");
      String data = frame.substring("data: ".length());
      if (!data.equals("[DONE]")) {
        assertThat(Json.MAPPER.readTree(data).isObject()).as("round %s", round).isTrue();
      }
    }
    assertThat(sent.toString().endsWith("data: [DONE]\n\n"))
        .as("round %s", round)
        .isEqualTo(stream.failure() == null);
  }

  /** A sound chunk with an odd value in one or two places. */
  private static String mutated(Random random) {
    String chunk = CHUNK;
    for (int i = random.nextInt(3); i > 0; i--) {
      List<MatchResult> values = VALUE.matcher(chunk).results().toList();
      MatchResult value = values.get(random.nextInt(values.size()));
      chunk =
          chunk.substring(0, value.start())
              + ODD.get(random.nextInt(ODD.size()))
              + chunk.substring(value.end());
    }
    return chunk;
  }

  private static byte[] bytes(Random random) {
    if (random.nextInt(8) == 0) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      return noise;
    }
    StringBuilder text = new StringBuilder();
    if (random.nextBoolean()) {
      for (int i = random.nextInt(6); i >= 0; i--) {
        text.append("data: ").append(mutated(random)).append("\n\n");
      }
      return text.toString().getBytes(StandardCharsets.UTF_8);
    }
    int pieces = 1 + random.nextInt(30);
    for (int i = 0; i < pieces; i++) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}

package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.error.UpstreamException;
import dev.bactrian.sse.SseReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What Anthropic should never send, thousandfold: nothing is thrown and nothing made up. */
class AnthropicArbitraryBytesTest {
  private static final long SEED = 20_261_123;
  private static final int ROUNDS = 4000;
  private static final List<String> TYPES =
      List.of(
          "message_start",
          "content_block_start",
          "content_block_delta",
          "content_block_stop",
          "message_delta",
          "message_stop",
          "error",
          "ping",
          "other");
  private static final List<String> VALUES =
      List.of(
          "null",
          "7",
          "-1",
          "1e999",
          "\"\"",
          "\"x\"",
          "[]",
          "[{}]",
          "{}",
          "{\"type\":\"text\",\"text\":\"a\"}",
          "{\"type\":\"text\",\"text\":[1]}",
          "{\"type\":\"tool_use\",\"id\":1,\"name\":{},\"input\":[]}",
          "{\"type\":\"thinking\",\"thinking\":null}",
          "{\"type\":\"redacted_thinking\"}",
          "{\"type\":\"text_delta\",\"text\":\"a\"}",
          "{\"type\":\"input_json_delta\",\"partial_json\":\"{\"}",
          "{\"type\":\"thinking_delta\",\"thinking\":\"t\"}",
          "{\"type\":\"citations_delta\"}",
          "{\"stop_reason\":\"end_turn\"}",
          "{\"stop_reason\":7}",
          "{\"input_tokens\":99999999999999999999,\"output_tokens\":-4}",
          "{\"type\":\"api_error\"}");

  private static String event(Random random) {
    StringBuilder event = new StringBuilder("event: x\ndata: {\"type\":\"");
    event.append(pick(TYPES, random)).append('"');
    for (String member :
        List.of("index", "message", "content_block", "delta", "usage", "error", "object")) {
      if (random.nextInt(3) > 0) {
        String value = member.equals("index") ? "" + random.nextInt(3) : pick(VALUES, random);
        event.append(",\"").append(member).append("\":").append(value);
      }
    }
    return event.append(random.nextInt(20) == 0 ? "" : "}").append("\n\n").toString();
  }

  private static String pick(List<String> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  @Test
  void noStreamThrowsOrHangs() {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      ChunkStream stream =
          new AnthropicStream(
              AnthropicFixture.request(
                  "m", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
      SseReader reader = new SseReader(stream, 1 << 16);
      StringBuilder sent = new StringBuilder();
      for (int events = random.nextInt(12); events >= 0; events--) {
        byte[] bytes = event(random).getBytes(StandardCharsets.UTF_8);
        int split = random.nextInt(bytes.length);
        reader.read(Arrays.copyOf(bytes, split));
        reader.read(Arrays.copyOfRange(bytes, split, bytes.length));
        sent.append(stream.take().toString(StandardCharsets.UTF_8));
      }
      reader.finish();
      stream.finish();
      sent.append(stream.take().toString(StandardCharsets.UTF_8));
      assertThat(stream.ended()).as("round %s", round).isTrue();
      assertThat(sent.toString().endsWith("data: [DONE]\n\n"))
          .as("round %s: %s", round, sent)
          .isEqualTo(stream.failure() == null);
      for (String frame : ScriptedStream.split(sent)) {
        assertThat(frame).as("round %s", round).startsWith("data: ");
        if (!frame.endsWith(ScriptedStream.DONE)) {
          assertThat(AnthropicFixture.json(frame.substring(6)).isObject()).isTrue();
        }
      }
    }
  }

  @Test
  void noAnswerThrowsAnythingButAnUpstreamException() {
    Random random = new Random(SEED);
    Dialect dialect = Dialect.named("anthropic", AnthropicFixture.quirks());
    for (int round = 0; round < ROUNDS; round++) {
      String body =
          "{\"id\":%s,\"model\":%s,\"content\":[%s,%s],\"stop_reason\":%s,\"usage\":%s}"
              .formatted(
                  pick(VALUES, random),
                  pick(VALUES, random),
                  pick(VALUES, random),
                  pick(VALUES, random),
                  pick(VALUES, random),
                  pick(VALUES, random));
      byte[] bytes = body.substring(random.nextInt(2)).getBytes(StandardCharsets.UTF_8);
      assertThat(
              dialect
                  .error(new Dialect.ErrorAnswer(random.nextInt(600), -1, name -> null, bytes))
                  .reason())
          .isNotBlank();
      try {
        assertThat(dialect.reply(AnthropicFixture.request("m", ""), bytes, List.of()).json())
            .isNotEmpty();
      } catch (UpstreamException expected) {
        assertThat(expected.reason()).isNotBlank();
      }
    }
  }

  @Test
  void noRequestThrowsAnythingButAnUpstreamException() {
    Random random = new Random(SEED);
    List<String> names =
        List.of(
            "content",
            "tool_calls",
            "tool_call_id",
            "thinking_blocks",
            "reasoning_content",
            "refusal",
            "cache_control");
    for (int round = 0; round < ROUNDS; round++) {
      StringBuilder message =
          new StringBuilder("{\"role\":\"")
              .append(pick(List.of("user", "assistant", "tool", "system"), random))
              .append('"');
      for (String name : names) {
        String value = pick(VALUES, random);
        boolean content = !name.equals("content") || "\"[n".indexOf(value.charAt(0)) >= 0;
        if (content && random.nextBoolean()) {
          message.append(",\"").append(name).append("\":").append(value);
        }
      }
      String tools = "[" + pick(VALUES, random) + ",{\"function\":" + pick(VALUES, random) + "}]";
      try {
        AnthropicFixture.Sent sent =
            AnthropicFixture.sent(
                AnthropicFixture.messages(
                    "claude-sonnet-4-6",
                    message + "}",
                    ",\"tools\":" + tools + ",\"betas\":" + pick(VALUES, random)));
        assertThat(sent.body().path("messages")).isNotEmpty();
      } catch (UpstreamException expected) {
        assertThat(expected.reason()).isNotBlank();
      }
    }
  }
}

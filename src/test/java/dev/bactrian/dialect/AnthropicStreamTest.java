package dev.bactrian.dialect;

import static dev.bactrian.dialect.AnthropicFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnthropicStreamTest extends ScriptedStream {
  private static final String START =
      "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"m\",\"content\":[],"
          + "\"usage\":{\"input_tokens\":10,\"output_tokens\":1,\"cache_read_input_tokens\":5}}}";
  private static final String END_TURN =
      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":15}}";
  private static final String MESSAGE_STOP = "{\"type\":\"message_stop\"}";
  private static final String PING = "{\"type\":\"ping\"}";
  private static final String TEXT = begin(0, "{\"type\":\"text\",\"text\":\"\"}");
  private static final String HELLO = delta(0, "{\"type\":\"text_delta\",\"text\":\"Hi\"}");

  private static String begin(int index, String block) {
    return "{\"type\":\"content_block_start\",\"index\":"
        + index
        + ",\"content_block\":"
        + block
        + "}";
  }

  private static String delta(int index, String delta) {
    return "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}";
  }

  private static String stop(int index) {
    return "{\"type\":\"content_block_stop\",\"index\":" + index + "}";
  }

  private static String tool(int index, String id) {
    return begin(
        index, "{\"type\":\"tool_use\",\"id\":\"" + id + "\",\"name\":\"f\",\"input\":{}}");
  }

  private static String json(int index, String json) {
    return delta(index, "{\"type\":\"input_json_delta\",\"partial_json\":\"" + json + "\"}");
  }

  @BeforeEach
  void begin() {
    stream = new AnthropicStream(request("asked", ",\"stream\":true"));
  }

  private List<JsonNode> deltas(String... events) {
    List<JsonNode> deltas = new ArrayList<>();
    for (String frame : sent(events)) {
      if (!frame.equals(DONE)) {
        deltas.add(json(frame).at("/choices/0/delta"));
      }
    }
    return deltas;
  }

  @Test
  void aStreamIsOpenAis() {
    List<String> frames = sent(START, TEXT, PING, HELLO, stop(0), END_TURN, MESSAGE_STOP);
    assertThat(frames).hasSize(3).endsWith(DONE);
    assertThat(json(frames.get(0)).path("id").asText()).isEqualTo("msg_1");
    assertThat(json(frames.get(0)).path("model").asText()).isEqualTo("m");
    assertThat(json(frames.get(0)).at("/choices/0/delta/content").asText()).isEqualTo("Hi");
    assertThat(json(frames.get(1)).at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(stream.usage()).isEqualTo(new Usage(15, 5, 0, 15, 0));
  }

  @Test
  void nothingIsCommittedBeforeContent() {
    events(START, PING, TEXT);
    assertThat(stream.committed()).isFalse();
    event(HELLO);
    assertThat(stream.committed()).isTrue();
  }

  @Test
  void toolsAreCountedDensely() {
    List<JsonNode> deltas =
        deltas(
            START,
            TEXT,
            HELLO,
            stop(0),
            tool(1, "a"),
            json(1, ""),
            json(1, "{\\\"x\\\""),
            json(1, ":1}"),
            stop(1),
            begin(2, "{\"type\":\"server_tool_use\",\"id\":\"s\",\"input\":{}}"),
            json(2, "{\\\"q\\\":1}"),
            stop(2),
            tool(3, "b"),
            stop(3),
            END_TURN,
            MESSAGE_STOP);
    assertThat(deltas.get(1).at("/tool_calls/0/index").asInt()).isZero();
    assertThat(deltas.get(1).at("/tool_calls/0/id").asText()).isEqualTo("a");
    assertThat(deltas.get(2).at("/tool_calls/0/function/arguments").asText()).isEqualTo("{\"x\"");
    assertThat(deltas.get(3).at("/tool_calls/0").has("id")).isFalse();
    assertThat(deltas.get(4).at("/extra_content/anthropic/blocks/0/input/q").asInt()).isEqualTo(1);
    assertThat(deltas.get(5).at("/tool_calls/0/index").asInt()).isEqualTo(1);
    assertThat(deltas.get(6).at("/tool_calls/0/function/arguments").asText()).isEqualTo("{}");
    assertThat(deltas).hasSize(8);
  }

  @Test
  void aToolMayBringItsWholeInputAtOnce() {
    List<JsonNode> deltas =
        deltas(
            START,
            begin(0, "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{\"x\":1}}"),
            stop(0),
            END_TURN,
            MESSAGE_STOP);
    assertThat(deltas.get(1).at("/tool_calls/0/function/arguments").asText())
        .isEqualTo("{\"x\":1}");
  }

  @Test
  void thoughtsCarryTheirSignatures() {
    List<JsonNode> deltas =
        deltas(
            START,
            begin(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
            delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"h\"}"),
            delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"m\"}"),
            delta(0, "{\"type\":\"signature_delta\",\"signature\":\"s1\"}"),
            stop(0),
            begin(1, "{\"type\":\"redacted_thinking\",\"data\":\"d\"}"),
            stop(1),
            begin(2, "{\"type\":\"text\",\"text\":\"Hi\"}"),
            stop(2),
            END_TURN,
            MESSAGE_STOP);
    assertThat(deltas.get(0).path("reasoning_content").asText()).isEqualTo("h");
    assertThat(deltas.get(1).path("reasoning_content").asText()).isEqualTo("m");
    assertThat(deltas.get(2).path("thinking_blocks"))
        .isEqualTo(json("[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s1\"}]"));
    assertThat(deltas.get(3).path("thinking_blocks"))
        .isEqualTo(json("[{\"type\":\"redacted_thinking\",\"data\":\"d\"}]"));
    assertThat(deltas.get(4).path("content").asText()).isEqualTo("Hi");
  }

  @Test
  void citationsAreKept() {
    List<JsonNode> deltas =
        deltas(
            START,
            TEXT,
            delta(0, "{\"type\":\"citations_delta\",\"citation\":{\"url\":\"u\"}}"),
            END_TURN,
            MESSAGE_STOP);
    assertThat(deltas.get(0).path("citations")).isEqualTo(json("[{\"url\":\"u\"}]"));
  }

  @Test
  void laterCountsCorrectEarlierOnes() {
    stream =
        new AnthropicStream(
            request("m", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
    List<String> frames =
        sent(
            START,
            TEXT,
            HELLO,
            "{\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"output_tokens\":7}}",
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\"},\"usage\":"
                + "{\"output_tokens\":9,\"input_tokens\":20,\"cache_creation_input_tokens\":4,"
                + "\"cache_read_input_tokens\":null}}",
            MESSAGE_STOP);
    assertThat(stream.usage()).isEqualTo(new Usage(29, 5, 4, 9, 0));
    assertThat(stream.finishReason()).isEqualTo("length");
    assertThat(json(frames.get(2)).at("/usage/prompt_tokens").asInt()).isEqualTo(29);
  }

  @Test
  void anErrorBreaksTheStream() {
    List<String> frames =
        sent(
            START,
            TEXT,
            HELLO,
            "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}",
            END_TURN,
            MESSAGE_STOP);
    assertThat(failure().errorClass()).isEqualTo(ErrorClass.OVERLOAD);
    assertThat(failure().reason()).isEqualTo("Overloaded");
    assertThat(frames).hasSize(1).doesNotContain(DONE);
  }

  @Test
  void anErrorBeforeContentLeavesTheCallToOthers() {
    events(
        START, "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"r\"}}");
    assertThat(stream.committed()).isFalse();
    assertThat(failure().errorClass()).isEqualTo(ErrorClass.RATE);
  }

  @Test
  void aStreamWithoutAReasonIsBroken() {
    List<String> frames = sent(START, TEXT, HELLO, stop(0));
    assertThat(frames).doesNotContain(DONE);
    assertThat(failure().errorClass()).isEqualTo(ErrorClass.SERVER);
  }

  @Test
  void evenTheLastEventNeedsAReason() {
    sent(START, TEXT, HELLO, stop(0), MESSAGE_STOP);
    assertThat(failure().errorClass()).isEqualTo(ErrorClass.SERVER);
  }

  @Test
  void anAnswerWithItsReasonIsCompleteWithoutTheLastEvent() {
    assertThat(sent(START, TEXT, HELLO, stop(0), END_TURN)).endsWith(DONE);
    assertThat(stream.failure()).isNull();
  }

  @Test
  void anEmptyAnswerIsAnAnswer() {
    List<String> frames = sent(START, END_TURN, MESSAGE_STOP);
    assertThat(frames).hasSize(2).endsWith(DONE);
    assertThat(json(frames.get(0)).at("/choices/0/delta/role").asText()).isEqualTo("assistant");
  }

  @Test
  void oddEventsAreIgnored() {
    List<String> frames =
        sent(
            "{\"type\":\"new_event\",\"x\":1}",
            "[1]",
            "nonsense",
            "{\"type\":7}",
            START,
            "{\"type\":\"content_block_start\",\"index\":0}",
            delta(4, "{\"type\":\"text_delta\",\"text\":\"lost\"}"),
            stop(9),
            TEXT,
            delta(0, "{\"type\":\"new_delta\"}"),
            json(0, "{}"),
            HELLO,
            END_TURN,
            MESSAGE_STOP,
            HELLO);
    assertThat(frames).hasSize(3).endsWith(DONE);
  }

  @Test
  void aWholeAnswerInPlaceOfAStreamIsStreamed() {
    List<String> frames =
        sent(
            "{\"id\":\"msg_9\",\"object\":\"chat.completion\",\"model\":\"n\",\"choices\":[{\"index\":0,"
                + "\"message\":{\"role\":\"assistant\",\"content\":null,\"refusal\":null,"
                + "\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\","
                + "\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}],"
                + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}");
    assertThat(frames).hasSize(3).endsWith(DONE);
    JsonNode delta = json(frames.get(0)).at("/choices/0/delta");
    assertThat(delta.path("role").asText()).isEqualTo("assistant");
    assertThat(delta.at("/tool_calls/0/index").asInt(-1)).isZero();
    assertThat(delta.has("content")).isFalse();
    assertThat(stream.usage()).isEqualTo(new Usage(3, 0, 0, 2, 0));
  }

  @Test
  void aBreakFromOutsideIsTold() {
    events(START, TEXT, HELLO);
    stream.fail(UpstreamException.noticed(ErrorClass.SILENCE, "still"));
    assertThat(frames()).hasSize(1).doesNotContain(DONE);
    assertThat(failure().reason()).isEqualTo("still");
  }
}

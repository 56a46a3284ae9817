package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkMenderTest extends ScriptedStream {
  @Test
  void aRepeatedRoleIsRemoved() {
    String again = delta("{\"role\":\"assistant\",\"content\":\"Hi\"}", "null");

    JsonNode second = json(sent(FIRST, again, STOP, DONE).get(1));

    assertThat(second.at("/choices/0/delta").has("role")).isFalse();
    assertThat(second.at("/choices/0/delta/content").asText()).isEqualTo("Hi");
  }

  @Test
  void aMissingRoleIsPutIn() {
    List<String> frames = sent(HI, HI, STOP, DONE);

    assertThat(json(frames.get(0)).at("/choices/0/delta/role").asText()).isEqualTo("assistant");
    assertThat(frames.subList(1, 4)).containsExactly(HI, STOP, DONE);
  }

  @Test
  void idModelAndTimeAreTheSameInEveryMendedChunk() {
    String bare = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}";
    List<String> frames = sent(bare, bare, STOP.replace("\"x\"", "\"\""), DONE);

    JsonNode first = json(frames.get(0));
    assertThat(first.path("id").asText()).startsWith("chatcmpl-");
    assertThat(first.path("object").asText()).isEqualTo("chat.completion.chunk");
    assertThat(first.path("model").asText()).isEqualTo("asked");
    assertThat(first.path("created").asLong()).isPositive();
    assertThat(json(frames.get(1)).path("id")).isEqualTo(first.path("id"));
    assertThat(json(frames.get(1)).path("created")).isEqualTo(first.path("created"));
  }

  @Test
  void aMendedChunkAfterPassedOnesHasTheirIdentity() {
    JsonNode mended =
        json(
            sent(
                    FIRST,
                    "{\"id\":\"y\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}",
                    STOP,
                    DONE)
                .get(1));

    assertThat(mended.path("id").asText()).isEqualTo("x");
    assertThat(mended.path("created").asLong()).isEqualTo(1);
    assertThat(mended.path("model").asText()).isEqualTo("m");
  }

  @Test
  void aChoiceWithoutAnIndexGetsOne() {
    JsonNode mended =
        json(sent(HEAD + "\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}", STOP, DONE).get(0));

    assertThat(mended.at("/choices/0/index").isInt()).isTrue();
    assertThat(mended.at("/choices/0/index").asInt()).isZero();
  }

  @Test
  void anEmptyFinishReasonIsNone() {
    List<String> frames = sent(FIRST, delta("{\"content\":\"Hi\"}", "\"\""), STOP, DONE);

    assertThat(json(frames.get(1)).at("/choices/0/finish_reason").isNull()).isTrue();
    assertThat(frames).hasSize(4).endsWith(STOP, DONE);
  }

  @ParameterizedTest
  @CsvSource({
    "sensitive, content_filter",
    "eos, stop",
    "model_context_window_exceeded, length",
    "tool_use, tool_calls"
  })
  void aFinishReasonOfTheProvidersOwnBecomesOpenAis(String reason, String expected) {
    JsonNode last = json(sent(FIRST, HI, delta("{}", "\"" + reason + "\""), DONE).get(2));

    assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo(expected);
    assertThat(last.at("/choices/0/native_finish_reason").asText()).isEqualTo(reason);
    assertThat(stream.finishReason()).isEqualTo(expected);
  }

  @Test
  void aFinishReasonComesOnlyOnce() {
    List<String> frames = sent(FIRST, HI, STOP, STOP, DONE);

    assertThat(
            frames.stream()
                .filter(frame -> frame.startsWith("{"))
                .filter(frame -> json(frame).at("/choices/0/finish_reason").isTextual()))
        .hasSize(1);
  }

  @Test
  void aToolCallsIdTypeAndNameComeOnce() {
    List<JsonNode> calls =
        toolCalls(
            "{\"index\":0,\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}",
            "{\"index\":0,\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}",
            "{\"index\":0,\"id\":\"\",\"type\":\"function\",\"function\":{\"name\":null,\"arguments\":\"}\"}}");

    assertThat(calls.get(0).path("id").asText()).isEqualTo("c");
    assertThat(calls.get(0).at("/function/name").asText()).isEqualTo("f");
    for (JsonNode later : calls.subList(1, 3)) {
      assertThat(later.has("id")).isFalse();
      assertThat(later.has("type")).isFalse();
      assertThat(later.path("function").has("name")).isFalse();
      assertThat(later.path("index").asInt(-1)).isZero();
    }
    assertThat(calls.get(1).at("/function/arguments").asText()).isEqualTo("{");
    assertThat(calls.get(2).at("/function/arguments").asText()).isEqualTo("}");
  }

  @Test
  void callsOfIndexMinusOneAreToldApartByTheirIds() {
    assertThat(
            indices(
                "{\"index\":-1,\"id\":\"a\",\"function\":{\"arguments\":\"1\"}}",
                "{\"index\":-1,\"id\":\"a\",\"function\":{\"arguments\":\"2\"}}",
                "{\"index\":-1,\"id\":\"b\",\"function\":{\"arguments\":\"3\"}}",
                "{\"index\":-1,\"id\":\"a\",\"function\":{\"arguments\":\"4\"}}"))
        .containsExactly(0, 0, 1, 0);
  }

  @Test
  void callsThatShareAnIndexAreToldApartByIdAndName() {
    assertThat(
            indices(
                "{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"1\"}}",
                "{\"index\":0,\"function\":{\"arguments\":\"2\"}}",
                "{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":\"3\"}}",
                "{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"\",\"arguments\":\"4\"}}",
                "{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"5\"}}",
                "{\"index\":1,\"id\":\"c\",\"function\":{\"name\":\"g\"}}"))
        .containsExactly(0, 0, 1, 1, 0, 2);
  }

  @Test
  void anIdThatChangesWithEachFragmentIsTheSameCalls() {
    assertThat(
            indices(
                "{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"1\"}}",
                "{\"index\":0,\"id\":\"b\",\"function\":{\"name\":null,\"arguments\":\"2\"}}",
                "{\"index\":0,\"id\":\"c\",\"function\":{\"arguments\":\"3\"}}"))
        .containsExactly(0, 0, 0);
  }

  @Test
  void aFragmentWithoutIndexAndIdBelongsToTheLastCall() {
    assertThat(
            indices(
                "{\"id\":\"a\",\"function\":{\"arguments\":\"1\"}}",
                "{\"function\":{\"arguments\":\"2\"}}",
                "{\"id\":\"b\",\"function\":{\"arguments\":\"3\"}}",
                "{\"id\":\"\",\"function\":{\"arguments\":\"4\"}}"))
        .containsExactly(0, 0, 1, 1);
  }

  @Test
  void indicesAreDenseFromZero() {
    assertThat(
            indices(
                "{\"index\":1,\"id\":\"a\"}",
                "{\"index\":7,\"id\":\"b\"}",
                "{\"index\":1}",
                "{\"index\":12,\"id\":\"c\"}",
                "{\"index\":7}"))
        .containsExactly(0, 1, 0, 2, 1);
  }

  @Test
  void severalCallsInOneChunkAreCountedThrough() {
    JsonNode mended =
        json(
            sent(
                    delta(
                        "{\"tool_calls\":[{\"id\":\"a\",\"function\":{}},{\"id\":\"b\",\"function\":{}}]}",
                        "null"),
                    DONE)
                .get(0));

    assertThat(mended.at("/choices/0/delta/tool_calls/0/index").asInt(-1)).isZero();
    assertThat(mended.at("/choices/0/delta/tool_calls/1/index").asInt(-1)).isEqualTo(1);
    assertThat(mended.at("/choices/0/delta/tool_calls/1/type").asText()).isEqualTo("function");
  }

  @Test
  void aCallWithoutAnIdGetsOne() {
    assertThat(toolCalls("{\"index\":0,\"function\":{\"name\":\"f\"}}").get(0).path("id").asText())
        .isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "{}"})
  void toolCallsThatAreNoneAreTakenOut(String none) {
    JsonNode mended =
        json(
            sent(
                    FIRST,
                    delta("{\"content\":\"Hi\",\"tool_calls\":" + none + "}", "null"),
                    STOP,
                    DONE)
                .get(1));

    assertThat(mended.at("/choices/0/delta").has("tool_calls")).isFalse();
    assertThat(stream.finishReason()).isEqualTo("stop");
  }

  @Test
  void stopAfterToolCallsBecomesToolCalls() {
    String call = delta("{\"tool_calls\":[{\"index\":0,\"id\":\"c\"}]}", "null");

    assertThat(json(sent(FIRST, call, STOP, DONE).get(2)).at("/choices/0/finish_reason").asText())
        .isEqualTo("tool_calls");
  }

  @Test
  void stopTogetherWithToolCallsBecomesToolCalls() {
    String call = delta("{\"tool_calls\":[{\"index\":0,\"id\":\"c\"}]}", "\"stop\"");

    assertThat(json(sent(FIRST, call, DONE).get(1)).at("/choices/0/finish_reason").asText())
        .isEqualTo("tool_calls");
  }

  @Test
  void aMissingFinishReasonAfterToolCallsIsToolCalls() {
    String call = delta("{\"tool_calls\":[{\"index\":0,\"id\":\"c\"}]}", "null");

    assertThat(json(sent(FIRST, call, DONE).get(2)).at("/choices/0/finish_reason").asText())
        .isEqualTo("tool_calls");
  }

  @Test
  void aWholeMessageAtTheEndIsNotRepeated() {
    String whole =
        "{\"id\":\"x\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":"
            + "[{\"index\":0,\"finish_reason\":\"stop\","
            + "\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"}}],"
            + USAGE
            + "}";
    List<String> frames = sent(FIRST, HI, whole, DONE);

    assertThat(frames).hasSize(4);
    JsonNode last = json(frames.get(2));
    assertThat(last.at("/choices/0/delta").isEmpty()).isTrue();
    assertThat(last.at("/choices/0").has("message")).isFalse();
    assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(last.path("object").asText()).isEqualTo("chat.completion.chunk");
    assertThat(stream.usage()).isNotNull();
  }

  @Test
  void aWholeMessageAloneIsTheAnswer() {
    String whole =
        HEAD
            + "\"choices\":[{\"index\":0,\"finish_reason\":\"stop\","
            + "\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"}}]}";
    List<String> frames = sent(whole, DONE);

    assertThat(frames).hasSize(2);
    assertThat(json(frames.get(0)).at("/choices/0/delta/content").asText()).isEqualTo("Hi");
  }

  private List<Integer> indices(String... calls) {
    return toolCalls(calls).stream().map(call -> call.path("index").asInt(-9)).toList();
  }

  private List<JsonNode> toolCalls(String... calls) {
    List<JsonNode> mended = new ArrayList<>();
    for (String call : calls) {
      event(delta("{\"tool_calls\":[" + call + "]}", "null"));
      mended.add(json(frames().get(0)).at("/choices/0/delta/tool_calls/0"));
    }
    return mended;
  }
}

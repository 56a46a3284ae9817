package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiChunkStreamTest {
  private static final String HEAD =
      "{\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",";
  private static final String FIRST = delta("{\"role\":\"assistant\",\"content\":\"\"}", "null");
  private static final String HI = delta("{\"content\":\"Hi\"}", "null");
  private static final String STOP = delta("{}", "\"stop\"");
  private static final String DONE = "[DONE]";
  private static final String USAGE = "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2}";

  private ChunkStream stream = new OpenAiChunkStream("asked", false);

  // What is regular.

  @Test
  void regularChunksPassByteForByte() {
    String odd =
        HEAD + " \"x\":1.10,\"choices\":[{\"delta\":{\"content\":\"\\u00fc\"},\"index\":0}]}";

    assertThat(sent(FIRST, odd, HI, STOP, DONE)).containsExactly(FIRST, odd, HI, STOP, DONE);
    assertThat(stream.finishReason()).isEqualTo("stop");
    assertThat(stream.failure()).isNull();
  }

  @Test
  void severalChoicesInterleave() {
    String a = FIRST.replace("\"index\":0", "\"index\":1");
    String b = HI.replace("\"index\":0", "\"index\":1");
    String c = STOP.replace("\"index\":0", "\"index\":1");

    assertThat(sent(FIRST, a, b, HI, STOP, c, DONE))
        .containsExactly(FIRST, a, b, HI, STOP, c, DONE);
  }

  @Test
  void nothingIsCommittedBeforeSomethingIsSaid() {
    event(FIRST);
    assertThat(stream.committed()).isFalse();

    event(HI);
    assertThat(stream.committed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"reasoning_content\":\"hm\"}",
        "{\"reasoning\":\"hm\"}",
        "{\"refusal\":\"no\"}",
        "{\"content\":null,\"reasoning_content\":\"hm\"}",
        "{\"tool_calls\":[{\"index\":0,\"id\":\"c\"}]}"
      })
  void thinkingRefusingAndCallingAreSaying(String delta) {
    event(delta(delta, "null"));

    assertThat(stream.committed()).isTrue();
  }

  // How a stream ends.

  @Test
  void withoutDoneAFinishReasonCompletesTheAnswer() {
    events(FIRST, HI, STOP);
    stream.finish();

    assertThat(frames()).containsExactly(FIRST, HI, STOP, DONE);
    assertThat(stream.failure()).isNull();
  }

  @Test
  void withoutDoneAndFinishReasonTheAnswerIsBroken() {
    events(FIRST, HI);
    stream.finish();

    List<String> frames = frames();
    assertThat(frames).hasSize(3).startsWith(FIRST, HI).doesNotContain(DONE);
    assertThat(json(frames.get(2)).at("/error/code").asText()).isEqualTo("upstream_error");
    assertThat(stream.failure()).isNotNull();
    assertThat(stream.ended()).isTrue();
  }

  @Test
  void withoutDoneEveryChoiceNeedsItsFinishReason() {
    events(FIRST, HI, FIRST.replace("\"index\":0", "\"index\":1"), STOP);
    stream.finish();

    assertThat(stream.failure()).isNotNull();
    assertThat(frames()).doesNotContain(DONE);
  }

  @Test
  void doneWithoutAFinishReasonGetsOne() {
    List<String> frames = sent(FIRST, HI, DONE);

    assertThat(frames).hasSize(4).startsWith(FIRST, HI).endsWith(DONE);
    JsonNode last = json(frames.get(2));
    assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(last.at("/choices/0/delta").isEmpty()).isTrue();
    assertThat(last.path("id").asText()).isEqualTo("x");
    assertThat(last.path("model").asText()).isEqualTo("m");
  }

  @Test
  void rubbishAfterDoneIsOfNoConsequence() {
    assertThat(sent(FIRST, HI, STOP, "[DONE] bye", HI, DONE))
        .containsExactly(FIRST, HI, STOP, DONE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStreamThatSaidNothingIsAFailure(boolean done) {
    event(FIRST);
    if (done) {
      event(DONE);
    }
    stream.finish();

    assertThat(failure().errorClass()).isEqualTo(ErrorClass.SERVER);
    assertThat(stream.committed()).isFalse();
    assertThat(frames()).doesNotContain(DONE);
  }

  @Test
  void anEmptyAnswerThatFinishedIsAnAnswer() {
    assertThat(sent(FIRST, STOP, DONE)).containsExactly(FIRST, STOP, DONE);
  }

  @Test
  void aFailureOfTheGatewaysOwnEndsTheStreamOnce() {
    event(HI);
    stream.fail(UpstreamException.noticed(ErrorClass.TIMEOUT, "Too slow."));
    stream.fail(UpstreamException.noticed(ErrorClass.SERVER, "Again."));
    events(STOP, DONE);
    stream.finish();

    List<String> frames = frames();
    assertThat(frames).hasSize(2);
    assertThat(json(frames.get(1)).at("/error/message").asText()).isEqualTo("Too slow.");
    assertThat(failure().errorClass()).isEqualTo(ErrorClass.TIMEOUT);
  }

  // What comes in place of a chunk.

  @Test
  void anErrorBeforeContentLeavesTheStreamUncommitted() {
    events(FIRST, "{\"error\":{\"message\":\"busy\",\"code\":503}}");

    assertThat(stream.committed()).isFalse();
    assertThat(failure().errorClass()).isEqualTo(ErrorClass.OVERLOAD);
  }

  @Test
  void anErrorAfterContentIsTheLastThingSent() {
    List<String> frames =
        sent(FIRST, HI, "{\"error\":{\"message\":\"gone\",\"code\":500}}", STOP, DONE);

    assertThat(frames).hasSize(3).startsWith(FIRST, HI);
    JsonNode error = json(frames.get(2)).path("error");
    assertThat(error.path("message").asText()).isEqualTo("gone");
    assertThat(error.path("code").isTextual()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"choices\":[{",
        "not json",
        "<html>",
        "12",
        "[]",
        "null",
        "{}",
        "{\"choices\":[]}",
        "{\"choices\":null}",
        "{\"choices\":{}}",
        "{\"choices\":[{\"index\":99999999999,\"delta\":{}}]}"
      })
  void whatCannotBeReadOrSaysNothingIsSkipped(String event) {
    assertThat(sent(FIRST, event, HI, event, STOP, event, DONE))
        .containsExactly(FIRST, HI, STOP, DONE);
  }

  @Test
  void anErrorThatIsNullIsTakenOut() {
    String withNull = HI.substring(0, HI.length() - 1) + ",\"error\":null}";
    List<String> frames = sent(FIRST, withNull, STOP, DONE);

    assertThat(frames).hasSize(4);
    assertThat(json(frames.get(1)).has("error")).isFalse();
    assertThat(json(frames.get(1)).at("/choices/0/delta/content").asText()).isEqualTo("Hi");
  }

  @ParameterizedTest
  @CsvSource({"network_error, SERVER", "insufficient_system_resource, OVERLOAD"})
  void aReasonThatTellsOfAFailureBeforeContentIsOne(String reason, ErrorClass expected) {
    events(FIRST, delta("{}", "\"" + reason + "\""));

    assertThat(failure().errorClass()).isEqualTo(expected);
    assertThat(stream.committed()).isFalse();
  }

  @Test
  void aProviderThatRanOutOfRoomInTheMiddleCutsTheAnswerShort() {
    List<String> frames = sent(FIRST, HI, delta("{}", "\"insufficient_system_resource\""), DONE);

    assertThat(json(frames.get(2)).at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(frames).endsWith(DONE);
  }

  // Role, identity, finish reason.

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

  // Tools.

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

  // Usage.

  @Test
  void aUsageChunkIsKeptFromAClientThatDidNotAsk() {
    assertThat(sent(FIRST, HI, STOP, usageChunk(), DONE)).containsExactly(FIRST, HI, STOP, DONE);
    assertThat(stream.usage()).isEqualTo(new Usage(9, 0, 0, 2, 0));
  }

  @Test
  void aUsageChunkIsTheLastForAClientThatAsked() {
    stream = new OpenAiChunkStream("asked", true);
    List<String> frames = sent(FIRST, HI, STOP, usageChunk(), DONE);

    assertThat(frames).hasSize(5).startsWith(FIRST, HI, STOP).endsWith(DONE);
    assertUsage(frames.get(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"choices\":null,", "\"choices\":[],\"error\":null,"})
  void anIrregularUsageChunkIsMended(String members) {
    stream = new OpenAiChunkStream("asked", true);
    List<String> frames = sent(FIRST, HI, STOP, "{" + members + USAGE + "}", DONE);

    assertThat(frames).hasSize(5);
    assertUsage(frames.get(3));
    assertThat(json(frames.get(3)).has("error")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void usageInTheLastContentChunkBecomesAChunkOfItsOwn(boolean asked) {
    stream = new OpenAiChunkStream("asked", asked);
    String last = STOP.substring(0, STOP.length() - 1) + "," + USAGE + ",\"error\":null}";

    assertUsageSplitOff(asked, sent(FIRST, HI, last, DONE));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void usageInTheChoiceBecomesAChunkOfItsOwn(boolean asked) {
    stream = new OpenAiChunkStream("asked", asked);
    String last =
        HEAD + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"," + USAGE + "}]}";

    assertUsageSplitOff(asked, sent(FIRST, HI, last, DONE));
  }

  @Test
  void usageInEveryChunkIsToldOnceAndTheLastCounts() {
    stream = new OpenAiChunkStream("asked", true);
    String early = HI.substring(0, HI.length() - 1) + "," + USAGE.replace("9", "5") + "}";
    List<String> frames = sent(FIRST, early, early, STOP, usageChunk(), DONE);

    assertThat(frames).hasSize(6);
    assertThat(json(frames.get(1)).path("usage").isNull()).isTrue();
    assertUsage(frames.get(4));
    assertThat(stream.usage()).isEqualTo(new Usage(9, 0, 0, 2, 0));
  }

  @Test
  void usageThatIsNullPassesThrough() {
    String withNull = HI.substring(0, HI.length() - 1) + ",\"usage\":null}";

    assertThat(sent(FIRST, withNull, STOP, DONE)).containsExactly(FIRST, withNull, STOP, DONE);
    assertThat(stream.usage()).isNull();
  }

  // A whole message in a stream.

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

  private void assertUsageSplitOff(boolean asked, List<String> frames) {
    assertThat(stream.usage()).isEqualTo(new Usage(9, 0, 0, 2, 0));
    assertThat(json(frames.get(2)).at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(json(frames.get(2)).path("usage").isObject()).isFalse();
    assertThat(json(frames.get(2)).at("/choices/0").has("usage")).isFalse();
    assertThat(frames).hasSize(asked ? 5 : 4).endsWith(DONE);
    if (asked) {
      assertUsage(frames.get(3));
    }
  }

  private static void assertUsage(String frame) {
    JsonNode chunk = json(frame);
    assertThat(chunk.path("choices").isArray()).isTrue();
    assertThat(chunk.path("choices")).isEmpty();
    assertThat(chunk.at("/usage/prompt_tokens").asInt()).isEqualTo(9);
    assertThat(chunk.path("id").asText()).isEqualTo("x");
    assertThat(chunk.has("error")).isFalse();
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

  private List<String> sent(String... events) {
    events(events);
    stream.finish();
    return frames();
  }

  private void events(String... events) {
    Arrays.stream(events).forEach(this::event);
  }

  private void event(String data) {
    byte[] bytes = ("data: " + data).getBytes(StandardCharsets.UTF_8);
    stream.event(null, bytes, 6, bytes.length - 6);
  }

  private List<String> frames() {
    String text = stream.take().toString(StandardCharsets.UTF_8);
    assertThat(text).matches("(?s)(data: .*\n\n)?");
    return Arrays.stream(text.split("\n\n"))
        .filter(frame -> !frame.isEmpty())
        .map(frame -> frame.substring("data: ".length()))
        .toList();
  }

  private UpstreamException failure() {
    UpstreamException failure = stream.failure();
    if (failure == null) {
      throw new AssertionError("The stream has not failed.");
    }
    return failure;
  }

  private static String usageChunk() {
    return HEAD + "\"choices\":[]," + USAGE + "}";
  }

  private static String delta(String delta, String finishReason) {
    return HEAD
        + "\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + ",\"finish_reason\":"
        + finishReason
        + "}]}";
  }

  private static JsonNode json(String frame) {
    try {
      return Json.MAPPER.readTree(frame);
    } catch (IOException e) {
      throw new AssertionError(frame, e);
    }
  }
}

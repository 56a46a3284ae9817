package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiChunkStreamTest extends ScriptedStream {
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

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"content\":[\"a\"]}", "{\"tool_calls\":[\"a\",{\"function\":[\"b\"]}]}"})
  void textsWhereObjectsShouldBeBreakNothing(String delta) {
    event(HEAD + "\"choices\":[{\"index\":0,\"delta\":" + delta + "}]}");
    assertThat(stream.failure()).isNull();
  }

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

    assertThat(frames()).containsExactly(FIRST, HI);
    assertThat(failure().errorClass()).isEqualTo(ErrorClass.SERVER);
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

    assertThat(frames()).hasSize(1);
    assertThat(failure().reason()).isEqualTo("Too slow.");
    assertThat(failure().errorClass()).isEqualTo(ErrorClass.TIMEOUT);
  }

  @Test
  void anErrorBeforeContentLeavesTheStreamUncommitted() {
    events(FIRST, "{\"error\":{\"message\":\"busy\",\"code\":503}}");

    assertThat(stream.committed()).isFalse();
    assertThat(failure().errorClass()).isEqualTo(ErrorClass.OVERLOAD);
  }

  @Test
  void anErrorAfterContentIsTheEnd() {
    List<String> frames =
        sent(FIRST, HI, "{\"error\":{\"message\":\"gone\",\"code\":500}}", STOP, DONE);

    assertThat(frames).containsExactly(FIRST, HI);
    assertThat(failure().reason()).isEqualTo("gone");
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
  void whatCannotBeReadIsCounted() {
    sent(FIRST, "{\"choices\":[{", HI, "not json", "7", STOP, "{}", DONE, "<html>");

    assertThat(stream.skipped()).isEqualTo(3);
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
}

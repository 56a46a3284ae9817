package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.sse.SseReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GeminiStreamTest extends ScriptedStream {
  private static final String END = "{\"candidates\":[{\"finishReason\":\"STOP\"}]}";

  @BeforeEach
  void begin() {
    stream =
        new GeminiStream(
            GeminiFixture.request(
                "asked", "\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
  }

  private static String parts(String parts) {
    return "{\"candidates\":[{\"index\":0,\"content\":{\"parts\":["
        + parts
        + "]}}],"
        + "\"usageMetadata\":{\"promptTokenCount\":5,\"candidatesTokenCount\":1},"
        + "\"modelVersion\":\"m\",\"responseId\":\"r\"}";
  }

  private static String joined(List<String> frames, String pointer) {
    StringBuilder text = new StringBuilder();
    frames.stream()
        .filter(frame -> !frame.equals(DONE))
        .forEach(frame -> text.append(json(frame).at(pointer).asText("")));
    return text.toString();
  }

  @Test
  void severalPartsInAChunk() {
    List<String> frames =
        sent(
            parts("{\"text\":\"hm\",\"thought\":true},{\"text\":\"Hi\"},{\"text\":\"\"}"),
            parts("{\"text\":\" you\"}"),
            "{\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":"
                + "{\"promptTokenCount\":5,\"candidatesTokenCount\":3,\"thoughtsTokenCount\":2}}");
    assertThat(joined(frames, "/choices/0/delta/reasoning_content")).isEqualTo("hm");
    assertThat(joined(frames, "/choices/0/delta/content")).isEqualTo("Hi you");
    assertThat(joined(frames, "/choices/0/finish_reason")).isEqualTo("stop");
    assertThat(json(frames.get(0)).path("id").asText()).isEqualTo("r");
    assertThat(json(frames.get(0)).path("model").asText()).isEqualTo("m");
    assertThat(stream.usage()).isEqualTo(new Usage(5, 0, 0, 5, 2));
    assertThat(frames.get(frames.size() - 1)).isEqualTo(DONE);
  }

  @Test
  void callsComeWholeWithTheirSignatures() {
    List<String> frames =
        sent(
            parts(
                "{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}},\"thoughtSignature\":\"s\"},"
                    + "{\"functionCall\":{\"name\":\"g\"}}"),
            END);
    JsonNode first = json(frames.get(0)).at("/choices/0/delta/tool_calls/0");
    assertThat(first.at("/extra_content/google/thought_signature").asText()).isEqualTo("s");
    assertThat(first.path("id").asText()).startsWith("call_");
    assertThat(json(frames.get(1)).at("/choices/0/delta/tool_calls/0/function/arguments").asText())
        .isEqualTo("{\"a\":1}");
    JsonNode second = json(frames.get(2)).at("/choices/0/delta/tool_calls/0");
    assertThat(second.path("index").asInt()).isEqualTo(1);
    assertThat(second.has("extra_content")).isFalse();
    assertThat(joined(frames, "/choices/0/finish_reason")).isEqualTo("tool_calls");
  }

  @Test
  void aSignatureWithoutACallAndWhatTheSearchFoundAreExtensions() {
    List<String> frames =
        sent(
            parts("{\"text\":\"\",\"thoughtSignature\":\"s\"}"),
            "{\"candidates\":[{\"groundingMetadata\":{\"q\":1},\"finishReason\":\"STOP\"}]}");
    assertThat(joined(frames, "/choices/0/delta/extra_content/google/thought_signature"))
        .isEqualTo("s");
    assertThat(frames.toString()).contains("\"grounding_metadata\":{\"q\":1}");
  }

  @Test
  void codeThatTheModelRanIsPartOfTheText() {
    List<String> frames =
        sent(
            parts("{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"print(1)\"}}"),
            parts("{\"codeExecutionResult\":{\"outcome\":\"OUTCOME_OK\",\"output\":\"1\\n\"}}"),
            END);
    assertThat(joined(frames, "/choices/0/delta/content"))
        .isEqualTo("\n```python\nprint(1)\n```\n\n```output\n1\n```\n");
  }

  @Test
  void probabilitiesComeWithTheirText() {
    String result =
        "\"logprobsResult\":{\"chosenCandidates\":[{\"token\":\"%s\",\"logProbability\":-0.5}]}";
    List<String> frames =
        sent(
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]},"
                + result.formatted("Hi")
                + "}]}",
            "{\"candidates\":[{\"finishReason\":\"STOP\"," + result.formatted("end") + "}]}");
    assertThat(json(frames.get(0)).at("/choices/0/delta/content").asText()).isEqualTo("Hi");
    assertThat(json(frames.get(0)).at("/choices/0/logprobs/content/0/token").asText())
        .isEqualTo("Hi");
    assertThat(json(frames.get(0)).at("/choices/0/logprobs/content/0/logprob").asDouble())
        .isEqualTo(-0.5);
    assertThat(json(frames.get(1)).at("/choices/0/logprobs/content/0/token").asText())
        .isEqualTo("end");
    assertThat(json(frames.get(2)).at("/choices/0/logprobs").isNull()).isTrue();
  }

  @Test
  void whatOpenAiHasNoPlaceForIsAnExtension() {
    List<String> frames =
        sent(
            parts("{\"fileData\":{\"fileUri\":\"gs://x\"}}"),
            "{\"candidates\":[{\"citationMetadata\":{\"c\":1},\"finishReason\":\"OTHER\"}]}");
    assertThat(json(frames.get(0)).at("/choices/0/delta/extra_content/google/parts/0/fileData"))
        .isEqualTo(json("{\"fileUri\":\"gs://x\"}"));
    assertThat(frames.toString()).contains("\"citation_metadata\":{\"c\":1}");
    assertThat(frames).endsWith(DONE);
  }

  @Test
  void severalCandidatesAreSeveralChoices() {
    List<String> frames =
        sent(
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":\"STOP\"},"
                + "{\"index\":1,\"content\":{\"parts\":[{\"text\":\"b\"}]},"
                + "\"finishReason\":\"SAFETY\"}]}");
    assertThat(frames).hasSize(5);
    assertThat(json(frames.get(3)).at("/choices/0/index").asInt()).isEqualTo(1);
    assertThat(json(frames.get(3)).at("/choices/0/finish_reason").asText())
        .isEqualTo("content_filter");
  }

  @Test
  void aStreamWithoutAReasonIsBroken() {
    List<String> frames = sent(parts("{\"text\":\"Hi\"}"));
    assertThat(frames).doesNotContain(DONE);
    assertThat(failure().errorClass()).isEqualTo(ErrorClass.SERVER);
  }

  @Test
  void anErrorEndsItBareOrInAnArray() {
    events("[{\"error\":{\"code\":503,\"message\":\"Busy\",\"status\":\"UNAVAILABLE\"}}]", END);
    assertThat(failure().errorClass()).isEqualTo(ErrorClass.OVERLOAD);
    begin();
    events(parts("{\"text\":\"Hi\"}"), "{\"error\":{\"code\":500,\"status\":\"INTERNAL\"}}", END);
    stream.finish();
    assertThat(frames()).hasSize(1).doesNotContain(DONE);
    assertThat(failure().errorClass()).isEqualTo(ErrorClass.SERVER);
  }

  @Test
  void aBlockedPromptFailsBeforeAnythingIsSent() {
    events("{\"promptFeedback\":{\"blockReason\":\"OTHER\"}}");
    assertThat(stream.committed()).isFalse();
    assertThat(failure().errorClass()).isEqualTo(ErrorClass.CONTENT);
  }

  @Test
  void anEndInNoOrdinaryWayWithoutAnAnswerIsAFailure() {
    sent("{\"candidates\":[{\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}]}");
    assertThat(failure().errorClass()).isEqualTo(ErrorClass.SERVER);
    begin();
    List<String> thoughtOnly =
        sent(
            parts("{\"text\":\"hm\",\"thought\":true}"),
            "{\"candidates\":[{\"finishReason\":\"MAX_TOKENS\"}]}");
    assertThat(joined(thoughtOnly, "/choices/0/finish_reason")).isEqualTo("length");
  }

  @Test
  void aWholeAnswerInPlaceOfAStream() {
    byte[] body =
        ("[" + parts("{\"text\":\"Hi\"}") + "," + END + "]").getBytes(StandardCharsets.UTF_8);
    byte[] whole = new GeminiReply("asked").read(body, List.of()).json();
    stream.event(null, whole, 0, whole.length);
    stream.finish();
    List<String> frames = frames();
    assertThat(joined(frames, "/choices/0/delta/content")).isEqualTo("Hi");
    assertThat(frames.get(frames.size() - 1)).isEqualTo(DONE);
  }

  @Test
  void bytesSplitAnywhereWithCrlfAreTheSame() {
    String text = "data: " + parts("{\"text\":\"Grüße 🐫\"}") + "\r\n\r\ndata: " + END + "\r\n\r\n";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int at = 1; at < bytes.length; at++) {
      begin();
      SseReader reader = new SseReader(stream, 1 << 16);
      reader.read(java.util.Arrays.copyOfRange(bytes, 0, at));
      reader.read(java.util.Arrays.copyOfRange(bytes, at, bytes.length));
      reader.finish();
      stream.finish();
      assertThat(joined(frames(), "/choices/0/delta/content")).isEqualTo("Grüße 🐫");
    }
  }

  /** A sound chunk with bytes knocked out or swapped: nothing is thrown, and all ends. */
  @Test
  void damagedChunksThrowNothing() {
    Random random = new Random(20_261_123);
    List<String> odd =
        List.of("null", "[]", "{}", "-1", "1e999", "\"x\"", "[[1]]", "2147483647", "true");
    String sound =
        parts(
                "{\"text\":\"a\"},{\"functionCall\":{\"name\":\"f\",\"args\":{\"b\":1}}},"
                    + "{\"executableCode\":{\"code\":\"c\"}}")
            + "|{\"candidates\":[{\"logprobsResult\":{\"chosenCandidates\":[{\"token\":\"x\"}],"
            + "\"topCandidates\":[{\"candidates\":[{\"token\":\"y\"}]}]}}]}"
            + "|"
            + END;
    for (int round = 0; round < 3000; round++) {
      begin();
      String damaged = sound;
      for (int i = random.nextInt(3); i >= 0; i--) {
        int colon = damaged.indexOf(':', random.nextInt(damaged.length()));
        int end = colon + 1 + random.nextInt(8);
        if (colon > 0 && end < damaged.length()) {
          damaged =
              damaged.substring(0, colon + 1)
                  + odd.get(random.nextInt(odd.size()))
                  + damaged.substring(end);
        }
      }
      events(damaged.split("\\|"));
      stream.finish();
      assertThat(stream.ended()).isTrue();
      assertThat(frames().contains(DONE)).isEqualTo(stream.failure() == null);
    }
  }
}

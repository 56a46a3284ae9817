package dev.bactrian.dialect;

import static dev.bactrian.dialect.OpenAiRequestTest.quirks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers and streams in which thoughts, errors and ends are not where OpenAI has them. */
class OpenAiAnswersTest extends ScriptedStream {
  private static final OpenAiQuirks.Answers QUIRKS =
      quirks("thinkTags", "true", "errorCodes", "1002|17=RATE,1026=CONTENT,over_quota=BILLING")
          .answers();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{\"base_resp\":{\"status_code\":1002,\"status_msg\":\"slow\"},\"choices\":null} | RATE | slow",
        "{\"choices\":[{}],\"base_resp\":{\"status_msg\":\"slow\",\"status_code\":1002}} | RATE | slow",
        "{\"base_resp\":{\"status_code\":9999,\"status_msg\":\"odd\"}} | SERVER | odd",
        "{\"error_code\":17,\"error_msg\":\"day\"} | RATE | day",
        "{\"error_code\":\"17\",\"error_msg\":\"day\",\"choices\":[{}]} | RATE | day",
        "{\"code\":\"Over.Quota\",\"message\":\"no\"} | BILLING | no",
        "{\"code\":1026,\"msg\":\"no\"} | CONTENT | no",
        "{\"status\":{\"code\":17,\"message\":\"no\"}} | RATE | no",
        "{\"code\":\"17\",\"error\":\"text\"} | RATE | text",
        "{\"error\":{\"type\":\"over_quota\",\"message\":\"m\"}} | BILLING | m",
        "{\"error\":{\"code\":17,\"type\":\"over_quota\",\"message\":\"m\"}} | RATE | m",
        "{\"error\":{\"http_code\":\"503\",\"message\":\"m\"}} | OVERLOAD | m",
        "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"bad\"}],\"error\":{}} | SERVER | bad"
      })
  void anErrorInAnAnswerOfStatus200IsFound(String body, ErrorClass kind, String message) {
    UpstreamException whole =
        catchThrowableOfType(
            UpstreamException.class,
            () -> new OpenAiReply(utf8(body), "m", QUIRKS).read(List.of()));
    assertThat(whole.errorClass()).isEqualTo(kind);
    assertThat(whole.reason()).isEqualTo(message);

    for (List<String> before : List.of(List.<String>of(), List.of(FIRST, HI))) {
      stream = new OpenAiChunkStream("m", false, QUIRKS);
      before.forEach(this::event);
      event(body);
      assertThat(stream.ended()).isTrue();
      assertThat(failure().errorClass()).isEqualTo(kind);
      assertThat(failure().reason()).isEqualTo(message);
      assertThat(frames()).hasSize(before.size()).doesNotContain(DONE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"base_resp\":{\"status_code\":0,\"status_msg\":\"\"}",
        "\"base_resp\":null",
        "\"code\":0",
        "\"code\":\"Success\"",
        "\"code\":null",
        "\"status\":\"ok\"",
        "\"status\":{\"code\":0}",
        "\"error_code\":0"
      })
  void aSuccessThatSaysSoIsNoError(String member) {
    String chunk = HI.replace("\"choices\"", member + ",\"choices\"");

    assertThat(sent(FIRST, chunk, STOP, DONE)).containsExactly(FIRST, chunk, STOP, DONE);
    String whole =
        "{"
            + member
            + ",\"id\":\"x\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":["
            + "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},"
            + "\"finish_reason\":\"stop\"}]}";
    assertThat(new OpenAiReply(utf8(whole), "m", QUIRKS).read(List.of()).json())
        .isEqualTo(utf8(whole));
  }

  @Test
  void aKnownCodeOfABadRequestMayBeAboutTheLength() {
    ErrorCodes codes = quirks("errorCodes", "2013=BAD_REQUEST").answers().errorCodes();
    String body = "{\"base_resp\":{\"status_code\":2013,\"status_msg\":\"%s\"}}";

    assertThat(OpenAiErrors.inBand(codes, utf8(body.formatted("bad"))).errorClass())
        .isEqualTo(ErrorClass.BAD_REQUEST);
    assertThat(
            OpenAiErrors.inBand(codes, utf8(body.formatted("context window exceeds limit")))
                .errorClass())
        .isEqualTo(ErrorClass.CONTEXT);
  }

  @Test
  void thoughtsByAnotherNameAreRenamed() {
    List<String> frames = sent(FIRST, delta("{\"reasoning\":\"hm\"}", "null"), HI, STOP, DONE);

    assertThat(frames).hasSize(5);
    assertThat(json(frames.get(1)).at("/choices/0/delta").toString())
        .isEqualTo("{\"reasoning_content\":\"hm\"}");
    JsonNode message = whole("{\"role\":\"assistant\",\"reasoning\":\"hm\",\"content\":\"Hi\"}");
    assertThat(message.path("reasoning_content").asText()).isEqualTo("hm");
    assertThat(message.has("reasoning")).isFalse();
  }

  @Test
  void thoughtsThatCameUnderBothNamesStayOnce() {
    String both = "{\"reasoning\":\"hm\",\"reasoning_content\":\"hm\"}";

    assertThat(json(sent(FIRST, delta(both, "null"), STOP, DONE).get(1)).at("/choices/0/delta"))
        .hasToString("{\"reasoning_content\":\"hm\"}");
  }

  @Test
  void thoughtsInTheTextAreMovedOut() {
    JsonNode message =
        whole("{\"role\":\"assistant\",\"content\":\"<think>\\nhm</think>\\n\\nHi\"}");

    assertThat(message.path("reasoning_content").asText()).isEqualTo("hm");
    assertThat(message.path("content").asText()).isEqualTo("Hi");
  }

  @Test
  void thoughtsInAStreamedTextAreMovedOut() {
    stream = new OpenAiChunkStream("m", false, QUIRKS);
    List<String> frames =
        sent(
            FIRST,
            delta("{\"content\":\"<th\"}", "null"),
            delta("{\"content\":\"ink>h\"}", "null"),
            delta("{\"content\":\"m</think\"}", "null"),
            delta("{\"content\":\">\\n\"}", "null"),
            HI,
            HI,
            STOP,
            DONE);

    assertThat(joined(frames, "reasoning_content")).isEqualTo("hm");
    assertThat(joined(frames, "content")).isEqualTo("HiHi");
    assertThat(frames.get(frames.size() - 3)).as("regular again").isEqualTo(HI);
    assertThat(frames).endsWith(STOP, DONE);
  }

  @ParameterizedTest
  @CsvSource({"<thi,,<thi", "<think>h</,h</,''"})
  void whatWasHeldBackComesWithTheEnd(String text, String thoughts, String content) {
    String cut = delta("{\"content\":\"" + text + "\"}", "null");
    for (List<String> end : List.of(List.of(STOP, DONE), List.of(DONE))) {
      stream = new OpenAiChunkStream("m", false, QUIRKS);
      event(FIRST);
      event(cut);
      end.forEach(this::event);
      List<String> frames = frames();

      assertThat(joined(frames, "content")).isEqualTo(content);
      assertThat(joined(frames, "reasoning_content")).isEqualTo(thoughts == null ? "" : thoughts);
      assertThat(frames).endsWith(DONE);
    }
  }

  @Test
  void theTextBeforeAToolCallIsNotHeldBack() {
    stream = new OpenAiChunkStream("m", false, QUIRKS);
    String call = "{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\"}}]}";
    List<String> frames =
        sent(FIRST, delta("{\"content\":\"<\"}", "null"), delta(call, "null"), STOP, DONE);

    assertThat(joined(frames, "content")).isEqualTo("<");
    assertThat(json(frames.get(2)).at("/choices/0/delta/content").asText()).isEqualTo("<");
  }

  @Test
  void aTextThatModerationTookOutIsFiltered() {
    String last = STOP.replace("\"choices\"", "\"output_sensitive\":true,\"choices\"");

    List<String> frames = sent(FIRST, HI, last, DONE);

    assertThat(json(frames.get(2)).at("/choices/0/finish_reason").asText())
        .isEqualTo("content_filter");
    String body =
        "{\"input_sensitive\":true,\"choices\":[{\"index\":0,\"finish_reason\":\"stop\","
            + "\"message\":{\"role\":\"assistant\",\"content\":\"\"}}]}";
    assertThat(
            json(text(new OpenAiReply(utf8(body), "m", QUIRKS).read(List.of()).json()))
                .at("/choices/0/finish_reason")
                .asText())
        .isEqualTo("content_filter");
  }

  private static JsonNode whole(String message) {
    String body =
        "{\"id\":\"x\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":["
            + "{\"index\":0,\"finish_reason\":\"stop\",\"message\":"
            + message
            + "}]}";
    return json(text(new OpenAiReply(utf8(body), "m", QUIRKS).read(List.of()).json()))
        .at("/choices/0/message");
  }

  private static String joined(List<String> frames, String member) {
    StringBuilder text = new StringBuilder();
    frames.stream()
        .filter(frame -> !frame.equals(DONE))
        .forEach(frame -> text.append(json(frame).at("/choices/0/delta/" + member).asText("")));
    return text.toString();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.kit.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaiduDialectTest {
  private static final String USER = "{\"role\":\"user\",\"content\":\"Hi\"}";
  private static final Map<String, String> QUIRKS =
      Map.of(
          "maxTokens", "2..2048",
          "temperature", "0.01..1",
          "topP", "0..1",
          "pass", "penalty_score",
          "paths", "ernie-4.0-8k=completions_pro, ernie-speed=ernie_speed");

  private final Dialect dialect = Dialect.named("baidu", QUIRKS);

  private static ChatRequest request(String messages, String more) {
    return ChatRequest.read(
        ("{\"model\":\"m\",\"messages\":[" + messages + "]" + more + "}")
            .getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode json(byte[] bytes) {
    return Reply.json(new String(bytes, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "ERNIE-4.0-8K,completions_pro",
    "ernie-speed,ernie_speed",
    "ERNIE-Tiny-8K,ernie-tiny-8k"
  })
  void theModelIsInThePath(String model, String expected) {
    assertThat(dialect.pathModel(model)).isEqualTo(expected);
  }

  @Test
  void jsonIsAskedForInWords() {
    Dialect.Outgoing out =
        dialect.request(request(USER, ",\"response_format\":{\"type\":\"json_object\"}"));

    assertThat(json(out.body()).path("system").asText()).contains("JSON");
    assertThat(out.changes()).containsExactly("response_format=instruction");
  }

  @Test
  void aRequestIsTranslated() {
    Dialect.Outgoing out =
        dialect.request(
            request(
                "{\"role\":\"system\",\"content\":\"Be brief.\"}," + USER,
                ",\"max_tokens\":1,\"temperature\":1.5,\"stop\":\"x\",\"user\":\"u\","
                    + "\"penalty_score\":1.2,\"n\":1,\"stream\":true"));

    assertThat(json(out.body()).toString())
        .isEqualTo(
            "{\"messages\":["
                + USER
                + "],\"system\":\"Be brief.\",\"max_output_tokens\":2,\"temperature\":1,"
                + "\"penalty_score\":1.2,\"stop\":[\"x\"],\"user_id\":\"u\",\"stream\":true}");
    assertThat(out.changes()).containsExactly("max_tokens=2", "temperature=1", "n=dropped");
  }

  @Test
  void userAndAssistantSpeakInTurn() {
    Dialect.Outgoing out =
        dialect.request(
            request(
                "{\"role\":\"assistant\",\"content\":\"a\"},"
                    + USER
                    + ",{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"you\"}]},"
                    + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{}]},"
                    + "{\"role\":\"tool\",\"content\":\"t\"}",
                ""));

    assertThat(json(out.body()).path("messages").toString())
        .isEqualTo(
            "[{\"role\":\"user\",\"content\":\"…\"},{\"role\":\"assistant\",\"content\":\"a\"},"
                + "{\"role\":\"user\",\"content\":\"Hi\\n\\nyou\\n\\nt\"}]");
    assertThat(out.changes())
        .containsExactly(
            "messages=user first", "messages.tool_calls=dropped", "messages.tool=user");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":\"a\"}",
        "{\"role\":\"system\",\"content\":\"Hi\"}",
        "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}]}"
      })
  void whatItCannotDoIsRefused(String messages) {
    UpstreamException refused =
        catchThrowableOfType(UpstreamException.class, () -> dialect.request(request(messages, "")));

    assertThat(refused.errorClass()).isEqualTo(ErrorClass.BAD_REQUEST);
    assertThat(refused.param()).isEqualTo("messages");
  }

  private ChatReply.Complete reply(String body) {
    return dialect.reply(request(USER, ""), body.getBytes(StandardCharsets.UTF_8), List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "'',stop",
    "'\"finish_reason\":\"normal\",',stop",
    "'\"finish_reason\":\"length\",',length",
    "'\"is_truncated\":true,',length",
    "'\"need_clear_history\":true,',content_filter",
    "'\"flag\":3,',content_filter"
  })
  void anAnswerIsTranslated(String more, String reason) {
    ChatReply.Complete reply =
        reply(
            "{\"id\":\"as-1\","
                + more
                + "\"result\":\"Hi\",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}");

    JsonNode json = json(reply.json());
    assertThat(json.path("id").asText()).isEqualTo("as-1");
    assertThat(json.at("/choices/0/message/content").asText()).isEqualTo("Hi");
    assertThat(json.at("/choices/0/finish_reason").asText()).isEqualTo(reason);
    assertThat(reply.usage()).isEqualTo(new Usage(5, 0, 0, 2, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "<html>", "{\"result\":null}"})
  void whatIsNoAnswerIsAFailure(String body) {
    assertThat(catchThrowableOfType(UpstreamException.class, () -> reply(body)).errorClass())
        .isEqualTo(ErrorClass.SERVER);
  }

  /** See https://cloud.baidu.com/doc/WENXINWORKSHOP/s/tlmyncueh. */
  @ParameterizedTest
  @CsvSource({
    "1,SERVER",
    "2,SERVER",
    "3,BAD_REQUEST",
    "4,RATE",
    "6,AUTH",
    "13,AUTH",
    "14,AUTH",
    "15,AUTH",
    "17,BILLING",
    "18,RATE",
    "19,BILLING",
    "100,AUTH",
    "110,AUTH",
    "111,AUTH",
    "336000,SERVER",
    "336100,SERVER",
    "336002,BAD_REQUEST",
    "336003,BAD_REQUEST",
    "336007,CONTEXT",
    "336103,CONTEXT",
    "336104,CONTENT",
    "336105,CONTENT",
    "336501,RATE",
    "336502,RATE",
    "336503,RATE",
    "336504,RATE",
    "336505,RATE",
    "999999,SERVER"
  })
  void errorsAreClassified(int code, ErrorClass expected) {
    String body = "{\"error_code\":" + code + ",\"error_msg\":\"told so\"}";
    UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> reply(body));
    assertThat(failure.errorClass()).isEqualTo(expected);
    assertThat(failure.reason()).isEqualTo("told so");
    assertThat(failure.code()).isEqualTo(String.valueOf(code));

    ChunkStream stream = NativeStreams.read(dialect, false, "data: " + body + "\n\n", 9);
    assertThat(stream.committed()).isFalse();
    assertThat(Objects.requireNonNull(stream.failure()).errorClass()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"404,NOT_FOUND", "429,RATE", "502,SERVER", "503,OVERLOAD"})
  void aPageOfAProxyIsClassifiedByItsStatus(int status, ErrorClass expected) {
    byte[] page = "<html>".getBytes(StandardCharsets.UTF_8);

    assertThat(dialect.error(new Dialect.ErrorAnswer(status, -1, name -> null, page)).errorClass())
        .isEqualTo(expected);
  }

  private static String event(String text, boolean end) {
    return "data: {\"id\":\"as-1\",\"sentence_id\":0,\"is_end\":"
        + end
        + ",\"result\":\""
        + text
        + "\",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}\n\n";
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, 100_000})
  void aStreamIsOpenAisHoweverItIsSplit(int step) {
    ChunkStream stream =
        NativeStreams.read(dialect, true, event("Grüß ", false) + event("dich 🐫", true), step);
    List<String> frames = NativeStreams.frames(stream);

    assertThat(NativeStreams.text(frames, "content")).isEqualTo("Grüß dich 🐫");
    assertThat(frames.get(frames.size() - 1)).isEqualTo("[DONE]");
    assertThat(frames.get(frames.size() - 2)).contains("\"choices\":[]", "\"prompt_tokens\":5");
  }

  @Test
  void aStreamWithoutItsLastEventIsBroken() {
    ChunkStream stream = NativeStreams.read(dialect, false, event("Hi", false), 50);

    assertThat(stream.failure()).isNotNull();
    assertThat(NativeStreams.frames(stream)).doesNotContain("[DONE]");
  }
}

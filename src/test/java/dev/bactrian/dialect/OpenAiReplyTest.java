package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiReplyTest {
  private static final String HEAD =
      "{\"id\":\"x\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",";
  private static final String MESSAGE = "\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"text\"",
        "<html>502</html>",
        "{",
        "{}",
        "{\"choices\":[]}",
        "{\"choices\":{}}",
        "{\"choices\":[null]}",
        "{\"choices\":[1,\"a\"]}",
        "{\"choices\":[{\"index\":0}]} trailing",
        "{\"choices\":[{\"index\":0}]}{}",
        "{\"choices\":[{\"index\":0,\"message\":\"Hi\"}]}",
        "{\"choices\":[{\"index\":0,\"message\":[]}]}",
        "{\"created\":99999999999999999999,\"choices\":[{}]}",
        "{\"model\":\"m\",\"data\":[]}"
      })
  void whatIsNoCompletionIsTheProvidersFailure(String body) {
    assertThat(failure(body).errorClass()).isEqualTo(ErrorClass.SERVER);
  }

  @Test
  void anErrorWithStatus200IsAnError() {
    UpstreamException failure =
        failure("{\"error\":{\"message\":\"Slow down\",\"code\":\"rate_limit_exceeded\"}}");

    assertThat(failure.errorClass()).isEqualTo(ErrorClass.RATE);
    assertThat(failure.reason()).isEqualTo("Slow down");
  }

  @Test
  void anErrorBesideAnAnswerIsAnError() {
    assertThat(
            failure(
                    HEAD
                        + "\"choices\":[{\"index\":0}],\"error\":{\"code\":503,\"message\":\"x\"}}")
                .errorClass())
        .isEqualTo(ErrorClass.OVERLOAD);
  }

  @ParameterizedTest
  @CsvSource({"network_error, SERVER", "insufficient_system_resource, OVERLOAD"})
  void anAnswerThatBrokeOffIsAFailure(String reason, ErrorClass expected) {
    assertThat(failure(reply(reason, MESSAGE)).errorClass()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"finish_reason\":\"stop\"," + MESSAGE,
        "\"finish_reason\":\"length\"," + MESSAGE + ",\"logprobs\":null",
        "\"finish_reason\":\"tool_calls\",\"message\":{\"role\":\"assistant\",\"content\":null,"
            + "\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\","
            + "\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}"
      })
  void aRegularAnswerPassesByteForByte(String choice) {
    String body =
        "\n\n "
            + HEAD
            + " \"choices\":[{\"index\":0,"
            + choice
            + "}],\"x\":[1.10,{\"y\":\"\\u00fc\"}]}\n";
    byte[] bytes = utf8(body);

    assertThat(read(bytes).json()).isSameAs(bytes);
  }

  @Test
  void severalChoicesPassByteForByte() {
    byte[] bytes =
        utf8(
            HEAD
                + "\"choices\":[{\"index\":0,\"finish_reason\":\"stop\","
                + MESSAGE
                + "},{\"index\":1,\"finish_reason\":\"length\","
                + MESSAGE
                + "}]}");

    assertThat(read(bytes).json()).isSameAs(bytes);
  }

  @Test
  void whatIsMissingIsPutIn() {
    JsonNode reply = mended("{\"choices\":[{\"message\":{}}]}");

    assertThat(reply.path("id").asText()).startsWith("chatcmpl-");
    assertThat(reply.path("object").asText()).isEqualTo("chat.completion");
    assertThat(reply.path("created").isIntegralNumber()).isTrue();
    assertThat(reply.path("model").asText()).isEqualTo("asked");
    JsonNode choice = reply.path("choices").path(0);
    assertThat(choice.path("index").asInt(-1)).isZero();
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    assertThat(choice.path("message").path("role").asText()).isEqualTo("assistant");
    assertThat(choice.path("message").has("content")).isTrue();
  }

  @Test
  void whatIsUnknownSurvivesMending() {
    JsonNode reply =
        mended("{\"choices\":[{\"message\":{\"reasoning_content\":\"hm\"},\"y\":1}],\"x\":2}");

    assertThat(reply.path("x").asInt()).isEqualTo(2);
    assertThat(reply.at("/choices/0/y").asInt()).isEqualTo(1);
    assertThat(reply.at("/choices/0/message/reasoning_content").asText()).isEqualTo("hm");
  }

  @Test
  void millisecondsBecomeSeconds() {
    assertThat(
            mended(
                    "{\"created\":1750000000123,\"choices\":[{\"index\":0,"
                        + MESSAGE
                        + ",\"finish_reason\":\"stop\"}]}")
                .path("created")
                .asLong())
        .isEqualTo(1750000000);
  }

  @Test
  void anErrorThatIsNullIsTakenOut() {
    JsonNode reply =
        mended(
            HEAD
                + "\"error\":null,\"choices\":[{\"index\":0,\"finish_reason\":\"stop\","
                + MESSAGE
                + "}]}");

    assertThat(reply.has("error")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null"})
  void toolCallsThatAreNoneAreTakenOut(String none) {
    JsonNode reply =
        mended(
            reply(
                "stop",
                "\"message\":{\"role\":\"assistant\",\"content\":\"Hi\",\"tool_calls\":"
                    + none
                    + "}"));

    assertThat(reply.at("/choices/0/message").has("tool_calls")).isFalse();
    assertThat(reply.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"stop\"", "\"\"", "null"})
  void anAnswerWithToolCallsEndsForToolCalls(String reason) {
    JsonNode reply =
        mended(
            HEAD
                + "\"choices\":[{\"index\":0,\"finish_reason\":"
                + reason
                + ",\"message\":{\"role\":\"assistant\",\"content\":null,"
                + "\"tool_calls\":[{\"id\":\"c\"}]}}]}");

    assertThat(reply.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "'', stop, -",
        "sensitive, content_filter, sensitive",
        "model_context_window_exceeded, length, model_context_window_exceeded",
        "tool_use, tool_calls, tool_use",
        "eos, stop, eos"
      })
  void finishReasonsBecomeOpenAis(String reason, String expected, @Nullable String original) {
    JsonNode choice = mended(reply(reason, MESSAGE)).at("/choices/0");

    assertThat(choice.path("finish_reason").asText()).isEqualTo(expected);
    assertThat(choice.path("native_finish_reason").asText(null)).isEqualTo(original);
  }

  @Test
  void usageIsReadInEverySpelling() {
    assertThat(
            usage(
                "{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":4,\"cache_write_tokens\":3,"
                    + "\"x\":[{}]},\"completion_tokens_details\":{\"reasoning_tokens\":1},"
                    + "\"y\":[[]],\"z\":null}"))
        .isEqualTo(new Usage(9, 4, 3, 2, 1));
    assertThat(
            usage(
                "{\"prompt_tokens\":9,\"completion_tokens\":2,\"prompt_cache_hit_tokens\":5,"
                    + "\"prompt_cache_miss_tokens\":4,\"prompt_tokens_details\":null}"))
        .isEqualTo(new Usage(9, 5, 0, 2, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "0", "\"none\""})
  void usageThatIsNoObjectIsUnknown(String usage) {
    assertThat(usage(usage)).isNull();
  }

  private static @Nullable Usage usage(String usage) {
    return read(utf8(
            HEAD
                + "\"choices\":[{\"index\":0,\"finish_reason\":\"stop\","
                + MESSAGE
                + "}],\"usage\":"
                + usage
                + "}"))
        .usage();
  }

  private static String reply(String reason, String message) {
    return HEAD
        + "\"choices\":[{\"index\":0,\"finish_reason\":\""
        + reason
        + "\","
        + message
        + "}]}";
  }

  private static JsonNode mended(String body) {
    try {
      return Json.MAPPER.readTree(read(utf8(body)).json());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static UpstreamException failure(String body) {
    UpstreamException failure =
        catchThrowableOfType(UpstreamException.class, () -> read(utf8(body)));
    assertThat(failure).isNotNull();
    return failure;
  }

  private static ChatReply.Complete read(byte[] body) {
    return new OpenAiReply(body, "asked", OpenAiQuirks.NONE.answers()).read(List.of());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

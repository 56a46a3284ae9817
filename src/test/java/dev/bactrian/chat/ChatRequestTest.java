package dev.bactrian.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bactrian.error.ApiException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRequestTest {
  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "1",
        "\"text\"",
        "[]",
        "{",
        "{\"model\"",
        "{\"model\":",
        "{\"model\":\"m\",}",
        "{\"model\":\"m\" \"messages\":[]}",
        "{'model':'m'}",
        "{model:\"m\"}",
        "{\"model\":\"m\"} {}",
        "{\"model\":\"m\"} x",
        "{\"model\":\"m\"}]",
        "{\"model\":\"m\",\"n\":NaN}",
        "{\"model\":\"m\",\"n\":01}",
        "{\"model\":\"line\nfeed\"}",
        "{\"x\":\"\\q\"}",
        "\uFEFF{}"
      })
  void whatIsNotOneJsonObjectIsRefused(String body) {
    assertRefused(body, "invalid_json", null);
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] body = utf8("{\"model\":\"m\"," + MESSAGES + ",\"x\":\"?\"}");
    body[body.length - 3] = (byte) 0xFF;

    assertThat(refusal(body).code()).isEqualTo("invalid_json");
  }

  @Test
  void nestingWithoutEndIsRefused() {
    String deep = "[".repeat(100_000);

    assertRefused("{\"x\":" + deep, "invalid_json", null);
    assertRefused("{\"messages\":" + deep, "invalid_type", "messages[0]");
    assertRefused(
        "{\"model\":\"m\"," + MESSAGES + ",\"x\":" + "[".repeat(600) + "]".repeat(600) + "}",
        "invalid_json",
        null);
  }

  @Test
  void theMessageSaysWhereTheJsonIsBroken() {
    assertThat(refusal(utf8("{\"model\":\"m\",\n  ?}")).reason())
        .contains("line 2")
        .contains("column");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model | 1",
        "model | []",
        "models | \"m\"",
        "models | [1]",
        "models | [null]",
        "messages | {}",
        "messages | \"Hi\"",
        "stream | \"true\"",
        "stream | 1",
        "stream_options | true",
        "temperature | \"1\"",
        "top_p | true",
        "n | 1.5",
        "n | \"1\"",
        "stop | 1",
        "stop | {}",
        "max_tokens | 1.0",
        "max_tokens | \"10\"",
        "max_completion_tokens | []",
        "presence_penalty | \"0\"",
        "frequency_penalty | {}",
        "logit_bias | []",
        "logprobs | 1",
        "top_logprobs | true",
        "seed | 1.5",
        "response_format | \"json\"",
        "tools | {}",
        "tool_choice | []",
        "parallel_tool_calls | \"yes\"",
        "reasoning_effort | 1",
        "metadata | []",
        "user | 1"
      })
  void aMemberOfTheWrongTypeIsRefusedByItsName(String name, String value) {
    String rest = name.equals("messages") ? "\"model\":\"m\"" : MESSAGES;
    String model = name.equals("model") ? "" : "\"model\":\"m\",";

    assertRefused(
        "{"
            + (name.equals("messages") ? "" : model)
            + "\""
            + name
            + "\":"
            + value
            + ","
            + rest
            + "}",
        "invalid_type",
        name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | messages[0]",
        "\"Hi\" | messages[0]",
        "null | messages[0]",
        "[] | messages[0]",
        "{\"role\":1} | messages[0].role",
        "{\"role\":null} | messages[0].role",
        "{\"role\":\"user\",\"content\":1} | messages[0].content",
        "{\"role\":\"user\",\"content\":true} | messages[0].content",
        "{\"role\":\"user\",\"content\":{}} | messages[0].content",
        "{\"role\":\"user\"},3 | messages[1]"
      })
  void aMessageOfTheWrongTypeIsRefusedByItsPlace(String message, String param) {
    assertRefused("{\"model\":\"m\",\"messages\":[" + message + "]}", "invalid_type", param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"n\":0 | n",
        "\"n\":-1 | n",
        "\"n\":99999999999 | n",
        "\"max_tokens\":0 | max_tokens",
        "\"max_tokens\":99999999999999999999 | max_tokens",
        "\"max_completion_tokens\":-5 | max_completion_tokens",
        "\"stream_options\":{} | stream_options",
        "\"stream\":false,\"stream_options\":{\"include_usage\":true} | stream_options"
      })
  void aValueThatNobodyCanServeIsRefused(String member, String param) {
    assertRefused("{\"model\":\"m\"," + member + "," + MESSAGES + "}", "invalid_value", param);
  }

  @Test
  void anUnknownRoleIsRefused() {
    assertRefused(
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\"},{\"role\":\"robot\"}]}",
        "invalid_value",
        "messages[1].role");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | model",
        "{\"messages\":[{\"role\":\"user\"}]} | model",
        "{\"model\":\"\",\"messages\":[{\"role\":\"user\"}]} | model",
        "{\"model\":null,\"models\":[],\"messages\":[{\"role\":\"user\"}]} | model",
        "{\"model\":\"m\"} | messages",
        "{\"model\":\"m\",\"messages\":null} | messages",
        "{\"model\":\"m\",\"messages\":[{}]} | messages[0].role",
        "{\"model\":\"m\",\"messages\":[{\"content\":\"Hi\"}]} | messages[0].role"
      })
  void whatIsMissingIsNamed(String body, String param) {
    assertRefused(body, "missing_required_parameter", param);
  }

  @Test
  void aRequestWithoutMessagesIsRefused() {
    assertRefused("{\"model\":\"m\",\"messages\":[]}", "empty_array", "messages");
  }

  @Test
  void aMemberThatComesTwiceIsRefused() {
    assertRefused("{\"model\":\"m\",\"model\":\"n\"}", "duplicate_parameter", "model");
    assertRefused("{\"x\":1,\"x\":1}", "duplicate_parameter", "x");
    assertRefused("{\"model\":\"m\",\"m\\u006fdel\":\"n\"}", "duplicate_parameter", "model");
  }

  @Test
  void anOptionOfTheWrongTypeIsRefused() {
    assertRefused(
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":{}},"
            + MESSAGES
            + "}",
        "invalid_type",
        "stream_options.include_usage");
  }

  @Test
  void nullIsAsGoodAsAbsent() {
    ChatRequest request =
        read(
            "{\"model\":\"m\",\"n\":null,\"stop\":null,\"tools\":null,\"stream\":null,"
                + "\"stream_options\":null,\"temperature\":null,"
                + MESSAGES
                + "}");

    assertThat(request.stream()).isFalse();
    assertThat(request.includeUsage()).isFalse();
  }

  @Test
  void whatNobodyHereKnowsStaysByteForByte() {
    String body =
        " {\"x\" : {\"deep\":[1.10, 1e3,\"\\u00fc\\/\"]},\n\"model\":\"m\","
            + MESSAGES
            + ",\"thinking\":{\"type\":\"enabled\"}  } ";

    assertThat(new String(read(body).json(), StandardCharsets.UTF_8)).isEqualTo(body);
    assertThat(new String(read(body).splice().toBytes(), StandardCharsets.UTF_8)).isEqualTo(body);
  }

  @Test
  void whatRoutingNeedsIsRead() {
    ChatRequest request =
        read(
            "{\"messages\":[{\"role\":\"developer\",\"content\":\"Be brief.\"},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]},"
                + "{\"content\":null,\"tool_calls\":[{\"id\":\"c\"}],\"role\":\"assistant\"},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"\"}],"
                + "\"stream\":true,\"stream_options\":{\"include_usage\":true,\"x\":[{}]},"
                + "\"model\":\"a/b\",\"models\":[\"c/d\",\"e\"]}");

    assertThat(request.model()).isEqualTo("a/b");
    assertThat(request.models()).containsExactly("c/d", "e");
    assertThat(request.stream()).isTrue();
    assertThat(request.includeUsage()).isTrue();
    assertThat(request.developerRoles()).hasSize(1);
  }

  @Test
  void theFirstOfSeveralModelsStandsInForAMissingOne() {
    ChatRequest request = read("{\"model\":null,\"models\":[\"a\",\"b\"]," + MESSAGES + "}");

    assertThat(request.model()).isEqualTo("a");
    assertThat(request.models()).containsExactly("b");
  }

  @Test
  void anotherModelLeavesTheBytesAlone() {
    ChatRequest request = read("{\"model\":\"m\"," + MESSAGES + "}");

    assertThat(request.withModel("other", null).model()).isEqualTo("other");
    assertThat(request.withModel("other", null).json()).isSameAs(request.json());
  }

  @Test
  void itsTextDoesNotShowWhatTheClientWrote() {
    assertThat(read("{\"model\":\"m\"," + MESSAGES + "}").toString()).doesNotContain("Hi");
  }

  private static void assertRefused(String body, String code, @Nullable String param) {
    ApiException refusal = refusal(utf8(body));
    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.type()).isEqualTo("invalid_request_error");
    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal.param()).isEqualTo(param);
    assertThat(refusal.reason()).isNotBlank();
  }

  private static ApiException refusal(byte[] body) {
    ApiException refusal = catchThrowableOfType(ApiException.class, () -> ChatRequest.read(body));
    assertThat(refusal).isNotNull();
    return refusal;
  }

  private static ChatRequest read(String body) {
    return ChatRequest.read(utf8(body));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package dev.bactrian.dialect;

import static dev.bactrian.dialect.AnthropicFixture.json;
import static dev.bactrian.dialect.AnthropicFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnthropicReplyTest {
  private static ChatReply.Complete read(String body) {
    return Dialect.named("anthropic", AnthropicFixture.quirks())
        .reply(request("asked", ""), body.getBytes(StandardCharsets.UTF_8), List.of("n=dropped"));
  }

  private static String message(String content, String more) {
    return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":["
        + content
        + "]"
        + more
        + "}";
  }

  private static JsonNode answer(String content, String more) {
    return json(read(message(content, more)).json());
  }

  @Test
  void allTextsAreOneAndCitationsAreKept() {
    JsonNode answer =
        answer(
            "{\"type\":\"text\",\"text\":\"One \"},{\"type\":\"server_tool_use\",\"id\":\"s\"},"
                + "{\"type\":\"text\",\"text\":\"two\",\"citations\":[{\"type\":\"char_location\"}]}",
            ",\"stop_reason\":\"end_turn\"");
    assertThat(answer.path("id").asText()).isEqualTo("msg_1");
    assertThat(answer.path("model").asText()).isEqualTo("m");
    JsonNode message = answer.at("/choices/0/message");
    assertThat(message.path("content").asText()).isEqualTo("One two");
    assertThat(message.path("citations")).isEqualTo(json("[{\"type\":\"char_location\"}]"));
    assertThat(message.at("/extra_content/anthropic/blocks/0/id").asText()).isEqualTo("s");
    assertThat(message.has("tool_calls")).isFalse();
    assertThat(message.has("reasoning_content")).isFalse();
    assertThat(answer.at("/choices/0/native_finish_reason").asText()).isEqualTo("end_turn");
    assertThat(answer.has("usage")).isFalse();
  }

  @Test
  void thoughtsAndCallsHaveTheirPlaces() {
    String thought = "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s\"}";
    String redacted = "{\"type\":\"redacted_thinking\",\"data\":\"d\"}";
    JsonNode message =
        answer(
                thought
                    + ","
                    + redacted
                    + ",{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"a\":[1]}},"
                    + "{\"type\":\"tool_use\",\"id\":\"u\",\"name\":\"g\",\"input\":{}}",
                ",\"stop_reason\":\"tool_use\"")
            .at("/choices/0/message");
    assertThat(message.path("content").isNull()).isTrue();
    assertThat(message.path("reasoning_content").asText()).isEqualTo("hm");
    assertThat(message.path("thinking_blocks"))
        .isEqualTo(json("[" + thought + "," + redacted + "]"));
    assertThat(message.at("/tool_calls/0/function/arguments").asText()).isEqualTo("{\"a\":[1]}");
    assertThat(message.at("/tool_calls/1/function/arguments").asText()).isEqualTo("{}");
    assertThat(message.at("/tool_calls/1/id").asText()).isEqualTo("u");
  }

  @ParameterizedTest
  @CsvSource({
    "end_turn, stop",
    "stop_sequence, stop",
    "pause_turn, stop",
    "max_tokens, length",
    "model_context_window_exceeded, length",
    "tool_use, tool_calls",
    "refusal, content_filter",
    "something_new, stop"
  })
  void everyReasonHasAWordOfOpenAis(String reason, String word) {
    assertThat(
            answer("", ",\"stop_reason\":\"" + reason + "\"")
                .at("/choices/0/finish_reason")
                .asText())
        .isEqualTo(word);
  }

  @Test
  void tokensOfTheCacheBelongToThePrompt() {
    ChatReply.Complete reply =
        read(
            message(
                "{\"type\":\"text\",\"text\":\"x\"}",
                ",\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":10,\"output_tokens\":5,"
                    + "\"cache_creation_input_tokens\":200,\"cache_read_input_tokens\":3000,"
                    + "\"output_tokens_details\":{\"thinking_tokens\":2}}"));
    assertThat(reply.usage()).isEqualTo(new Usage(3210, 3000, 200, 5, 2));
    assertThat(reply.changes()).containsExactly("n=dropped");
    assertThat(json(reply.json()).path("usage"))
        .isEqualTo(
            json(
                "{\"prompt_tokens\":3210,\"completion_tokens\":5,\"total_tokens\":3215,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":3000,\"cache_write_tokens\":200},"
                    + "\"completion_tokens_details\":{\"reasoning_tokens\":2}}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "<html>", "null", "{}", "{\"content\":\"x\"}", "{\"type\":\"mes"})
  void whatIsNoMessageIsAFailure(String body) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOfSatisfying(
            UpstreamException.class,
            failure -> assertThat(failure.errorClass()).isEqualTo(ErrorClass.SERVER));
  }

  @Test
  void anErrorOfStatus200IsOne() {
    assertThatThrownBy(
            () ->
                read(
                    "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"O\"}}"))
        .isInstanceOfSatisfying(
            UpstreamException.class,
            failure -> assertThat(failure.errorClass()).isEqualTo(ErrorClass.OVERLOAD));
  }
}

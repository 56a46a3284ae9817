package dev.bactrian.dialect;

import static dev.bactrian.dialect.OpenAiRequestTest.quirks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatheredStreamTest {
  private static final String WHOLE =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
  private final Dialect dialect =
      new OpenAiDialect(quirks("gather", "always@q*", "thinkTags", "true"));

  @Test
  void aModelThatOnlyStreamsIsAskedForAStream() {
    assertThat(text(dialect.request(request(WHOLE).withModel("q1", null)).body()))
        .endsWith(",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    assertThat(text(dialect.request(request(WHOLE).withModel("other", null)).body()))
        .doesNotContain("stream");
    String refusing = WHOLE.replace("}]", "}],\"stream\":false");
    assertThat(text(dialect.request(request(refusing).withModel("q1", null)).body()))
        .contains("\"stream\":true");
  }

  @Test
  void itsChunksBecomeAWholeAnswer() throws IOException {
    ChatReply.Complete reply =
        reply(
            ": hello\r\n\r\n"
                + event("{\"role\":\"assistant\",\"content\":\"<think>hm\"}", "null")
                + event("{\"content\":\"</think>Grü\"}", "null")
                + event("{\"content\":\"ße\"}", "null")
                + event(
                    "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\","
                        + "\"arguments\":\"{\"}},{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\"}}]}",
                    "null")
                + event(
                    "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"}\"}}]}", "null")
                + event(
                    "{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{}\"}}]}",
                    "\"tool_calls\"")
                + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n"
                + "data: [DONE]\n\n");

    JsonNode whole = Json.MAPPER.readTree(reply.json());
    assertThat(whole.path("object").asText()).isEqualTo("chat.completion");
    assertThat(whole.path("id").asText()).isEqualTo("x");
    JsonNode message = whole.at("/choices/0/message");
    assertThat(message.path("content").asText()).isEqualTo("Grüße");
    assertThat(message.path("reasoning_content").asText()).isEqualTo("hm");
    assertThat(message.path("tool_calls").toString())
        .isEqualTo(
            "[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},\"type\":\"function\"},"
                + "{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"},\"type\":\"function\"}]");
    assertThat(whole.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
    assertThat(reply.usage()).isNotNull();
    assertThat(whole.at("/usage/completion_tokens").asInt()).isEqualTo(4);
  }

  @Test
  void callsThatShareAnIndexAreToldApartByTheirIds() throws IOException {
    String first = "{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{1\"}}";
    String second = "{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":\"{2\"}}";
    String more = "{\"index\":0,\"function\":{\"arguments\":\"}\"}}";
    ChatReply.Complete reply =
        reply(
            event("{\"tool_calls\":[" + first + "]}", "null")
                + event("{\"tool_calls\":[" + more + "]}", "null")
                + event("{\"tool_calls\":[" + second + "," + more + "]}", "\"tool_calls\"")
                + "data: [DONE]\n\n");

    JsonNode calls = Json.MAPPER.readTree(reply.json()).at("/choices/0/message/tool_calls");
    assertThat(calls.findValuesAsText("id")).containsExactly("a", "b");
    assertThat(calls.findValuesAsText("arguments")).containsExactly("{1}", "{2}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: [DONE]\n\n",
        "data: {\"error\":{\"message\":\"no\"}}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n",
        "<html></html>",
        ""
      })
  void aStreamThatBrokeIsNoAnswer(String stream) {
    assertThatThrownBy(() -> reply(stream)).isInstanceOf(UpstreamException.class);
  }

  private ChatReply.Complete reply(String stream) {
    return dialect.reply(request(WHOLE), stream.getBytes(StandardCharsets.UTF_8), List.of());
  }

  private static String event(String delta, String reason) {
    return "data: {\"id\":\"x\",\"created\":1,\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + ",\"finish_reason\":"
        + reason
        + "}]}\n\n";
  }

  private static ChatRequest request(String body) {
    return ChatRequest.read(body.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

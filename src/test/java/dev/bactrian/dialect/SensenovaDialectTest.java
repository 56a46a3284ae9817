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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SensenovaDialectTest {
  private static final Map<String, String> QUIRKS =
      Map.of(
          "maxTokens", "1..2048",
          "temperature", "0.01..2",
          "topP", "0.01..0.99",
          "pass", "repetition_penalty,user,know_ids,plugins");

  private final Dialect dialect = Dialect.named("sensenova", QUIRKS);

  private static ChatRequest request(String more) {
    return ChatRequest.read(
            ("{\"model\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]" + more + "}")
                .getBytes(StandardCharsets.UTF_8))
        .withModel("SenseNova-V6-Pro", null);
  }

  private static ChatRequest conversation(String messages) {
    return ChatRequest.read(
        ("{\"model\":\"x\",\"messages\":[" + messages + "]}").getBytes(StandardCharsets.UTF_8));
  }

  private JsonNode sent(ChatRequest request) {
    return Reply.json(new String(dialect.request(request).body(), StandardCharsets.UTF_8));
  }

  @Test
  void aRequestIsTranslated() {
    JsonNode sent =
        sent(
            request(
                ",\"max_completion_tokens\":7,\"temperature\":1,\"n\":2,\"plugins\":{\"a\":1},"
                    + "\"user\":\"u\",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

    assertThat(sent.toString())
        .isEqualTo(
            "{\"model\":\"SenseNova-V6-Pro\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
                + "\"n\":2,\"max_new_tokens\":7,\"temperature\":1,\"user\":\"u\","
                + "\"plugins\":{\"a\":1},\"stream\":true}");
  }

  @Test
  void whatIsOutOfRangeIsClampedAndTheClientTold() {
    Dialect.Outgoing out =
        dialect.request(request(",\"max_tokens\":9000,\"temperature\":0,\"top_p\":1"));

    assertThat(out.changes()).containsExactly("max_tokens=2048", "temperature=0.01", "top_p=0.99");
  }

  @Test
  void jsonIsAskedForInWords() {
    Dialect.Outgoing out =
        dialect.request(
            request(
                ",\"route\":\"cheapest\",\"response_format\":{\"type\":\"json_schema\","
                    + "\"json_schema\":{\"name\":\"n\",\"schema\":{\"type\":\"object\"}}}"));
    JsonNode messages = Reply.json(new String(out.body(), StandardCharsets.UTF_8)).path("messages");

    assertThat(messages).hasSize(2);
    assertThat(messages.at("/0/role").asText()).isEqualTo("system");
    assertThat(messages.at("/0/content").asText()).contains("JSON", "{\"type\":\"object\"}");
    assertThat(out.changes()).containsExactly("response_format=instruction");
  }

  @Test
  void whatIsNotTakenIsDroppedAndTheClientTold() {
    Dialect.Outgoing out =
        dialect.request(
            request(
                ",\"stop\":[\"a\"],\"seed\":1,\"tools\":[],\"logprobs\":null,"
                    + "\"models\":[\"y\"]"));

    assertThat(out.changes()).containsExactly("stop=dropped", "seed=dropped", "tools=dropped");
    assertThat(new String(out.body(), StandardCharsets.UTF_8)).doesNotContain("seed", "models");
  }

  @Test
  void picturesAreTexts() {
    JsonNode parts =
        sent(conversation(
                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"look\"},"
                    + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a/b.png\"}},"
                    + "{\"type\":\"image_url\",\"image_url\":{\"url\":"
                    + "\"data:image/png;base64,AAAA\",\"detail\":\"low\"}}]}"))
            .at("/messages/0/content");

    assertThat(parts.toString())
        .isEqualTo(
            "[{\"type\":\"text\",\"text\":\"look\"},"
                + "{\"type\":\"image_url\",\"image_url\":\"https://a/b.png\"},"
                + "{\"type\":\"image_base64\",\"image_base64\":\"AAAA\"}]");
  }

  @Test
  void rolesThatItDoesNotKnowAreReplaced() {
    Dialect.Outgoing out =
        dialect.request(
            conversation(
                "{\"role\":\"developer\",\"content\":\"D\"},"
                    + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\"}]},"
                    + "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"sunny\"}"));

    assertThat(
            Reply.json(new String(out.body(), StandardCharsets.UTF_8)).path("messages").toString())
        .isEqualTo(
            "[{\"role\":\"system\",\"content\":\"D\"},{\"role\":\"user\",\"content\":\"sunny\"}]");
    assertThat(out.changes()).containsExactly("messages.tool_calls=dropped", "messages.tool=user");
  }

  private ChatReply.Complete reply(String body) {
    return dialect.reply(request(""), body.getBytes(StandardCharsets.UTF_8), List.of("n=dropped"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'Hi','reasoning_content':'Hm'",
        "{'content':'Hi','reasoning_content':'Hm'}",
        "{'role':'assistant','content':'Hi','reasoning':'Hm'}"
      })
  void anAnswerIsUnwrapped(String message) {
    ChatReply.Complete reply =
        reply(
            ("{'data':{'id':'x','choices':[{'index':0,'finish_reason':'stop','message':"
                    + message
                    + "}],'usage':{'prompt_tokens':5,'completion_tokens':2,'knowledge_tokens':1}}}")
                .replace('\'', '"'));

    JsonNode json = Reply.json(new String(reply.json(), StandardCharsets.UTF_8));
    assertThat(json.at("/choices/0/message/content").asText()).isEqualTo("Hi");
    assertThat(json.at("/choices/0/message/reasoning_content").asText()).isEqualTo("Hm");
    assertThat(json.path("model").asText()).isEqualTo("SenseNova-V6-Pro");
    assertThat(json.path("id").asText()).isEqualTo("x");
    assertThat(reply.usage()).isEqualTo(new Usage(6, 0, 0, 2, 0));
    assertThat(reply.changes()).containsExactly("n=dropped");
  }

  @ParameterizedTest
  @CsvSource({
    "stop,stop",
    "length,length",
    "sensitive,content_filter",
    "context,length",
    "'',stop"
  })
  void whyItStoppedIsToldInOpenAisWords(String told, String expected) {
    ChatReply.Complete reply =
        reply("{\"data\":{\"choices\":[{\"message\":\"Hi\",\"finish_reason\":\"" + told + "\"}]}}");

    assertThat(
            Reply.json(new String(reply.json(), StandardCharsets.UTF_8))
                .at("/choices/0/finish_reason")
                .asText())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | SERVER",
        "[] | SERVER",
        "<html> | SERVER",
        "{\"data\":{\"choices\":[]}} | SERVER",
        "{\"error\":{\"code\":16,\"message\":\"expired\"}} | AUTH"
      })
  void whatIsNoAnswerIsAFailure(String body, ErrorClass expected) {
    assertThat(catchThrowableOfType(UpstreamException.class, () -> reply(body)).errorClass())
        .isEqualTo(expected);
  }

  /** The codes are gRPC's. */
  @ParameterizedTest
  @CsvSource({
    "400,3,x,BAD_REQUEST",
    "400,3,maximum context length is 32768,CONTEXT",
    "404,5,x,NOT_FOUND",
    "403,7,x,AUTH",
    "429,8,x,RATE",
    "500,13,x,SERVER",
    "503,14,x,OVERLOAD",
    "401,16,x,AUTH",
    "400,17,x,CONTENT",
    "400,18,x,CONTENT",
    "402,99,x,BILLING",
    "200,8,x,RATE",
    "200,14,x,OVERLOAD"
  })
  void errorsAreClassified(int status, int code, String message, ErrorClass expected) {
    byte[] body =
        ("{\"error\":{\"code\":" + code + ",\"message\":\"" + message + "\",\"details\":[]}}")
            .getBytes(StandardCharsets.UTF_8);
    UpstreamException failure =
        dialect.error(new Dialect.ErrorAnswer(status, -1, name -> null, body));

    assertThat(failure.errorClass()).isEqualTo(expected);
    assertThat(failure.reason()).isEqualTo(message);
    assertThat(failure.code()).isEqualTo(String.valueOf(code));
  }

  @Test
  void aPageOfAProxyIsClassifiedByItsStatus() {
    byte[] page = "<html>Bad Gateway</html>".getBytes(StandardCharsets.UTF_8);

    assertThat(dialect.error(new Dialect.ErrorAnswer(502, -1, name -> null, page)).errorClass())
        .isEqualTo(ErrorClass.SERVER);
  }
}

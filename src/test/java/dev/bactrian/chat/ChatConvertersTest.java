package dev.bactrian.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.ApiException;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.TypeConversionException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatConvertersTest {
  private static final String BODY =
      "{ \"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
          + "\"tools\":[{\"type\":\"function\"}], \"x\":1.10}";

  private final CamelContext camel = new DefaultCamelContext();

  @BeforeEach
  void start() throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:tools").transform().jsonpath("$.tools");
            from("direct:role").transform().jsonpath("$.messages[0].role");
            from("direct:branch")
                .choice()
                .when()
                .jsonpath("$[?(@.tools)]")
                .setBody(constant("tools"))
                .otherwise()
                .setBody(constant("none"));
          }
        });
    camel.start();
  }

  @AfterEach
  void stop() {
    camel.stop();
  }

  @Test
  void textThatIsNoRequestIsRefusedAsTheDoorWould() {
    assertThatThrownBy(
            () -> camel.getTypeConverter().mandatoryConvertTo(ChatRequest.class, "{\"model\":1}"))
        .isInstanceOf(TypeConversionException.class)
        .hasRootCauseInstanceOf(ApiException.class);
  }

  @Test
  void aRequestBecomesTextAndBytesAsItCame() throws IOException {
    assertThat(convert(request(), String.class)).isEqualTo(BODY);
    assertThat(convert(request(), byte[].class)).isEqualTo(utf8(BODY));
    try (InputStream in = convert(request(), InputStream.class)) {
      assertThat(in.readAllBytes()).isEqualTo(utf8(BODY));
    }
  }

  @Test
  void aRequestBecomesATree() {
    assertThat(convert(request(), JsonNode.class).at("/messages/0/content").asText())
        .isEqualTo("Hi");
    assertThat(convert(request(), Map.class).get("model")).isEqualTo("m");
  }

  @Test
  void whateverAStepMakesOfARequestBecomesARequestAgain() {
    for (Class<?> form :
        List.of(String.class, byte[].class, InputStream.class, Map.class, JsonNode.class)) {
      ChatRequest back = convert(convert(request(), form), ChatRequest.class);

      assertThat(back.model()).as(form.getSimpleName()).isEqualTo("m");
      assertThat(convert(back, JsonNode.class)).isEqualTo(convert(request(), JsonNode.class));
    }
  }

  @Test
  void aReplyGoesThereAndBack() {
    ChatReply.Complete reply = new ChatReply.Complete(utf8("{\"id\":\"x\"}"), null, List.of());
    for (Class<?> form :
        List.of(String.class, byte[].class, InputStream.class, Map.class, JsonNode.class)) {
      ChatReply back = convert(convert(reply, form), ChatReply.class);

      assertThat(back).isInstanceOf(ChatReply.Complete.class);
      assertThat(((ChatReply.Complete) back).json()).isEqualTo(reply.json());
    }
  }

  @Test
  void aRefusalReadsAsTheErrorThatTheClientSees() {
    ChatReply.Refused refused =
        new ChatReply.Refused(
            UpstreamException.noticed(ErrorClass.CONTENT, "No."), List.of("n=dropped"));

    assertThat(convert(refused, JsonNode.class).at("/error/code").asText())
        .isEqualTo("content_filter");
  }

  @ParameterizedTest
  @CsvSource({"direct:tools, [{type=function}]", "direct:role, user", "direct:branch, tools"})
  void aRouteReadsARequestByJsonPath(String route, String expected) {
    try (ProducerTemplate template = camel.createProducerTemplate()) {
      assertThat(String.valueOf(template.requestBody(route, request()))).isEqualTo(expected);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private <T> T convert(Object value, Class<T> type) {
    T converted = camel.getTypeConverter().convertTo(type, value);
    assertThat(converted).as(type.getSimpleName()).isNotNull();
    return converted;
  }

  private static ChatRequest request() {
    return ChatRequest.read(utf8(BODY));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.error.ErrorClass;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Azure OpenAI adds to OpenAI: filters beside the answer, and errors of its gateway. */
class AzureStreamTest extends ScriptedStream {
  private static final String NAMELESS =
      "{\"id\":\"\",\"object\":\"\",\"created\":0,\"model\":\"\",";
  private static final String PROMPT =
      NAMELESS
          + "\"choices\":[],\"prompt_filter_results\":[{\"prompt_index\":0,"
          + "\"content_filter_results\":{\"hate\":{\"filtered\":false}}}]}";
  private static final String OFFSETS =
      NAMELESS
          + "\"choices\":[{\"index\":0,\"finish_reason\":null,\"content_filter_results\":{},"
          + "\"content_filter_offsets\":{\"check_offset\":1}}]}";

  @Test
  void theFiltersWordOnThePromptIsNoChunk() {
    List<String> sent = sent(PROMPT, FIRST, HI, STOP, DONE);

    assertThat(sent).containsExactly(FIRST, HI, STOP, DONE);
  }

  @Test
  void theFiltersWordOnTheAnswerKeepsTheStreamsIdentity() {
    List<String> sent = sent(PROMPT, FIRST, HI, OFFSETS, STOP, DONE);

    assertThat(sent).hasSize(5);
    assertThat(json(sent.get(2)).path("id").asText()).isEqualTo("x");
    assertThat(json(sent.get(2)).path("model").asText()).isEqualTo("m");
    assertThat(json(sent.get(2)).at("/choices/0/content_filter_offsets").isObject()).isTrue();
    assertThat(json(sent.get(2)).at("/choices/0/delta").isObject()).isTrue();
  }

  @Test
  void theFiltersWordBeforeOrAfterTheAnswerIsNoChunk() {
    String empty = OFFSETS.replace("\"index\":0,", "\"index\":0,\"delta\":{},");
    List<String> sent = sent(OFFSETS, FIRST, HI, STOP, OFFSETS, empty, PROMPT, DONE);

    assertThat(sent).containsExactly(FIRST, HI, STOP, DONE);
  }

  @Test
  void whatIsSaidOfAChoiceStays() {
    String filtered = STOP.replace("\"stop\"", "\"content_filter\",\"content_filter_results\":{}");

    assertThat(sent(FIRST, HI, filtered, DONE)).contains(filtered);
    assertThat(stream.finishReason()).isEqualTo("content_filter");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | {\"error\":{\"message\":\"m\",\"type\":null,\"param\":\"prompt\",\"code\":"
            + "\"content_filter\",\"status\":400,\"innererror\":{\"code\":"
            + "\"ResponsibleAIPolicyViolation\"}}} | CONTENT",
        "400 | {\"error\":{\"code\":\"OperationNotSupported\",\"message\":\"m\"}} | BAD_REQUEST",
        "401 | {\"statusCode\":401,\"message\":\"m\"} | AUTH",
        "401 | {\"error\":{\"code\":\"401\",\"message\":\"m\"}} | AUTH",
        "403 | {\"error\":{\"code\":\"AccessDenied\",\"message\":\"m\"}} | AUTH",
        "404 | {\"error\":{\"code\":\"DeploymentNotFound\",\"message\":\"m\"}} | NOT_FOUND",
        "404 | {\"statusCode\":404,\"message\":\"m\"} | NOT_FOUND",
        "408 | {\"error\":{\"code\":\"408\",\"message\":\"m\"}} | TIMEOUT",
        "424 | {\"error\":{\"code\":\"424\",\"message\":\"m\"}} | SERVER",
        "429 | {\"error\":{\"code\":\"429\",\"message\":\"m\"}} | RATE",
        "429 | {\"error\":{\"code\":\"too_many_requests\",\"message\":\"m\"}} | RATE",
        "429 | {\"statusCode\":429,\"message\":\"m\"} | RATE",
        "500 | {\"statusCode\":500,\"message\":\"m\"} | SERVER",
        "503 | {\"error\":{\"code\":\"503\",\"message\":\"m\"}} | OVERLOAD"
      })
  void errorsAreClassified(int status, String body, ErrorClass expected) {
    Dialect dialect = Dialect.named("openai", Map.of());
    var error =
        dialect.error(
            new Dialect.ErrorAnswer(
                status, -1, name -> null, body.getBytes(StandardCharsets.UTF_8)));

    assertThat(error.errorClass()).isEqualTo(expected);
    assertThat(error.reason()).isEqualTo("m");
  }

  @Test
  void deploymentsHaveOtherNamesThanModels() {
    Dialect dialect = Dialect.named("openai", Map.of("models", "gpt-4.1=mine, gpt-4o=other"));

    assertThat(dialect.pathModel("gpt-4.1")).isEqualTo("mine");
    assertThat(dialect.pathModel("gpt-5")).isEqualTo("gpt-5");
    assertThat(
            new String(
                dialect.request(AnthropicFixture.request("gpt-4o", "")).body(),
                StandardCharsets.UTF_8))
        .contains("\"model\":\"other\"");
  }
}

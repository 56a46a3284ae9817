package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.chat.ChatRequest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiRequestTest {
  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

  @Test
  void onlyTheModelChangesForOpenAiItself() {
    String head = " {\"x\" : [1.10, \"\\u00fc\"],\n\"model\" : ";
    String tail = " ,\"temperature\":3,\"n\":null," + MESSAGES + " } ";

    assertThat(sent(head + "\"a/b\"" + tail, OpenAiQuirks.NONE)).isEqualTo(head + "\"up\"" + tail);
  }

  @Test
  void theModelsThatBactrianReadsAreNotSent() {
    assertThat(sent("{\"model\":\"a\",\"models\":[\"b\"]," + MESSAGES + "}", OpenAiQuirks.NONE))
        .isEqualTo("{\"model\":\"up\"," + MESSAGES + "}");
    assertThat(sent("{\"models\":[\"b\"]," + MESSAGES + "}", OpenAiQuirks.NONE))
        .isEqualTo("{" + MESSAGES + ",\"model\":\"up\"}");
  }

  @Test
  void whatTheGatewayReadsOfRoutingIsSentOnlyWhereTheProviderReadsItToo() {
    String body =
        "{\"model\":\"a\",\"route\":\"best\",\"provider\":{\"only\":[\"b\"]}," + MESSAGES + "}";
    assertThat(sent(body, OpenAiQuirks.NONE)).isEqualTo("{\"model\":\"up\"," + MESSAGES + "}");
    assertThat(sent(body, OpenAiQuirks.of(new Options(java.util.Map.of("routing", "true")))))
        .isEqualTo("{\"model\":\"up\",\"provider\":{\"only\":[\"b\"]}," + MESSAGES + "}");
  }

  @Test
  void aModelThatIsNullIsSentAllTheSame() {
    assertThat(sent("{\"model\":null,\"models\":[\"b\"]," + MESSAGES + "}", droppingNulls()))
        .isEqualTo("{\"model\":\"up\"," + MESSAGES + "}");
  }

  @Test
  void nullsAreLeftOutWhereTheProviderRefusesThem() {
    String body = "{\"n\":null,\"model\":\"a\",\"tools\":null," + MESSAGES + ",\"stop\":null}";

    assertThat(sent(body, droppingNulls())).isEqualTo("{\"model\":\"up\"," + MESSAGES + "}");
  }

  @Test
  void nullsInsideAMessageStay() {
    String messages = "\"messages\":[{\"role\":\"assistant\",\"content\":null}]";

    assertThat(sent("{\"model\":\"a\"," + messages + "}", droppingNulls())).contains(messages);
  }

  @Test
  void aMemberThatIsNotAcceptedIsLeftOutAndTheClientIsTold() {
    Dialect.Outgoing out =
        of(
            "{\"model\":\"a\",\"n\":2,\"seed\":null," + MESSAGES + "}",
            quirks("drop", "n,seed,logprobs"));

    assertThat(text(out)).isEqualTo("{\"model\":\"up\",\"seed\":null," + MESSAGES + "}");
    assertThat(out.changes()).containsExactly("n=dropped");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "\"max_completion_tokens\":5 | max_tokens | \"max_tokens\":5",
        "\"max_tokens\":5 | max_tokens | \"max_tokens\":5",
        "\"max_tokens\":5 | max_completion_tokens | \"max_completion_tokens\":5",
        "\"max_tokens\":5,\"max_completion_tokens\":7 | max_tokens | \"max_tokens\":5",
        "\"max_tokens\":5,\"max_completion_tokens\":7 | max_completion_tokens |"
            + " \"max_completion_tokens\":7",
        "\"max_tokens\":null,\"max_completion_tokens\":7 | max_tokens | \"max_tokens\":7",
        "\"max_tokens\":5,\"max_completion_tokens\":7 | - |"
            + " \"max_tokens\":5,\"max_completion_tokens\":7"
      })
  void theLimitOfTokensGoesToTheMemberThatTheProviderKnows(
      String limits, @Nullable String field, String expected) {
    OpenAiQuirks quirks = quirks("maxTokensField", field == null ? "" : field);

    assertThat(sent("{\"model\":\"a\"," + limits + "," + MESSAGES + "}", quirks))
        .isEqualTo("{\"model\":\"up\"," + expected + "," + MESSAGES + "}");
  }

  @ParameterizedTest
  @CsvSource({
    "2, 1, temperature=1",
    "1e400, 1, temperature=1",
    "-1, 0.01, temperature=0.01",
    "0, 0.01, temperature=0.01"
  })
  void aTemperatureOutsideTheRangeIsClamped(String value, String sent, String change) {
    Dialect.Outgoing out =
        of(
            "{\"model\":\"a\",\"temperature\":" + value + "," + MESSAGES + "}",
            quirks("temperature", "0.01..1"));

    assertThat(text(out)).contains("\"temperature\":" + sent + ",");
    assertThat(out.changes()).containsExactly(change);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.70", "1", "1.0", "1e0", "null"})
  void aTemperatureInsideTheRangeStaysByteForByte(String value) {
    Dialect.Outgoing out =
        of(
            "{\"model\":\"a\",\"temperature\":" + value + "," + MESSAGES + "}",
            quirks("temperature", "0.01..1"));

    assertThat(text(out)).contains("\"temperature\":" + value + ",");
    assertThat(out.changes()).isEmpty();
  }

  @Test
  void aMemberThatIsDroppedIsNotClamped() {
    Dialect.Outgoing out =
        of(
            "{\"model\":\"a\",\"top_p\":5," + MESSAGES + "}",
            quirks("topP", "0..1", "drop", "top_p"));

    assertThat(text(out)).doesNotContain("top_p");
    assertThat(out.changes()).containsExactly("top_p=dropped");
  }

  @Test
  void developersSpeakAsTheSystemWhereTheRoleIsUnknown() {
    String messages =
        "\"messages\":[{\"content\":\"developer\", \"role\" : \"developer\"},"
            + "{\"role\":\"user\",\"content\":[{\"role\":\"developer\"}]},"
            + "{\"role\":\"developer\",\"content\":\"x\"}]";

    assertThat(sent("{\"model\":\"a\"," + messages + "}", speakingAsSystem()))
        .isEqualTo(
            "{\"model\":\"up\",\"messages\":[{\"content\":\"developer\", \"role\" : \"system\"},"
                + "{\"role\":\"user\",\"content\":[{\"role\":\"developer\"}]},"
                + "{\"role\":\"system\",\"content\":\"x\"}]}");
  }

  @Test
  void aRoleThatIsWrittenWithEscapesBreaksNothing() {
    String body =
        "{\"model\":\"a\",\"messages\":[{\"role\":\"d\\u0065veloper\",\"content\":\"x\"}]}";

    assertThat(sent(body, speakingAsSystem()))
        .isEqualTo("{\"model\":\"up\",\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "\"stream\":true | {\"include_usage\":true}",
        "\"stream\":true,\"stream_options\":null | {\"include_usage\":true}",
        "\"stream\":true,\"stream_options\":{\"x\":1} | {\"x\":1,\"include_usage\":true}",
        "\"stream\":true,\"stream_options\":{\"include_usage\":false} | {\"include_usage\":true}",
        "\"stream\":true,\"stream_options\":{ \"include_usage\":true } | { \"include_usage\":true }",
        "\"stream\":false | -",
        "\"n\":1 | -"
      })
  void usageIsAskedForInEveryStream(String members, @Nullable String options) {
    String sent = sent("{\"model\":\"a\"," + MESSAGES + "," + members + "}", OpenAiQuirks.NONE);

    if (options == null) {
      assertThat(sent).doesNotContain("stream_options");
    } else {
      assertThat(sent).contains("\"stream_options\":" + options);
    }
  }

  @Test
  void usageIsNotAskedForWhereTheProviderDoesNotKnowHow() {
    OpenAiQuirks quirks = quirks("streamUsage", "false");

    assertThat(sent("{\"model\":\"a\",\"stream\":true," + MESSAGES + "}", quirks))
        .doesNotContain("stream_options");
    assertThat(
            sent(
                "{\"model\":\"a\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                    + MESSAGES
                    + "}",
                quirks))
        .doesNotContain("stream_options");
  }

  @Test
  void aModelNameIsEscaped() {
    ChatRequest request = read("{\"model\":\"a\"," + MESSAGES + "}").withModel("x\"y", null);

    assertThat(text(new OpenAiDialect(OpenAiQuirks.NONE).request(request)))
        .startsWith("{\"model\":\"x\\\"y\",");
  }

  private static OpenAiQuirks droppingNulls() {
    return quirks("dropNulls", "true");
  }

  private static OpenAiQuirks speakingAsSystem() {
    return quirks("systemRole", "true");
  }

  /** Quirks by name and value in turn. */
  static OpenAiQuirks quirks(String... namesAndValues) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return OpenAiQuirks.of(new Options(values));
  }

  private static String sent(String body, OpenAiQuirks quirks) {
    return text(of(body, quirks));
  }

  private static Dialect.Outgoing of(String body, OpenAiQuirks quirks) {
    return new OpenAiDialect(quirks).request(read(body).withModel("up", null));
  }

  private static ChatRequest read(String body) {
    return ChatRequest.read(body.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(Dialect.Outgoing out) {
    return new String(out.body(), StandardCharsets.UTF_8);
  }
}

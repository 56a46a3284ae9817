package dev.bactrian.dialect;

import static dev.bactrian.dialect.GeminiFixture.FLASH;
import static dev.bactrian.dialect.GeminiFixture.THREE;
import static dev.bactrian.dialect.GeminiFixture.json;
import static dev.bactrian.dialect.GeminiFixture.refusal;
import static dev.bactrian.dialect.GeminiFixture.sent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiContentsTest {
  private static final String TWO_CALLS =
      "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
          + "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}},"
          + "{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}";

  private static JsonNode sentMessages(String model, String... messages) {
    return sent(model, "\"messages\":[" + String.join(",", messages) + "]");
  }

  private static String user(String content) {
    return "{\"role\":\"user\",\"content\":" + content + "}";
  }

  private static String result(String id, String content) {
    return "{\"role\":\"tool\",\"tool_call_id\":\"" + id + "\",\"content\":" + content + "}";
  }

  @Test
  void whatTheSystemSaysStandsApartWhereverItWas() {
    JsonNode sent =
        sentMessages(
            FLASH,
            "{\"role\":\"system\",\"content\":\"a\"}",
            user("\"hi\""),
            "{\"role\":\"assistant\",\"content\":\"ho\"}",
            "{\"role\":\"developer\",\"content\":[{\"type\":\"text\",\"text\":\"b\"}]}",
            user("[{\"type\":\"text\",\"text\":\"he\"},{\"type\":\"text\",\"text\":\"\"}]"));
    assertThat(sent)
        .isEqualTo(
            json(
                "{\"systemInstruction\":{\"parts\":[{\"text\":\"a\"},{\"text\":\"b\"}]},\"contents\":["
                    + "{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]},"
                    + "{\"role\":\"model\",\"parts\":[{\"text\":\"ho\"}]},"
                    + "{\"role\":\"user\",\"parts\":[{\"text\":\"he\"}]}]}"));
  }

  @Test
  void aPromptOfSystemMessagesOnlyIsTheUsers() {
    assertThat(sentMessages(FLASH, "{\"role\":\"system\",\"content\":\"a\"}"))
        .isEqualTo(json("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]}]}"));
  }

  @Test
  void resultsOfParallelCallsStandTogetherInTheOrderOfTheCalls() {
    JsonNode contents =
        sentMessages(
                FLASH,
                user("\"go\""),
                TWO_CALLS,
                result("c2", "\"{\\\"x\\\":[1]}\""),
                result(
                    "c1",
                    "[{\"type\":\"text\",\"text\":\"sun\"},{\"type\":\"text\",\"text\":\"ny\"}]"),
                user("\"so\""))
            .path("contents");
    assertThat(contents.get(1).path("parts"))
        .isEqualTo(
            json(
                "[{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}}},"
                    + "{\"functionCall\":{\"name\":\"f\",\"args\":{}}}]"));
    assertThat(contents.get(2))
        .isEqualTo(
            json(
                "{\"role\":\"user\",\"parts\":["
                    + "{\"functionResponse\":{\"name\":\"f\",\"response\":{\"output\":\"sunny\"}}},"
                    + "{\"functionResponse\":{\"name\":\"f\",\"response\":{\"x\":[1]}}}]}"));
    assertThat(contents).hasSize(4);
  }

  @Test
  void aResultWithoutACallGoesByItsOwnNameOrIsRefused() {
    assertThat(
            sentMessages(FLASH, "{\"role\":\"function\",\"name\":\"g\",\"content\":\"1\"}")
                .at("/contents/0/parts/0/functionResponse"))
        .isEqualTo(json("{\"name\":\"g\",\"response\":{\"output\":\"1\"}}"));
    assertThat(refusal(FLASH, "\"messages\":[" + result("c9", "\"1\"") + "]").param())
        .isEqualTo("messages[0].tool_call_id");
    assertThat(
            refusal(
                    FLASH,
                    "\"messages\":["
                        + TWO_CALLS
                        + ","
                        + result("c1", "[{\"type\":\"image_url\"}]")
                        + "]")
                .param())
        .isEqualTo("messages[1].content");
  }

  @Test
  void argumentsThatAreNoObjectAreRefused() {
    assertThat(
            refusal(FLASH, "\"messages\":[" + TWO_CALLS.replace("{\\\"a\\\":1}", "[1") + "]")
                .param())
        .isEqualTo("messages[0].tool_calls");
  }

  @Test
  void aSignatureGoesBackWhereItCameFrom() {
    String signed = "\"extra_content\":{\"google\":{\"thought_signature\":\"%s\"}},";
    String message =
        TWO_CALLS
            .replace("\"content\":null", signed.formatted("m") + "\"content\":\"so\"")
            .replace("{\"id\":\"c2\",", "{\"id\":\"c2\"," + signed.formatted("s"));
    assertThat(sentMessages(FLASH, message).at("/contents/0/parts"))
        .isEqualTo(
            json(
                "[{\"text\":\"so\",\"thoughtSignature\":\"m\"},"
                    + "{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}}},"
                    + "{\"functionCall\":{\"name\":\"f\",\"args\":{}},\"thoughtSignature\":\"s\"}]"));
  }

  @Test
  void aLostSignatureIsMadeUpForOnceWhereItIsNeeded() {
    JsonNode parts = sentMessages(THREE, TWO_CALLS).at("/contents/0/parts");
    assertThat(parts.get(0).path("thoughtSignature").asText()).isEqualTo("lost");
    assertThat(parts.get(1).has("thoughtSignature")).isFalse();
    assertThat(sentMessages(FLASH, TWO_CALLS).toString()).doesNotContain("lost");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AA==\"}} |"
            + " {\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AA==\"}}",
        "{\"type\":\"image_url\",\"image_url\":\"data:image/svg+xml;charset=utf-8;base64,AA==\"} |"
            + " {\"inlineData\":{\"mimeType\":\"image/svg+xml\",\"data\":\"AA==\"}}",
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"gs://b/a.png\"}} |"
            + " {\"fileData\":{\"mimeType\":\"image/png\",\"fileUri\":\"gs://b/a.png\"}}",
        "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA==\",\"format\":\"mp3\"}} |"
            + " {\"inlineData\":{\"mimeType\":\"audio/mp3\",\"data\":\"AA==\"}}",
        "{\"type\":\"file\",\"file\":{\"file_data\":\"data:application/pdf;base64,AA==\"}} |"
            + " {\"inlineData\":{\"mimeType\":\"application/pdf\",\"data\":\"AA==\"}}",
        "{\"type\":\"file\",\"file\":{\"file_id\":\"gs://b/x\"}} |"
            + " {\"fileData\":{\"fileUri\":\"gs://b/x\"}}",
        "{\"type\":\"refusal\",\"refusal\":\"no\"} | {\"text\":\"no\"}"
      })
  void parts(String part, String expected) {
    assertThat(sentMessages(FLASH, user("[" + part + "]")).at("/contents/0/parts/0"))
        .isEqualTo(json(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/a.png\"}} | image_url.url",
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://169.254.169.254/\"}} | image_url.url",
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png,x\"}} | image_url.url",
        "{\"type\":\"image_url\"} | image_url.url",
        "{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}} | file.file_id",
        "{\"type\":\"video\"} | type",
        "1 | type"
      })
  void whatCannotBePassedOnIsRefused(String part, String param) {
    assertThat(refusal(FLASH, "\"messages\":[" + user("[" + part + "]") + "]").param())
        .isEqualTo("messages[0].content[0]." + param);
  }
}

package dev.bactrian.dialect;

import static dev.bactrian.dialect.OpenAiRequestTest.quirks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.chat.ChatRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a provider is sent by the quirks that are rules. */
class OpenAiQuirksTest {
  private static final String HEAD = "{\"model\":\"up\",";
  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"\"}]";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "drop | when | There is no condition",
        "drop | n when never | There is no condition 'never'",
        "errorCodes | 1=DEBT | 'DEBT' is not a class of errors",
        "errorCodes | 1 | '' is not a class of errors",
        "temperature | 1 | '1' is not a range",
        "stop | many | 'many' is not a number",
        "stopLength | 32 chars | '32 chars' is not 20 or 20 bytes",
        "thinkTags | perhaps | 'perhaps' is not true or false"
      })
  void aSlipOfThePenIsRefused(String quirk, String value, String complaint) {
    if (value.equals("when")) {
      assertThat(quirks(quirk, value).members().drop()).hasSize(1);
    } else {
      assertThatThrownBy(() -> quirks(quirk, value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(complaint);
    }
  }

  @Test
  void aRequestThatNeedsNothingStaysByteForByte() {
    OpenAiQuirks all =
        quirks(
            "drop", "n@x,messages.name,tools.function.strict,logprobs when whole",
            "rename", "user=user_id",
            "add", "a=1 when thinking; b=1@x; c=1 when thoughts-lost",
            "temperature", "0..1@x,0..2",
            "stop", "2",
            "toolChoices", "auto,named",
            "formats", "text,json_object",
            "efforts", "minimal=low",
            "blankContent", "true",
            "dropNulls", "true",
            "systemRole", "true",
            "errorCodes", "1=RATE",
            "thinkTags", "true");
    String body =
        "{ \"model\":\"up\", \"n\" : 2,\"temperature\":1.50, \"stop\":[ \"a\"],\"tool_choice\":"
            + "{\"type\":\"function\",\"function\":{\"name\":\"f\"}},\"tools\":[ {\"x\":1.10}],"
            + "\"response_format\":{\"type\":\"json_object\"}, \"reasoning_effort\":\"high\""
            + ",\"a\":0, "
            + MESSAGES
            + "}";

    Dialect.Outgoing out = out(body, all);

    assertThat(text(out)).isEqualTo(body);
    assertThat(out.changes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "temperature@u* | \"temperature\":1 | - | temperature=dropped",
        "'temperature@v*|u*' | \"temperature\":1 | - | temperature=dropped",
        "temperature@v* | \"temperature\":1 | \"temperature\":1 | -",
        "n when tools | \"n\":1 | \"n\":1 | -",
        "n when whole | \"n\":1 | - | n=dropped",
        "n when whole@v | \"n\":1 | \"n\":1 | -",
        "n when greedy | \"n\":1,\"temperature\":0.0 | \"temperature\":0.0 | n=dropped",
        "n when json | \"n\":1,\"response_format\":{\"type\":\"text\"} |"
            + " \"n\":1,\"response_format\":{\"type\":\"text\"} | -",
      })
  void aMemberIsDroppedForSomeModelsAndRequests(
      String drop, String members, String sent, String change) {
    check(quirks("drop", drop), members, sent, change);
  }

  @Test
  void aPathGoesIntoObjectsAndLists() {
    OpenAiQuirks quirks = quirks("drop", "messages.name,tools.function.strict,a.b.c");
    String body =
        HEAD
            + "\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"name\":\"me\"}],\"tools\":["
            + "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":true}},{\"type\":\"x\"}]}";

    Dialect.Outgoing out = out(body, quirks);

    assertThat(text(out))
        .isEqualTo(
            HEAD
                + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"tools\":["
                + "{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"x\"}]}");
    assertThat(out.changes())
        .containsExactly("messages.name=dropped", "tools.function.strict=dropped");
  }

  @Test
  void numbersInWhatIsWrittenAnewKeepTheirDigits() {
    String tools =
        "\"tools\":[{\"function\":{\"strict\":true,\"x\":12345678901234567890.123456789}}]";

    assertThat(
            text(out(HEAD + tools + "," + MESSAGES + "}", quirks("drop", "tools.function.strict"))))
        .contains("\"x\":12345678901234567890.123456789");
  }

  @Test
  void aWordInTheTextIsNoMember() {
    String body = HEAD + "\"messages\":[{\"role\":\"user\", \"content\":\"say \\\"name\\\", \"}]}";

    assertThat(text(out(body, quirks("drop", "messages.name")))).isEqualTo(body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"user\":\"u\" | \"user_id\":\"u\"",
        "\"user\":\"u\",\"user_id\":\"v\" | \"user_id\":\"v\"",
        "\"user\":\"u\",\"user_id\":null | \"user_id\":\"u\"",
        "\"user\":null | \"user\":null"
      })
  void aMemberIsSentUnderAnotherName(String members, String sent) {
    check(quirks("rename", "user=user_id"), members, sent, "-");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "a=1 | \"n\":1 | \"n\":1,,\"a\":1 | -",
        "a=plain | \"n\":1 | \"n\":1,,\"a\":\"plain\" | -",
        "a={\"b\":[1]} | \"n\":1 | \"n\":1,,\"a\":{\"b\":[1]} | -",
        "a=1 | \"a\":2 | \"a\":2 | -",
        "a=1 | \"a\":null | \"a\":1 | -",
        "a=1 when whole | \"n\":1 | \"n\":1,,\"a\":1 | a=1",
        "a=1 when whole | \"stream\":false | \"stream\":false,,\"a\":1 | a=1",
        "a=1 when thinking; a=2 | \"n\":1 | \"n\":1,,\"a\":2 | -",
        "a=1 when thinking; a=2 | \"reasoning_effort\":\"low\" |"
            + " \"reasoning_effort\":\"low\",,\"a\":1 | a=1",
        "a=1 when not-thinking | \"reasoning_effort\":\"none\" |"
            + " \"reasoning_effort\":\"none\",,\"a\":1 | a=1",
        "a=1 when thinking | \"reasoning_effort\":\"none\" | \"reasoning_effort\":\"none\" | -",
        "a=1@v | \"n\":1 | \"n\":1 | -"
      })
  void aMemberIsAddedWhereTheClientHasNotSetIt(
      String add, String members, String sent, String change) {
    String[] parts = sent.split(",,");
    Dialect.Outgoing out = out(HEAD + members + "," + MESSAGES + "}", quirks("add", add));

    String end = parts.length > 1 ? "," + parts[1] + "}" : "}";
    assertThat(text(out)).isEqualTo(HEAD + parts[0] + "," + MESSAGES + end);
    assertThat(out.changes()).isEqualTo(change.equals("-") ? List.of() : List.of(change));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "[{\"role\":\"user\"},{\"role\":\"assistant\",\"content\":\"x\"}] | - | false",
        "[{\"role\":\"user\"},{\"role\":\"assistant\",\"content\":\"x\"}] | tools | true",
        "[{\"role\":\"user\"}] | tools | false",
        "[{\"role\":\"assistant\",\"tool_calls\":[{}],\"reasoning_content\":\"hm\"}] | - | false",
        "[{\"role\":\"assistant\",\"tool_calls\":[{}],\"reasoning_content\":null}] | - | true",
        "[{\"role\":\"assistant\",\"tool_calls\":[{}]}] | - | true"
      })
  void lostThoughtsAreNoticed(String messages, String tools, boolean lost) {
    String body =
        HEAD + (tools.equals("-") ? "" : "\"tools\":[{}],") + "\"messages\":" + messages + "}";

    assertThat(text(out(body, quirks("add", "a=1 when thoughts-lost"))).contains("\"a\":1"))
        .isEqualTo(lost);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "n | 1..4 | \"n\":5 | \"n\":4 | n=4",
        "n | 1..4@v,1..1 | \"n\":2 | \"n\":1 | n=1",
        "temperature | 0..1@u*,0..2 | \"temperature\":1.5 | \"temperature\":1 | temperature=1",
        "temperature | 0..1@v,0..2 | \"temperature\":1.5 | \"temperature\":1.5 | -",
        "frequencyPenalty | 0..1 | \"frequency_penalty\":-0.5 | \"frequency_penalty\":0 |"
            + " frequency_penalty=0",
        "maxTokens | 16..100 | \"max_tokens\":5 | \"max_tokens\":16 | max_tokens=16",
        "maxTokens | 16..100 | \"max_completion_tokens\":500 | \"max_completion_tokens\":50 |"
            + " max_completion_tokens=50",
        "temperature | 0..1 | \"max_tokens\":500 | \"max_tokens\":50 | max_tokens=50",
        "stop | 2 | \"stop\":\"\\u0061\" | \"stop\":[\"\\u0061\"] | -",
        "stop | 2 | \"stop\":[\"a\",\"b\"] | \"stop\":[\"a\",\"b\"] | -",
        "stop | 1 | \"stop\":[\"a\",\"b\"] | \"stop\":[\"a\"] | stop=1 of 2",
        "stop | 0 | \"stop\":[\"a\",\"b\"] | - | stop=dropped",
        "stop | 1 | \"stop\":[] | - | -",
        "stop | 1 | \"stop\":null | \"stop\":null | -"
      })
  void valuesAreBroughtIntoTheirRange(
      String quirk, String value, String members, String sent, String change) {
    check(quirks(quirk, value), members, sent, change);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "auto,none | \"tool_choice\":\"required\" | \"tool_choice\":\"auto\" | tool_choice=auto",
        "auto | \"tool_choice\":{\"type\":\"function\"} | \"tool_choice\":\"auto\" |"
            + " tool_choice=auto",
        "auto,named | \"tool_choice\":{\"type\":\"function\"} |"
            + " \"tool_choice\":{\"type\":\"function\"} | -",
        "auto,none | \"tool_choice\":\"none\" | \"tool_choice\":\"none\" | -",
        "auto,none@v | \"tool_choice\":\"none\" | - | tool_choice=dropped",
      })
  void anUnknownToolChoiceBecomesAuto(String known, String members, String sent, String change) {
    check(quirks("toolChoices", known), members, sent, change);
  }

  @Test
  void whereToolsCannotBeForbiddenTheyAreLeftOut() {
    String members = "\"tools\":[{}],\"tool_choice\":\"none\"";

    Dialect.Outgoing out =
        out(HEAD + members + "," + MESSAGES + "}", quirks("toolChoices", "auto"));

    assertThat(text(out)).isEqualTo(HEAD + MESSAGES + "}");
    assertThat(out.changes()).containsExactly("tools=dropped", "tool_choice=dropped");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "low=high | low | \"high\" | reasoning_effort=high",
        "low=high | medium | \"medium\" | -",
        "low=low,*=- | low | \"low\" | -",
        "low=low,*=- | max | - | reasoning_effort=dropped",
        "low=-@v,low=high | low | \"high\" | reasoning_effort=high"
      })
  void effortHasOtherWords(String efforts, String effort, String sent, String change) {
    check(
        quirks("efforts", efforts),
        "\"reasoning_effort\":\"" + effort + "\"",
        sent.equals("-") ? "-" : "\"reasoning_effort\":" + sent,
        change);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "text,json_object | json_schema | {\"type\":\"json_object\"} | json_object",
        "text | json_schema | - | instruction",
        "text | json_object | - | instruction",
        "text,json_schema@v | json_schema | - | instruction",
        "json_object | text | - | dropped"
      })
  void aFormatThatIsNotKnownIsAskedForInWords(
      String known, String format, String sent, String change) {
    String schema =
        format.equals("json_schema")
            ? ",\"json_schema\":{\"name\":\"n\",\"schema\":{\"type\":\"object\"}}"
            : "";
    String body =
        HEAD + MESSAGES + ",\"response_format\":{\"type\":\"" + format + "\"" + schema + "}}";

    Dialect.Outgoing out = out(body, quirks("formats", known));

    assertThat(out.changes()).containsExactly("response_format=" + change);
    assertThat(text(out).contains("\"response_format\":" + sent)).isEqualTo(!sent.equals("-"));
    boolean words = text(out).contains("{\"role\":\"system\",\"content\":\"Answer with one JSON");
    assertThat(words).isEqualTo(format.startsWith("json"));
    assertThat(text(out).contains("JSON schema: {\\\"type\\\":\\\"object\\\"}"))
        .isEqualTo(format.equals("json_schema"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{\"role\":\"system\",\"content\":\"Be.\"} | {\"role\":\"system\",\"content\":\"Be.\\n\\nAnswer",
        "{\"role\":\"developer\",\"content\":\"Be.\"} |"
            + " {\"role\":\"system\",\"content\":\"Be.\\n\\nAnswer",
        "{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"Be.\"}]} |"
            + " {\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"Be.\"},"
            + "{\"type\":\"text\",\"text\":\"Answer"
      })
  void anInstructionJoinsWhatTheSystemSays(String first, String sent) {
    String body =
        HEAD + "\"messages\":[" + first + "],\"response_format\":{\"type\":\"json_object\"}}";

    assertThat(text(out(body, quirks("formats", "text", "systemRole", "true"))))
        .startsWith(HEAD + "\"messages\":[" + sent);
  }

  @Test
  void anEmptyTextOfTheAssistantBecomesABlank() {
    String body =
        HEAD
            + "\"messages\":[{\"role\":\"user\",\"content\":\"\"},"
            + "{\"role\":\"assistant\",\"content\":\"\"},"
            + "{\"role\":\"assistant\",\"content\":null}]}";

    Dialect.Outgoing out = out(body, quirks("blankContent", "true"));

    assertThat(text(out))
        .isEqualTo(
            body.replace("\"assistant\",\"content\":\"\"", "\"assistant\",\"content\":\" \""));
    assertThat(out.changes()).containsExactly("messages.content=blank");
  }

  private static void check(OpenAiQuirks quirks, String members, String sent, String change) {
    Dialect.Outgoing out = out(HEAD + members + "," + MESSAGES + "}", quirks);

    assertThat(text(out)).isEqualTo(HEAD + (sent.equals("-") ? "" : sent + ",") + MESSAGES + "}");
    assertThat(out.changes()).isEqualTo(change.equals("-") ? List.of() : List.of(change));
  }

  private static Dialect.Outgoing out(String body, OpenAiQuirks quirks) {
    ChatRequest request = ChatRequest.read(body.getBytes(StandardCharsets.UTF_8));
    return new OpenAiDialect(quirks).request(request.withModel("up", 50L));
  }

  private static String text(Dialect.Outgoing out) {
    return new String(out.body(), StandardCharsets.UTF_8);
  }
}

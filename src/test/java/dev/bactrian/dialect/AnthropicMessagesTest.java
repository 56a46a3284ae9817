package dev.bactrian.dialect;

import static dev.bactrian.dialect.AnthropicFixture.json;
import static dev.bactrian.dialect.AnthropicFixture.messages;
import static dev.bactrian.dialect.AnthropicFixture.sent;
import static dev.bactrian.dialect.AnthropicFixture.sentMessages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.dialect.AnthropicFixture.Sent;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnthropicMessagesTest {
  private static final String HI = "{\"role\":\"user\",\"content\":\"Hi\"}";
  private static final String CALLS =
      "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":["
          + "{\"id\":\"a.1:0\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1.50}\"}},"
          + "{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}]}";
  private static final String RESULTS =
      "{\"role\":\"tool\",\"tool_call_id\":\"a.1:0\",\"content\":\"one\"},"
          + "{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":\"\",\"is_error\":true}";

  @Test
  void theSystemStandsApartWhereverItSpeaks() {
    Sent sent =
        sentMessages(
            "{\"role\":\"system\",\"content\":\"A\"},"
                + HI
                + ",{\"role\":\"developer\",\"content\":[{\"type\":\"text\",\"text\":\"B\"},"
                + "{\"type\":\"text\",\"text\":\"  \"},{\"type\":\"text\",\"text\":\"C\"}]},"
                + "{\"role\":\"system\",\"content\":\"\"}");
    assertThat(sent.body().path("system").asText()).isEqualTo("A\n\nB\n\nC");
    assertThat(sent.body().path("messages")).hasSize(1);
  }

  @Test
  void aMarkForTheCacheKeepsTheSystemInBlocks() {
    String mark = "\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}";
    Sent sent =
        sentMessages(
            "{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"A\","
                + mark
                + "},{\"type\":\"text\",\"text\":\"B\"}]},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\","
                + mark
                + "}]},{\"role\":\"user\",\"content\":\"Ho\","
                + mark
                + "}");
    assertThat(sent.body().path("system"))
        .isEqualTo(
            json(
                "[{\"type\":\"text\",\"text\":\"A\","
                    + mark
                    + "},{\"type\":\"text\",\"text\":\"B\"}]"));
    assertThat(sent.body().at("/messages/0/content"))
        .isEqualTo(
            json(
                "[{\"type\":\"text\",\"text\":\"Hi\","
                    + mark
                    + "},{\"type\":\"text\",\"text\":\"Ho\","
                    + mark
                    + "}]"));
    assertThat(sent.changes()).isEmpty();
  }

  @Test
  void neighboursOfOneRoleAreOneTurn() {
    Sent sent =
        sentMessages(
            HI
                + ","
                + HI
                + ",{\"role\":\"assistant\",\"content\":\"x\"},{\"role\":\"assistant\",\"content\":null},"
                + "{\"role\":\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}]},"
                + HI);
    assertThat(sent.body().path("messages"))
        .isEqualTo(
            json(
                "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"},"
                    + "{\"type\":\"text\",\"text\":\"Hi\"}]},{\"role\":\"assistant\",\"content\":["
                    + "{\"type\":\"text\",\"text\":\"x\"},{\"type\":\"text\",\"text\":\"no\"}]},"
                    + HI
                    + "]"));
  }

  @Test
  void allResultsOfATurnAreOneMessageAndComeFirst() {
    Sent sent = sentMessages(HI + "," + CALLS + "," + HI + "," + RESULTS);
    assertThat(sent.body().path("messages"))
        .isEqualTo(
            json(
                "["
                    + HI
                    + ",{\"role\":\"assistant\",\"content\":["
                    + "{\"type\":\"tool_use\",\"id\":\"a_1_0\",\"name\":\"f\",\"input\":{\"x\":1.50}},"
                    + "{\"type\":\"tool_use\",\"id\":\"b\",\"name\":\"g\",\"input\":{}}]},"
                    + "{\"role\":\"user\",\"content\":["
                    + "{\"type\":\"tool_result\",\"tool_use_id\":\"a_1_0\",\"content\":\"one\"},"
                    + "{\"type\":\"tool_result\",\"tool_use_id\":\"b\",\"is_error\":true},"
                    + "{\"type\":\"text\",\"text\":\"Hi\"}]}]"));
    assertThat(sent.changes()).isEmpty();
  }

  @Test
  void aResultMayHavePictures() {
    Sent sent =
        sentMessages(
            HI
                + ","
                + CALLS
                + ",{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":["
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\"}}],"
                + "\"cache_control\":{\"type\":\"ephemeral\"}}");
    assertThat(sent.body().at("/messages/2/content/0"))
        .isEqualTo(
            json(
                "{\"type\":\"tool_result\",\"tool_use_id\":\"b\",\"content\":[{\"type\":\"image\","
                    + "\"source\":{\"type\":\"url\",\"url\":\"https://x/y.png\"}}],"
                    + "\"cache_control\":{\"type\":\"ephemeral\"}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\\\"a\\\": | {\"arguments\":\"{\\\"a\\\":\"}",
        "[1] | {\"arguments\":\"[1]\"}",
        "{} {} | {\"arguments\":\"{} {}\"}",
        "  | {}",
      })
  void argumentsThatAreNoObjectStayWhatTheyAre(String arguments, String input) {
    Sent sent =
        sentMessages(
            HI
                + ",{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":"
                + "\"f\",\"arguments\":\""
                + (arguments == null ? "" : arguments)
                + "\"}}]}");
    assertThat(sent.body().at("/messages/1/content/0/input")).isEqualTo(json(input));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data:image/png;base64,aGk= | {\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"aGk=\"}",
        "data:image/JPG;base64,aGk= | {\"type\":\"base64\",\"media_type\":\"image/jpeg\",\"data\":\"aGk=\"}",
        "data:image/webp;x=y;base64,aGk= | {\"type\":\"base64\",\"media_type\":\"image/webp\",\"data\":\"aGk=\"}",
        "http://x/y | {\"type\":\"url\",\"url\":\"http://x/y\"}",
      })
  void picturesAreDataOrAddresses(String url, String source) {
    Sent sent =
        sentMessages(
            "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\""
                + url
                + "\",\"detail\":\"low\"},\"cache_control\":{\"type\":\"ephemeral\"}},"
                + "{\"type\":\"image_url\",\"image_url\":\""
                + url
                + "\"}]}");
    assertThat(sent.body().at("/messages/0/content/0/source")).isEqualTo(json(source));
    assertThat(sent.body().at("/messages/0/content/0").has("cache_control")).isTrue();
    assertThat(sent.body().at("/messages/0/content/1/source")).isEqualTo(json(source));
    assertThat(sent.changes()).containsExactly("image_url.detail=dropped");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"file_data\":\"data:application/pdf;base64,aGk=\",\"filename\":\"a.pdf\" | "
            + "{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"aGk=\"},\"title\":\"a.pdf\"}",
        "\"file_data\":\"data:text/markdown;base64,aGk=\" | "
            + "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"hi\"}}",
        "\"file_id\":\"file_1\" | {\"type\":\"document\",\"source\":{\"type\":\"file\",\"file_id\":\"file_1\"}}",
      })
  void filesAreDocuments(String file, String block) {
    Sent sent =
        sentMessages(
            "{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{" + file + "}}]}");
    assertThat(sent.body().at("/messages/0/content/0")).isEqualTo(json(block));
  }

  @Test
  void anthropicsOwnBlocksStay() {
    String block = "{\"type\":\"search_result\",\"source\":\"s\",\"content\":[]}";
    Sent sent = sentMessages("{\"role\":\"user\",\"content\":[" + block + "]}");
    assertThat(sent.body().at("/messages/0/content/0")).isEqualTo(json(block));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"\"}}",
        "{\"type\":\"video_url\",\"video_url\":{\"url\":\"https://x\"}}",
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"ftp://x\"}}",
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png,abc\"}}",
        "{\"type\":\"file\",\"file\":{\"file_data\":\"aGk=\"}}",
        "{\"type\":\"file\"}"
      })
  void aPartThatCannotBeSentIsRefusedAndNotLeftOut(String part) {
    assertThatThrownBy(() -> sentMessages("{\"role\":\"user\",\"content\":[" + part + "]}"))
        .isInstanceOfSatisfying(
            UpstreamException.class,
            refused -> assertThat(refused.errorClass()).isEqualTo(ErrorClass.BAD_REQUEST));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"role\":\"system\",\"content\":\"A\"}",
        "{\"role\":\"user\",\"content\":\"  \"}",
        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\"}]}",
        "{\"role\":\"assistant\",\"content\":\"Welcome\"},{\"role\":\"user\",\"content\":\"\"}"
      })
  void aConversationBeginsWithTheUser(String messages) {
    Sent sent = sentMessages(messages);
    assertThat(sent.body().at("/messages/0/role").asText()).isEqualTo("user");
    assertThat(sent.body().at("/messages/0/content").asText()).isNotBlank();
    assertThat(sent.changes()).containsExactly("messages=begun");
  }

  @Test
  void theModelGoesOnWithItsOwnWordsWhereItCan() {
    String prefill = HI + ",{\"role\":\"assistant\",\"content\":\"One, \\n\"}";
    Sent sent = sentMessages(prefill);
    assertThat(sent.body().at("/messages/1/content").asText()).isEqualTo("One,");
    Sent newest = sent(messages("claude-sonnet-5-5", prefill, ""));
    assertThat(newest.body().at("/messages/2/role").asText()).isEqualTo("user");
    assertThat(newest.changes()).containsExactly("messages=continued");
  }

  @Test
  void whatAMessageSaysBesideIsTold() {
    Sent sent =
        sentMessages(
            "{\"role\":\"user\",\"name\":\"n\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\","
                + "\"x\":1,\"y\":null}]},{\"role\":\"assistant\",\"content\":\"a\",\"audio\":null,"
                + "\"reasoning_content\":\"hm\",\"refusal\":null},"
                + HI);
    assertThat(sent.changes())
        .containsExactly(
            "messages.name=dropped",
            "messages.content.x=dropped",
            "messages.reasoning_content=dropped");
    assertThat(sent.body().at("/messages/0/content").asText()).isEqualTo("Hi");
  }
}

package dev.bactrian.examples;

import static dev.bactrian.examples.Example.MODEL;
import static dev.bactrian.examples.Example.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Personal data on its way to a provider and back. */
class MaskPersonalDataIT {
  private static final ProviderServer PROVIDER = ProviderServer.start();
  private static Gateway gateway;
  private static ApiClient client;

  @BeforeAll
  static void start() {
    gateway = Example.with("mask-personal-data", PROVIDER).withoutBreakers().start();
    client = gateway.client();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    PROVIDER.close();
  }

  private static String heard() {
    return PROVIDER.last().json().at("/messages/0/content").asText();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "write to ann.lee+x@mail.example.org now | write to [EMAIL_1] now",
        "a@b.co, c@d.co and a@b.co | [EMAIL_1], [EMAIL_2] and [EMAIL_1]",
        "card 4111 1111 1111 1111. | card [CARD_1].",
        "4111-1111-1111-1111 or 4222222222222 | [CARD_1] or [CARD_2]",
        "call +49 30 901820 or (555) 123-4567 | call [PHONE_1] or [PHONE_2]",
        "+14155550123 | [PHONE_1]",
        "no 12345, no 2026-11-22, no 10.5 | no 12345, no 2026-11-22, no 10.5",
        "at@home, @x.org | at@home, @x.org"
      })
  void aProviderIsToldPlaceholdersAndTheClientGetsItsOwnBack(String said, String told) {
    PROVIDER.always(
        call -> {
          String text = call.json().at("/messages/0/content").asText();
          call.json(200, Chunks.completion("m", "You said: " + text));
        });
    Reply reply = client.chat(prompt(said, false));
    assertThat(heard()).isEqualTo(told);
    assertThat(reply.text()).isEqualTo("You said: " + said);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 100})
  void aStreamIsRestoredHoweverItIsSplit(int size) {
    PROVIDER.always(
        call -> {
          String text =
              "Dear " + call.json().at("/messages/0/content").asText() + ", bye [EMAIL_9]";
          call.openStream();
          call.event(Chunks.role());
          for (int at = 0; at < text.length(); at += size) {
            call.event(Chunks.content(text.substring(at, Math.min(text.length(), at + size))));
          }
          call.event(Chunks.finish("stop"));
          call.event(Chunks.usage());
          call.event(Chunks.DONE);
          call.endStream();
        });
    Reply reply = client.chat(prompt("bob@x.org (+49 30 901820)", true));
    assertThat(heard()).isEqualTo("[EMAIL_1] ([PHONE_1])");
    assertThat(text(reply)).isEqualTo("Dear bob@x.org (+49 30 901820), bye [EMAIL_9]");
    assertThat(reply.events()).endsWith(Chunks.DONE);
    assertThat(reply.events().get(reply.events().size() - 2))
        .contains("\"finish_reason\":\"stop\"");
  }

  @Test
  void whatTheModelMakesUpIsMaskedWhereverItIsSplit() {
    List<String> events = new ArrayList<>(List.of(Chunks.role()));
    for (String piece :
        List.of("Ask eve", "@ev", "il.ex", "ample.com or 41", "11111111111", "11", "1")) {
      events.add(Chunks.content(piece));
    }
    events.addAll(List.of(Chunks.finish("stop"), Chunks.DONE));
    PROVIDER.always(Script.stream(events.toArray(String[]::new)));
    Reply reply = client.stream(MODEL);
    assertThat(text(reply)).isEqualTo("Ask [EMAIL] or [CARD]");
    assertThat(reply.body()).doesNotContain("eve").doesNotContain("4111");
  }

  @Test
  void textThatCannotBePartOfAMatchIsNotHeldBack() throws Exception {
    PROVIDER.always(Script.HOLD);
    try (RawClient raw = gateway.raw().chat(prompt("bob@x.org", true))) {
      ProviderCall call = PROVIDER.await();
      call.openStream();
      call.event(Chunks.content("Hello there! "));
      assertThat(raw.event().data()).contains("\"Hello there! \"");
      call.event(Chunks.content("It is [EMA"));
      assertThat(raw.event().data()).contains("\"It is \"");
      call.event(Chunks.content("IL_1]. "));
      assertThat(raw.event().data()).contains("\"bob@x.org. \"");
      call.cut();
      assertThat(raw.awaitClosed()).contains("upstream_error").doesNotContain(Chunks.DONE);
    }
  }

  @Test
  void whatWasHeldBackComesBeforeTheErrorOfAStreamThatBreaks() throws Exception {
    PROVIDER.always(Script.cut(Chunks.content("Hello "), Chunks.content("[EMAIL")));
    Reply reply = client.chat(prompt("bob@x.org", true));
    assertThat(text(reply)).isEqualTo("Hello [EMAIL");
    assertThat(reply.events().get(reply.events().size() - 1)).contains("upstream_error");
    assertThat(reply.whole()).isFalse();
  }

  @Test
  void thoughtsAndArgumentsOfToolsAreFilteredApart() {
    String chunk =
        "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
            + "[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}";
    PROVIDER.always(
        Script.stream(
            chunk.formatted(
                "{\"role\":\"assistant\",\"reasoning_content\":\"It is [EMAI\"}", "null"),
            chunk.formatted("{\"reasoning_content\":\"L_1]\"}", "null"),
            chunk.formatted("{\"content\":\"I mail [EM\"}", "null"),
            chunk.formatted(
                "{\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"type\":\"function\","
                    + "\"function\":{\"name\":\"mail\",\"arguments\":\"{\\\"to\\\":\\\"[EMAIL\"}}]}",
                "null"),
            chunk.formatted(
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"_1]\\\"}\"}}]}",
                "null"),
            chunk.formatted("{}", "\"tool_calls\""),
            Chunks.DONE));
    Reply reply = client.chat(prompt("bob@x.org", true));
    assertThat(joined(reply, "/choices/0/delta/reasoning_content")).isEqualTo("It is bob@x.org");
    assertThat(text(reply)).isEqualTo("I mail [EM");
    assertThat(joined(reply, "/choices/0/delta/tool_calls/0/function/arguments"))
        .isEqualTo("{\"to\":\"bob@x.org\"}");
  }

  @Test
  void allTextsOfAConversationAreMaskedAndNothingElseIsTouched() {
    PROVIDER.always(Script.completion("ok"));
    String picture = "data:image/png;base64,4111111111111111a@b.co";
    Reply reply =
        client.chat(
            """
            {"model":"%s","user":"bob@x.org","seed":4111111111111111,"messages":[
             {"role":"system","content":"Serve ann@x.org."},
             {"role":"assistant","content":null,"tool_calls":[{"id":"c@d.co","type":"function",
               "function":{"name":"f","arguments":"{\\"to\\":\\"ann@x.org\\"}"}}]},
             {"role":"tool","tool_call_id":"c@d.co","content":"sent to ann@x.org"},
             {"role":"user","content":[{"type":"text","text":"and bob@x.org"},
               {"type":"image_url","image_url":{"url":"%s"}}]}]}"""
                .formatted(MODEL, picture));
    assertThat(reply.text()).as(reply.body()).isEqualTo("ok");
    JsonNode sent = PROVIDER.last().json();
    assertThat(sent.at("/messages/0/content").asText()).isEqualTo("Serve [EMAIL_1].");
    assertThat(sent.at("/messages/1/tool_calls/0/function/arguments").asText())
        .isEqualTo("{\"to\":\"[EMAIL_1]\"}");
    assertThat(sent.at("/messages/1/tool_calls/0/id").asText()).isEqualTo("c@d.co");
    assertThat(sent.at("/messages/2/content").asText()).isEqualTo("sent to [EMAIL_1]");
    assertThat(sent.at("/messages/3/content/0/text").asText()).isEqualTo("and [EMAIL_2]");
    assertThat(sent.at("/messages/3/content/1/image_url/url").asText()).isEqualTo(picture);
    assertThat(sent.path("user").asText()).isEqualTo("[EMAIL_2]");
    assertThat(sent.path("seed").asLong()).isEqualTo(4111111111111111L);
  }

  @Test
  void aRequestWithoutPersonalDataKeepsItsBytes() {
    PROVIDER.always(Script.completion("Hello"));
    String body =
        "{ \"messages\" : [ {\"role\":\"user\", \"content\":\"Hi\"} ],\"model\":\"gpt-4.1-mini\"}";
    assertThat(client.chat(body).text()).isEqualTo("Hello");
    assertThat(PROVIDER.last().body()).isEqualTo(body);
  }

  @Test
  void errorsAndComparisonsAreNoWayAround() {
    PROVIDER.always(Script.error(400, "invalid_request_error", "bad"));
    assertThat(client.chat(prompt("bob@x.org", false)).status()).isEqualTo(400);
    assertThat(heard()).isEqualTo("[EMAIL_1]");

    PROVIDER.always(Script.completion("to [EMAIL_1]"));
    String body =
        prompt("bob@x.org", false)
            .replace(
                "\"model\":\"" + MODEL + "\"", "\"models\":[\"" + MODEL + "\",\"openai/gpt-4o\"]");
    Reply reply = client.post("/v1/compare", BodyPublishers.ofString(body));
    assertThat(PROVIDER.calls()).allMatch(call -> call.body().contains("[EMAIL_1]"));
    assertThat(reply.json().at("/results/1/answer/choices/0/message/content").asText())
        .as(reply.body())
        .isEqualTo("to bob@x.org");
  }

  private static String text(Reply reply) {
    return joined(reply, "/choices/0/delta/content");
  }

  private static String joined(Reply reply, String pointer) {
    return reply.events().stream()
        .filter(data -> data.startsWith("{"))
        .map(data -> Reply.json(data).at(pointer))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .collect(Collectors.joining());
  }
}

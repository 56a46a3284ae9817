package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.RawClient.Event;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is sent before the first content; after it, a broken answer never looks complete. */
class StreamIT {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final String STREAM = question(MODEL, true, "");

  private static ProviderServer provider;
  private static Gateway gateway;
  private static ApiClient client;

  @BeforeAll
  static void start() {
    provider = ProviderServer.start();
    gateway =
        Gateway.with()
            .withoutBreakers()
            .provider("openai", provider)
            .kamelet("openai", "idleTimeout", "400")
            .set("bactrian.attempts", "1")
            .start();
    client = gateway.client();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
  }

  @BeforeEach
  void forget() {
    provider.always(Script.HOLD);
  }

  /** How a provider can break a stream. */
  enum Break {
    CUT {
      @Override
      void of(ProviderCall call) throws Exception {
        call.cut();
      }
    },
    RESET {
      @Override
      void of(ProviderCall call) throws Exception {
        call.reset();
      }
    },
    PROPER_END_WITHOUT_DONE {
      @Override
      void of(ProviderCall call) throws Exception {
        call.endStream();
      }
    },
    HALF_AN_EVENT {
      @Override
      void of(ProviderCall call) throws Exception {
        call.streamed("data: {\"id\":\"c-1\",\"cho");
        call.cut();
      }
    },
    GARBAGE_INSTEAD_OF_A_CHUNK {
      @Override
      void of(ProviderCall call) throws Exception {
        call.raw("zzzz\r\nnonsense\r\n");
        call.cut();
      }
    },
    ERROR_IN_BAND {
      @Override
      void of(ProviderCall call) throws Exception {
        String error = Chunks.error("engine broke", "server_error", "boom");
        String rest = Chunks.content("never") + "\n\ndata: " + Chunks.finish("stop");
        call.streamed("data: " + error + "\n\ndata: " + rest + "\n\ndata: [DONE]\n\n");
      }
    },
    NETWORK_ERROR_AS_FINISH_REASON {
      @Override
      void of(ProviderCall call) throws Exception {
        call.streamed("data: " + Chunks.finish("network_error") + "\n\ndata: [DONE]\n\n");
      }
    };

    abstract void of(ProviderCall call) throws Exception;
  }

  @ParameterizedTest
  @EnumSource(Break.class)
  void aBreakBeforeContentIsARealStatus(Break how) throws Exception {
    try (RawClient raw = gateway.raw().chat(STREAM)) {
      ProviderCall call = provider.await();
      call.openStream();
      call.event(Chunks.role());
      call.streamed(": keep-alive\n\n");
      // Another call goes all the way meanwhile, so this one's first chunk has been read by now.
      provider.first(Script.completion("Hello"));
      assertThat(client.ask(MODEL).status()).isEqualTo(200);
      assertThat(raw.received()).isZero();
      how.of(call);
      assertThat(raw.status()).isEqualTo(502);
      assertThat(raw.head().toLowerCase(Locale.ROOT)).contains("content-type: application/json");
    }
  }

  @ParameterizedTest
  @EnumSource(Break.class)
  void aBreakAfterContentIsAnErrorEventAndNoEnd(Break how) throws Exception {
    try (RawClient raw = gateway.raw().chat(STREAM)) {
      ProviderCall call = provider.await();
      call.openStream();
      call.event(Chunks.role());
      call.event(Chunks.content("one"));
      assertThat(raw.event().data()).contains("\"role\":\"assistant\"");
      assertThat(raw.event().data()).contains("\"content\":\"one\"");
      how.of(call);
      String all = raw.awaitClosed();
      assertThat(all)
          .startsWith("HTTP/1.1 200 OK")
          .doesNotContain("[DONE]")
          .doesNotContain("\"finish_reason\":\"")
          .doesNotContain("never");
      List<Event> rest = raw.remaining();
      assertThat(rest).hasSize(1);
      assertThat(Reply.json(rest.get(0).data()).at("/error/message").asText()).isNotBlank();
      assertThat(Reply.json(rest.get(0).data()).at("/error/type").asText()).isNotBlank();
    }
  }

  @Test
  void aStallAfterContentIsAnErrorEventAndNoEnd() throws Exception {
    try (RawClient raw = gateway.raw().chat(STREAM)) {
      ProviderCall call = provider.await();
      call.openStream();
      call.event(Chunks.content("one"));
      assertThat(raw.event().data()).contains("one");
      assertThat(raw.awaitClosed())
          .contains("upstream_timeout")
          .doesNotContain("[DONE]")
          .doesNotContain("\"finish_reason\":\"");
      call.awaitGone();
    }
  }

  @Test
  void statusAndHeadersLeaveWithTheFirstContent() throws Exception {
    try (RawClient raw = gateway.raw().chat(STREAM)) {
      ProviderCall call = provider.await();
      call.openStream();
      call.event(Chunks.role());
      provider.first(Script.completion("Hello"));
      assertThat(client.ask(MODEL).status()).isEqualTo(200);
      assertThat(raw.received()).isZero();
      call.event(Chunks.content("one"));
      assertThat(raw.event().read()).isZero();
      assertThat(raw.event().read()).isZero();
      assertThat(raw.head().toLowerCase(Locale.ROOT))
          .contains(
              "content-type: text/event-stream",
              "cache-control: no-cache",
              "x-accel-buffering: no",
              "x-request-id: req_",
              "x-bactrian-provider: openai",
              "x-bactrian-model: openai/gpt-4.1-mini",
              "x-bactrian-attempts: 1")
          .doesNotContain("content-length");
      call.event(Chunks.finish("stop"));
      call.event(Chunks.DONE);
      call.endStream();
      assertThat(raw.event().data()).contains("\"finish_reason\":\"stop\"");
      assertThat(raw.event().data()).isEqualTo("[DONE]");
    }
  }

  @Test
  void theConnectionServesTheNextCallAfterACompleteStream() throws Exception {
    provider.always(Script.words(2));
    try (RawClient raw = gateway.raw()) {
      for (int i = 0; i < 3; i++) {
        raw.chat(STREAM);
        while (!raw.event().data().equals(Chunks.DONE)) {
          assertThat(raw.received()).isPositive();
        }
      }
    }
    assertThat(provider.count()).isEqualTo(3);
  }

  @Test
  void aConnectionToTheProviderIsUsedAgain() {
    provider.always(Script.words(2));
    client.stream(MODEL);
    Awaitility.await().until(() -> gateway.inside() == 0);
    int before = provider.connections();
    for (int i = 0; i < 10; i++) {
      assertThat(client.stream(MODEL).events()).endsWith(Chunks.DONE);
    }
    assertThat(provider.connections()).isLessThanOrEqualTo(before + 2);
  }

  @Test
  void aWholeAnswerToAStreamingCallBecomesAStream() {
    provider.always(Script.completion("Hello all"));
    Reply reply = client.stream(MODEL);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("content-type")).startsWith("text/event-stream");
    assertThat(reply.events()).endsWith(Chunks.DONE);
    assertThat(reply.body()).contains("Hello all").contains("\"finish_reason\":\"stop\"");
    assertThat(reply.body()).contains("chat.completion.chunk").doesNotContain("\"message\"");
  }

  @Test
  void anErrorBodyWithStatus200ToAStreamingCallIsARealStatus() {
    provider.always(Script.status(200, Chunks.error("broken", "server_error", "boom")));
    ErrorsIT.expect(client.stream(MODEL), 502, "upstream_error");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "application/octet-stream", "text/event-stream"})
  void anAnswerThatIsNoStreamIsARealStatus(String type) {
    provider.always(call -> call.whole(200, type, "<html>Sorry</html>"));
    ErrorsIT.expect(client.stream(MODEL), 502, "upstream_error");
    ErrorsIT.expect(client.ask(MODEL), 502, "upstream_error");
  }

  @Test
  void anEmptyStreamIsARealStatus() {
    provider.always(Script.stream(Chunks.DONE));
    ErrorsIT.expect(client.stream(MODEL), 502, "upstream_error");
    provider.always(Script.stream(Chunks.role(), Chunks.DONE));
    ErrorsIT.expect(client.stream(MODEL), 502, "upstream_error");
  }

  @Test
  void doneIsTheEndWhateverFollows() {
    provider.always(
        Script.stream(
            Chunks.content("a"), Chunks.finish("stop"), "[DONE] really", Chunks.content("b")));
    Reply reply = client.stream(MODEL);
    assertThat(reply.events()).hasSize(3).endsWith(Chunks.DONE);
    assertThat(reply.body()).doesNotContain("\"b\"");
  }

  @Test
  void aFinishedStreamWithoutDoneIsComplete() {
    provider.always(Script.stream(Chunks.role(), Chunks.content("a"), Chunks.finish("length")));
    assertThat(client.stream(MODEL).events()).hasSize(4).endsWith(Chunks.DONE);
  }

  @Test
  void anyWayOfWritingEventsIsRead() {
    String[] chunk = Chunks.content("b\u00e9\u4f60").split("(?<=\"choices\":)");
    String text =
        "\ufeff: hello\r\n\r\nid: 1\nevent: message\ndata:"
            + Chunks.role()
            + "\r\rdata: "
            + chunk[0]
            + "\ndata: "
            + chunk[1]
            + "\n\nretry: 5\n\ndata:\n\ndata: not json\n\ndata: "
            + Chunks.finish("stop")
            + "\r\n\r\ndata:[DONE]";
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    provider.always(
        call -> {
          call.raw("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n");
          call.raw("content-length: " + bytes.length + "\r\n\r\n");
          for (byte b : bytes) {
            call.raw(new byte[] {b});
          }
        });
    Reply reply = client.stream(MODEL);
    assertThat(reply.events()).hasSize(4).endsWith(Chunks.DONE);
    assertThat(reply.body()).contains("b\u00e9\u4f60");
  }

  @Test
  void twoCallsInOneWriteAreBothAnswered() throws Exception {
    provider.always(Script.words(1));
    String request =
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
            + Gateway.KEY
            + "\r\ncontent-type: application/json\r\ncontent-length: "
            + STREAM.length()
            + "\r\n\r\n"
            + STREAM;
    try (RawClient raw = gateway.raw().send(request + request)) {
      for (int done = 0; done < 2; ) {
        done += raw.event().data().equals(Chunks.DONE) ? 1 : 0;
      }
    }
  }
}

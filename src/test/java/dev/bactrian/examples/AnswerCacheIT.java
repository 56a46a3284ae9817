package dev.bactrian.examples;

import static dev.bactrian.examples.Example.MODEL;
import static dev.bactrian.examples.Example.client;
import static dev.bactrian.examples.Example.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers that are given again. */
class AnswerCacheIT {
  private final ProviderServer provider = ProviderServer.start();
  private final Gateway gateway;
  private final ApiClient ann;

  AnswerCacheIT() {
    gateway =
        Example.with("answer-cache", provider)
            .set("bactrian.retries", "0")
            .withoutBreakers()
            .start();
    ann = client(gateway, "ann");
  }

  @AfterEach
  void stop() {
    gateway.close();
    provider.close();
  }

  private static boolean cached(Reply reply) {
    return reply.header("x-bactrian-changes").contains("answer=cached");
  }

  @Test
  void theSameQuestionIsAnsweredOnce() {
    Reply first = ann.chat(prompt("Why?", false));
    Reply second = ann.chat(prompt("Why?", false));
    assertThat(cached(first)).isFalse();
    assertThat(cached(second)).isTrue();
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.header("x-request-id")).isNotEqualTo(first.header("x-request-id"));
    assertThat(second.header("content-type")).isEqualTo("application/json");
    assertThat(provider.count()).isEqualTo(1);
    await().untilAsserted(() -> assertThat(gateway.inside()).isZero());
  }

  @Test
  void howTheRequestIsWrittenDoesNotMatter() {
    ann.chat(
        "{\"model\":\"gpt-4.1-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hé\"}],\"seed\":1}");
    Reply same =
        ann.chat(
            "{\"seed\": 1, \"messages\":[{\"content\":\"H\\u00e9\",\"role\":\"user\"}],\n\"model\":\"gpt-4.1-mini\"}");
    assertThat(cached(same)).isTrue();
    Reply other =
        ann.chat(
            "{\"seed\": 2, \"messages\":[{\"content\":\"Hé\",\"role\":\"user\"}],\"model\":\"gpt-4.1-mini\"}");
    assertThat(cached(other)).isFalse();
  }

  @Test
  void aKeyDoesNotGetTheAnswersOfAnother() {
    ann.chat(prompt("Why?", false));
    assertThat(cached(client(gateway, "bob").chat(prompt("Why?", false)))).isFalse();
    assertThat(provider.count()).isEqualTo(2);
    assertThat(ann.withKey("sk-nobody").chat(prompt("Why?", false)).status()).isEqualTo(401);
  }

  @Test
  void aStreamIsReplayedAsItWas() {
    provider.always(Script.words(50));
    Reply first = ann.chat(prompt("Why?", true));
    Reply second = ann.chat(prompt("Why?", true));
    assertThat(cached(second)).isTrue();
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.events()).hasSize(53).endsWith(Chunks.DONE);
    assertThat(second.header("content-type")).startsWith("text/event-stream");
    assertThat(cached(ann.chat(prompt("Why?", false)))).as("a whole answer is another").isFalse();
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void anErrorIsNotKept() {
    for (Script failure :
        new Script[] {
          Script.error(500, "server_error", "boom"),
          Script.error(400, "invalid_request_error", "bad"),
          Script.error(429, "rate_limit_error", "slow"),
          Script.cut()
        }) {
      provider.always(failure);
      assertThat(ann.chat(prompt("Why?", true)).status()).isNotEqualTo(200);
      assertThat(ann.chat(prompt("Why?", false)).status()).isNotEqualTo(200);
    }
    provider.always(Script.completion("Because."));
    Reply good = ann.chat(prompt("Why?", false));
    assertThat(cached(good)).isFalse();
    assertThat(good.text()).isEqualTo("Because.");
  }

  @Test
  void aTruncatedAnswerIsNotKept() throws Exception {
    provider.always(Script.cut(Chunks.content("Half")));
    assertThat(ann.chat(prompt("Why?", true)).whole()).isFalse();
    provider.always(Script.stream(Chunks.content("Half"), Chunks.finish("length"), Chunks.DONE));
    assertThat(ann.chat(prompt("Why?", true)).events()).endsWith(Chunks.DONE);
    provider.always(Script.HOLD);
    try (RawClient raw = RawClient.connect(gateway.port())) {
      raw.chat(prompt("Why?", true));
      ProviderCall call = provider.await();
      call.openStream();
      call.event(Chunks.content("Half"));
      raw.event();
      raw.reset();
      call.awaitGone();
    }
    provider.always(Script.words(3));
    for (ApiClient each : List.of(ann, gateway.client())) {
      assertThat(cached(each.chat(prompt("Why?", true)))).isFalse();
      assertThat(cached(each.chat(prompt("Why?", true)))).isTrue();
    }

    String cut = Chunks.completion("m", "Half").replace("\"stop\"", "\"length\"");
    provider.always(Script.status(200, cut));
    ann.chat(prompt("Why not?", false));
    assertThat(cached(ann.chat(prompt("Why not?", false)))).isFalse();
  }

  @Test
  void callsOfToolsAreKept() {
    String call =
        "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
            + "\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"t\",\"type\":\"function\","
            + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}";
    provider.always(Script.status(200, call));
    ann.chat(prompt("Do!", false));
    assertThat(cached(ann.chat(prompt("Do!", false)))).isTrue();
  }

  @Test
  void manyAskingTheSameAtOnceAllGetAnAnswer() {
    provider.always(Script.words(20));
    var replies =
        java.util.stream.IntStream.range(0, 40)
            .mapToObj(i -> ann.chatting(prompt("Why " + i % 4 + "?", true)))
            .toList();
    Awaitility.await().until(() -> replies.stream().allMatch(reply -> reply.isDone()));
    assertThat(replies).allMatch(reply -> reply.join().events().size() == 23);
    assertThat(cached(ann.chat(prompt("Why 0?", true)))).isTrue();
    assertThat(ann.ask(MODEL).status()).isEqualTo(200);
  }
}

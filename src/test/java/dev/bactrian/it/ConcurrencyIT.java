package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** As many calls at once as there are, on default settings. */
@Timeout(120)
class ConcurrencyIT {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final int CALLS = 100;
  private static final int STREAMS = 1000;
  private static final int CHUNKS = 10;

  /** How many streams may wait for their first content: its time-out is the default, too. */
  private static final int BEGINNING = 100;

  private final ProviderServer provider = ProviderServer.start();
  private final Gateway gateway = Gateway.with().provider("openai", provider).start();

  @AfterEach
  void stop() {
    gateway.close();
    provider.close();
  }

  /** Vert.x's own worker pool would let 20 calls through and no more. */
  @Test
  void aHundredCallsWaitForTheirProviderAtOnce() throws Exception {
    provider.always(Script.HOLD);
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      replies.add(gateway.client().chatting(question(MODEL, false, "")));
    }
    List<ProviderCall> held = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      held.add(provider.await());
    }
    assertThat(gateway.inside()).isEqualTo(CALLS);
    for (ProviderCall call : held) {
      call.json(200, Chunks.completion("m", "Hello"));
    }
    for (CompletableFuture<Reply> reply : replies) {
      assertThat(reply.get(60, TimeUnit.SECONDS).text()).isEqualTo("Hello");
    }
  }

  /** Every one has begun before any goes on, so they are all open at once. */
  @Test
  void aThousandStreamsAreCompleteAndNotMixedUp() throws Exception {
    CountDownLatch begun = new CountDownLatch(STREAMS);
    CountDownLatch go = new CountDownLatch(1);
    Semaphore beginning = new Semaphore(BEGINNING);
    provider.always(
        call -> {
          String who = call.member("user");
          call.openStream();
          call.event(Chunks.content(who + "-0"));
          beginning.release();
          begun.countDown();
          while (!go.await(5, TimeUnit.SECONDS)) {
            call.streamed(": keep-alive\n\n");
          }
          for (int i = 1; i < CHUNKS; i++) {
            call.event(Chunks.content(who + "-" + i));
          }
          call.event(Chunks.finish("stop"));
          call.event(Chunks.DONE);
          call.endStream();
        });
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < STREAMS; i++) {
        assertThat(beginning.tryAcquire(60, TimeUnit.SECONDS)).as("a stream begins").isTrue();
        clients.add(gateway.raw().chat(question(MODEL, true, ",\"user\":\"client" + i + "\"")));
      }
      assertThat(begun.await(60, TimeUnit.SECONDS)).as("streams that did not begin").isTrue();
      assertThat(gateway.inside()).isEqualTo(STREAMS);
      go.countDown();
      for (int i = 0; i < STREAMS; i++) {
        RawClient client = clients.get(i);
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
          assertThat(client.event().data()).contains("\"client" + i + "-" + chunk + "\"");
        }
        assertThat(client.event().data()).contains("\"finish_reason\":\"stop\"");
        assertThat(client.event().data()).isEqualTo(Chunks.DONE);
      }
    } finally {
      clients.forEach(RawClient::close);
    }
  }
}

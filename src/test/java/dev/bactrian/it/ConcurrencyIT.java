package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ManyStreams;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

  @Test
  void aThousandStreamsAreCompleteAndNotMixedUp() throws Exception {
    ManyStreams.run(
        provider, gateway.port(), STREAMS, () -> assertThat(gateway.inside()).isEqualTo(STREAMS));
  }
}

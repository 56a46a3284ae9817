package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.RawClient.Event;
import dev.bactrian.kit.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Chunks leave as they come: at once and one by one, never in blocks. */
class PaceIT {
  private static final int CHUNKS = 300;
  private static final long PERIOD_MILLIS = 20;
  private static final int ALONE = CHUNKS * 95 / 100;
  private static final Duration AT_ONCE = Duration.ofMillis(5);

  /** A machine may be busy with other things for a while; a gateway that buffers always does. */
  private static final int ROUNDS = 3;

  @Test
  void aChunkLeavesAtOnceAndAlone() throws Exception {
    try (ProviderServer provider = ProviderServer.start();
        Gateway gateway = Gateway.with().provider("openai", provider).start()) {
      provider.always(Script.words(200));
      for (int i = 0; i < 30; i++) {
        gateway.client().stream("openai/gpt-4.1-mini");
      }
      provider.always(Script.HOLD);
      Round round = round(provider, gateway);
      for (int again = 1; again < ROUNDS && !round.isGood(); again++) {
        round = round(provider, gateway);
      }
      assertThat(round.slowest()).as("delay of the chunk at 95 %%").isLessThanOrEqualTo(AT_ONCE);
      assertThat(round.reads()).as("reads of the socket").isGreaterThanOrEqualTo(ALONE);
    }
  }

  /**
   * A stream.
   *
   * @param slowest the delay of the chunk at 95 %
   * @param reads in how many reads of its socket the client got it
   */
  private record Round(Duration slowest, int reads) {
    boolean isGood() {
      return slowest.compareTo(AT_ONCE) <= 0 && reads >= ALONE;
    }
  }

  private static Round round(ProviderServer provider, Gateway gateway) throws Exception {
    try (RawClient client = gateway.raw().chat(question("openai/gpt-4.1-mini", true, ""))) {
      ProviderCall call = provider.await();
      call.openStream();
      List<Long> delays = new ArrayList<>();
      Set<Integer> reads = new HashSet<>();
      for (long when : emit(call)) {
        Event event = client.event();
        reads.add(event.read());
        delays.add(event.nanos() - when);
      }
      delays.sort(null);
      return new Round(Duration.ofNanos(delays.get(CHUNKS * 95 / 100)), reads.size());
    }
  }

  private static List<Long> emit(ProviderCall call) throws Exception {
    List<Long> sent = new ArrayList<>();
    ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    try {
      var ticks =
          pace.scheduleAtFixedRate(
              () -> {
                try {
                  sent.add(call.event(Chunks.content("w" + sent.size())));
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
                if (sent.size() == CHUNKS) {
                  throw new java.util.concurrent.CancellationException();
                }
              },
              0,
              PERIOD_MILLIS,
              TimeUnit.MILLISECONDS);
      try {
        ticks.get(60, TimeUnit.SECONDS);
      } catch (java.util.concurrent.ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(java.util.concurrent.CancellationException.class);
      }
      return sent;
    } finally {
      pace.shutdownNow();
    }
  }
}

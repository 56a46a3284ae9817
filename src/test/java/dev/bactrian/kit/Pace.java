package dev.bactrian.kit;

import static dev.bactrian.kit.ApiClient.question;

import dev.bactrian.kit.RawClient.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * How the chunks of a stream came through: at once and one by one, or in blocks.
 *
 * @param slowest the delay of the chunk at 95 %
 * @param reads in how many reads of its socket the client got the stream, in percent of its chunks
 */
public record Pace(Duration slowest, int reads) {
  private static final Duration AT_ONCE = Duration.ofMillis(5);
  private static final int ALONE_PERCENT = 95;
  private static final long PERIOD_MILLIS = 20;

  /** A machine may be busy with other things for a while; a gateway that buffers always does. */
  private static final int ROUNDS = 3;

  /** Whether chunks left as they came. */
  public boolean isLive() {
    return slowest.compareTo(AT_ONCE) <= 0 && reads >= ALONE_PERCENT;
  }

  /**
   * Measures streams of the model {@code openai/gpt-4.1-mini} until one was live.
   *
   * @param provider that model's, which holds its calls
   * @param port the gateway's
   * @param chunks in each stream, one every 20 ms
   */
  public static Pace measure(ProviderServer provider, int port, int chunks) throws Exception {
    Pace pace = once(provider, port, chunks);
    for (int again = 1; again < ROUNDS && !pace.isLive(); again++) {
      pace = once(provider, port, chunks);
    }
    return pace;
  }

  private static Pace once(ProviderServer provider, int port, int chunks) throws Exception {
    try (RawClient client =
        RawClient.connect(port).chat(question("openai/gpt-4.1-mini", true, ""))) {
      ProviderCall call = provider.await();
      call.openStream();
      List<Long> delays = new ArrayList<>();
      Set<Integer> reads = new HashSet<>();
      for (long when : emit(call, chunks)) {
        Event event = client.event();
        reads.add(event.read());
        delays.add(event.nanos() - when);
      }
      delays.sort(null);
      return new Pace(
          Duration.ofNanos(delays.get(chunks * ALONE_PERCENT / 100)), 100 * reads.size() / chunks);
    }
  }

  private static List<Long> emit(ProviderCall call, int chunks) throws Exception {
    List<Long> sent = new ArrayList<>();
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    try {
      clock
          .scheduleAtFixedRate(
              () -> {
                try {
                  sent.add(call.event(Chunks.content("w" + sent.size())));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
                if (sent.size() == chunks) {
                  throw new CancellationException();
                }
              },
              0,
              PERIOD_MILLIS,
              TimeUnit.MILLISECONDS)
          .get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof CancellationException)) {
        throw e;
      }
    } finally {
      clock.shutdownNow();
    }
    return sent;
  }
}

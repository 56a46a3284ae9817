package dev.bactrian.kit;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Streams that are all open at once: every one has begun before any goes on. */
public final class ManyStreams {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final int CHUNKS = 10;

  /** How many streams may wait for their first content: its time-out is the default, too. */
  private static final int BEGINNING = 100;

  private ManyStreams() {}

  /**
   * Reads them all and looks that each client got its own, complete.
   *
   * @param provider of {@code openai/gpt-4.1-mini}
   * @param port the gateway's
   * @param whenOpen is run while all are open
   */
  public static void run(ProviderServer provider, int port, int count, Runnable whenOpen)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(count);
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
      for (int i = 0; i < count; i++) {
        assertThat(beginning.tryAcquire(60, TimeUnit.SECONDS)).as("a stream begins").isTrue();
        String user = ",\"user\":\"client" + i + "\"";
        clients.add(RawClient.connect(port).chat(question(MODEL, true, user)));
      }
      assertThat(begun.await(60, TimeUnit.SECONDS)).as("streams that did not begin").isTrue();
      whenOpen.run();
      go.countDown();
      for (int i = 0; i < count; i++) {
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

package dev.bactrian.kit;

import static dev.bactrian.kit.ApiClient.question;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Calls that come all the time: so many whole answers a second, and so many streams that are always
 * open. Where the machine is too slow for the rate, fewer are asked for, and each is still looked
 * at. The provider behind has to be an {@link EchoProvider}.
 */
public final class SteadyLoad implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MOST_WAITING = 100;

  private final ApiClient client;
  private final String model;
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger streamed = new AtomicInteger();
  private volatile boolean stopped;

  private SteadyLoad(ApiClient client, String model) {
    this.client = client;
    this.model = model;
  }

  /** Begins, and returns once the streams are open. */
  public static SteadyLoad start(ApiClient client, String model, int perSecond, int streams) {
    SteadyLoad load = new SteadyLoad(client, model);
    for (int i = 0; i < streams; i++) {
      load.stream();
    }
    load.timer.scheduleAtFixedRate(load::ask, 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
    return load;
  }

  private void ask() {
    if (waiting.get() >= MOST_WAITING) {
      return;
    }
    String text = "question " + asked.incrementAndGet();
    waiting.incrementAndGet();
    client
        .chatting(question(model, false, "").replace("Hi", text))
        .whenComplete(
            (reply, broken) -> {
              if (broken != null || reply.status() != 200 || !reply.text().startsWith(text)) {
                failed(text, reply, broken);
              }
              answered.incrementAndGet();
              waiting.decrementAndGet();
            });
  }

  private void stream() {
    open.incrementAndGet();
    client
        .chatting(question(model, true, ""))
        .whenComplete(
            (reply, broken) -> {
              if (broken != null
                  || reply.status() != 200
                  || !reply.whole()
                  || !reply.events().equals(EchoProvider.EVENTS)) {
                failed("stream", reply, broken);
              }
              streamed.incrementAndGet();
              if (!stopped) {
                stream();
              }
              open.decrementAndGet();
            });
  }

  private void failed(String what, @Nullable Reply reply, @Nullable Throwable broken) {
    failures.add(
        what + ": " + (reply == null ? broken : reply.status() + " " + reply.body()) + "\n");
  }

  /** Asks for nothing more and waits for all that was asked. */
  public SteadyLoad stop() {
    stopped = true;
    timer.shutdown();
    await().atMost(PATIENCE).until(() -> waiting.get() == 0 && open.get() == 0);
    return this;
  }

  /** What went wrong. */
  public List<String> failures() {
    return List.copyOf(failures);
  }

  /** How many whole answers were asked for. */
  public int asked() {
    return asked.get();
  }

  /** How many of them came. */
  public int answered() {
    return answered.get();
  }

  /** How many streams came to their end. */
  public int streamed() {
    return streamed.get();
  }

  /** How many streams are open. */
  public int open() {
    return open.get();
  }

  @Override
  public void close() {
    stopped = true;
    timer.shutdownNow();
  }
}

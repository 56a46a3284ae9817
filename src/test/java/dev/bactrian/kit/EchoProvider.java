package dev.bactrian.kit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A provider for many calls at once: a whole answer repeats the last message, with the header
 * {@value #MARK} behind it where there is one; a stream goes on for some seconds and is always the
 * same.
 */
public final class EchoProvider implements AutoCloseable {
  /** A header that a test can have a kamelet send. */
  public static final String MARK = "x-mark";

  private static final int CHUNKS = 25;
  private static final int TICK_MILLIS = 100;

  /** The data of a stream's events, as the client is to see them. */
  static final List<String> EVENTS = events();

  private final ProviderServer server = ProviderServer.start();
  private final Queue<Iterator<Step>> streams = new ConcurrentLinkedQueue<>();
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

  private interface Step {
    void run() throws IOException;
  }

  /** A provider that is ready. */
  public EchoProvider() {
    forget();
    timer.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static List<String> events() {
    List<String> events = new ArrayList<>();
    events.add(Chunks.role());
    for (int i = 0; i < CHUNKS; i++) {
      events.add(Chunks.content("w" + i + " "));
    }
    events.add(Chunks.finish("stop"));
    events.add(Chunks.DONE);
    return events.stream().map(event -> event.replace("m-1", "gpt-4.1-mini")).toList();
  }

  /** Where the gateway reaches it. */
  public ProviderServer server() {
    return server;
  }

  /** Forgets which calls there were. */
  public void forget() {
    server.always(this::answer);
  }

  private void answer(ProviderCall call) throws IOException {
    if (call.json().path("stream").asBoolean()) {
      call.openStream();
      streams.add(steps(call));
      return;
    }
    String mark = call.header(MARK);
    String text = call.json().at("/messages/0/content").asText();
    call.json(
        200, Chunks.completion(call.member("model"), text + (mark == null ? "" : " " + mark)));
  }

  private static Iterator<Step> steps(ProviderCall call) {
    List<Step> steps = new ArrayList<>();
    EVENTS.forEach(event -> steps.add(() -> call.event(event)));
    steps.add(call::endStream);
    return steps.iterator();
  }

  /** Sends one event of each stream. */
  private void tick() {
    for (Iterator<Iterator<Step>> all = streams.iterator(); all.hasNext(); ) {
      Iterator<Step> stream = all.next();
      try {
        stream.next().run();
      } catch (IOException e) {
        all.remove(); // the gateway has gone, and what its client got will tell
        continue;
      }
      if (!stream.hasNext()) {
        all.remove();
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    server.close();
  }
}

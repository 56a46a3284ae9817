package dev.bactrian.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_OUT)
class GatheringConsoleTest {
  private static final int LINES = 20_000;

  private final PrintStream before = System.out;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final LoggerContext context = new LoggerContext();
  private final GatheringConsole console = new GatheringConsole();
  private final Logger log = context.getLogger("test");

  @BeforeEach
  void start() {
    System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%msg%n");
    encoder.start();
    console.setContext(context);
    console.setEncoder(encoder);
    console.start();
    log.addAppender(console);
  }

  @AfterEach
  void stop() {
    context.stop();
    System.setOut(before);
  }

  private List<String> lines() {
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void aLineThatComesAloneIsWritten() {
    log.info("one");
    await().until(() -> lines().contains("one"));
    log.info("another");
    await().until(() -> lines().equals(List.of("one", "another")));
  }

  @Test
  void aWarningIsWrittenAtOnceWithAllThatCameBefore() {
    log.info("one");
    log.info("two");
    log.warn("three");
    assertThat(lines()).containsExactly("one", "two", "three");
  }

  @Test
  void noLineIsLostOrOutOfOrder() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      String name = "t" + t + " ";
      threads.add(new Thread(() -> IntStream.range(0, LINES).forEach(i -> log.info(name + i))));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    console.stop();

    List<String> all = lines();
    assertThat(all).hasSize(4 * LINES);
    for (int t = 0; t < 4; t++) {
      String name = "t" + t + " ";
      assertThat(all.stream().filter(line -> line.startsWith(name)))
          .containsExactlyElementsOf(IntStream.range(0, LINES).mapToObj(i -> name + i).toList());
    }
  }

  @Test
  void whatComesWhenTheProcessEndsIsWrittenAtOnce() {
    log.info("one");
    console.stop();
    assertThat(lines()).containsExactly("one");
  }
}

package dev.bactrian.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SseReaderTest {
  private static final int LIMIT = 1 << 16;

  static List<Arguments> streams() {
    return List.of(
        Arguments.of("line feeds", "data: a\n\ndata: b\n\n", List.of("a", "b")),
        Arguments.of("carriage returns", "data: a\r\rdata: b\r\r", List.of("a", "b")),
        Arguments.of("both", "data: a\r\n\r\ndata: b\r\n\r\n", List.of("a", "b")),
        Arguments.of(
            "a mixture", "data: a\r\n\ndata: b\n\r\ndata: c\r\r\n", List.of("a", "b", "c")),
        Arguments.of("no blank after the colon", "data:a\n\ndata:  b\n\n", List.of("a", " b")),
        Arguments.of("a byte order mark", "\uFEFFdata: a\n\n", List.of("a")),
        Arguments.of("a comment", ": keep-alive\n\ndata: a\n: x\n\n:\n\n", List.of("a")),
        Arguments.of("a comment inside", "data: a\n: x\ndata: b\n\n", List.of("a\nb")),
        Arguments.of("several data lines", "data: a\ndata: b\ndata: c\n\n", List.of("a\nb\nc")),
        Arguments.of("empty data lines", "data: a\ndata:\ndata\ndata: b\n\n", List.of("a\n\n\nb")),
        Arguments.of("empty data only", "data:\n\ndata: \n\ndata\n\n", List.of()),
        Arguments.of("unknown fields", "id: 1\nretry: 5\nfoo\ndata: a\nid\n\n", List.of("a")),
        Arguments.of(
            "fields that only begin alike", "database: x\ndat: y\ndata: a\n\n", List.of("a")),
        Arguments.of(
            "a named event", "event: ping\ndata: a\n\ndata: b\n\n", List.of("ping:a", "b")),
        Arguments.of("a name without data", "event: ping\n\ndata: a\n\n", List.of("a")),
        Arguments.of("no last blank line", "data: a\n\ndata: b\n", List.of("a", "b")),
        Arguments.of("no last line end", "data: a\n\ndata: [DONE]", List.of("a", "[DONE]")),
        Arguments.of("a carriage return last", "data: a\n\ndata: b\r", List.of("a", "b")),
        Arguments.of("many blank lines", "\n\n\r\n\r\ndata: a\n\n\n\n\n", List.of("a")),
        Arguments.of("long characters", "data: ü🐫漢\n\ndata: 🐪\n\n", List.of("ü🐫漢", "🐪")),
        Arguments.of("nothing", "", List.of()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  void aStreamIsReadWhole(String name, String stream, List<String> events) {
    assertThat(read(stream.getBytes(StandardCharsets.UTF_8))).isEqualTo(events);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  void aStreamMayBeSplitAnywhere(String name, String stream, List<String> events) {
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second++) {
        assertThat(read(bytes, first, second))
            .as("split at %s and %s", first, second)
            .isEqualTo(events);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  void aStreamMayComeByteForByte(String name, String stream, List<String> events) {
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    int[] everywhere = new int[bytes.length];
    Arrays.setAll(everywhere, i -> i);
    assertThat(read(bytes, everywhere)).isEqualTo(events);
  }

  @Test
  void anEventLongerThanTheLimitEndsTheReading() {
    SseReader reader = new SseReader((name, bytes, offset, length) -> {}, 100);

    assertThat(reader.read(utf8("data: " + "x".repeat(50)))).isTrue();
    assertThat(reader.read(utf8("x".repeat(100)))).isFalse();
  }

  @Test
  void anEventOfManyLinesLongerThanTheLimitEndsTheReading() {
    SseReader reader = new SseReader((name, bytes, offset, length) -> {}, 100);
    boolean within = true;
    int lines = 0;
    while (within && lines < 1000) {
      within = reader.read(utf8("data: x\n"));
      lines++;
    }

    assertThat(within).isFalse();
  }

  @Test
  void commentsInsideAnEventCannotFillTheMemory() {
    SseReader reader = new SseReader((name, bytes, offset, length) -> {}, 100);
    reader.read(utf8("data: x\n"));
    boolean within = true;
    int lines = 0;
    while (within && lines < 1000) {
      within = reader.read(utf8(": x\n"));
      lines++;
    }

    assertThat(within).isFalse();
  }

  @Test
  void commentsBetweenEventsMayGoOnForEver() {
    List<String> events = new ArrayList<>();
    SseReader reader = reader(events, 100);
    for (int i = 0; i < 1000; i++) {
      assertThat(reader.read(utf8(": keep-alive\n\n"))).isTrue();
    }
    reader.read(utf8("data: a\n\n"));

    assertThat(events).containsExactly("a");
  }

  @Test
  void manyEventsInOneReadMayBeLongerThanTheLimit() {
    List<String> events = new ArrayList<>();

    assertThat(reader(events, 100).read(utf8("data: x\n\n".repeat(1000)))).isTrue();
    assertThat(events).hasSize(1000);
  }

  private static List<String> read(byte[] stream, int... splits) {
    List<String> events = new ArrayList<>();
    SseReader reader = reader(events, LIMIT);
    int from = 0;
    for (int to : splits) {
      assertThat(reader.read(Arrays.copyOfRange(stream, from, to))).isTrue();
      from = to;
    }
    assertThat(reader.read(Arrays.copyOfRange(stream, from, stream.length))).isTrue();
    reader.finish();
    return events;
  }

  private static SseReader reader(List<String> events, int limit) {
    return new SseReader(
        (name, bytes, offset, length) -> {
          String data = new String(bytes, offset, length, StandardCharsets.UTF_8);
          events.add(name == null ? data : name + ":" + data);
        },
        limit);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

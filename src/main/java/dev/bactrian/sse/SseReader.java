package dev.bactrian.sse;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits bytes into server-sent events: any line ending, any split between reads, comments and
 * unknown fields passed over, several data lines joined by a line feed.
 */
public final class SseReader implements EventReader {
  /** Takes each event. */
  public interface Handler {
    /**
     * One event.
     *
     * @param name the {@code event:} field, null where there is none
     * @param bytes holds the data; only valid during the call
     * @param offset where the data starts
     * @param length its length in bytes
     */
    void event(@Nullable String name, byte[] bytes, int offset, int length);
  }

  private static final byte[] DATA = {'d', 'a', 't', 'a'};
  private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};

  private final Handler handler;
  private final int limit;
  private byte[] buffer = new byte[0];
  private int lineStart;
  private int scanned;
  private int end;
  private boolean skipLineFeed;
  private boolean first = true;

  private int dataStart = -1;
  private int dataEnd;
  private byte @Nullable [] joined;
  private @Nullable String name;

  /**
   * A reader at the start of a stream.
   *
   * @param limit the longest event, in bytes
   */
  public SseReader(Handler handler, int limit) {
    this.handler = handler;
    this.limit = limit;
  }

  @Override
  public boolean read(byte[] bytes) {
    append(bytes);
    if (first && end >= 3) {
      first = false;
      if (buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF) {
        lineStart = 3;
        scanned = 3;
      }
    }
    while (scanned < end) {
      byte b = buffer[scanned];
      if (b == '\n' && skipLineFeed) {
        skipLineFeed = false;
        scanned++;
        lineStart = scanned;
        continue;
      }
      skipLineFeed = false;
      if (b == '\n' || b == '\r') {
        skipLineFeed = b == '\r';
        line(lineStart, scanned);
        scanned++;
        lineStart = scanned;
      } else {
        scanned++;
      }
    }
    return end - keptFrom() <= limit && (joined == null || joined.length <= limit);
  }

  @Override
  public void finish() {
    if (lineStart < end) {
      line(lineStart, end);
      lineStart = end;
    }
    dispatch();
  }

  /** Where the bytes begin that the event under way still needs. */
  private int keptFrom() {
    return dataStart >= 0 ? Math.min(dataStart, lineStart) : lineStart;
  }

  private void append(byte[] bytes) {
    int keepFrom = keptFrom();
    if (keepFrom == end) {
      buffer = bytes;
      lineStart = 0;
      scanned = 0;
      end = bytes.length;
      return;
    }
    int kept = end - keepFrom;
    byte[] target =
        kept + bytes.length <= buffer.length && keepFrom > 0
            ? buffer
            : new byte[Math.max(kept + bytes.length, 2 * kept)];
    System.arraycopy(buffer, keepFrom, target, 0, kept);
    System.arraycopy(bytes, 0, target, kept, bytes.length);
    buffer = target;
    lineStart -= keepFrom;
    scanned -= keepFrom;
    if (dataStart >= 0) {
      dataStart -= keepFrom;
      dataEnd -= keepFrom;
    }
    end = kept + bytes.length;
  }

  private void line(int from, int to) {
    if (from == to) {
      dispatch();
    } else if (isField(DATA, from, to)) {
      data(valueStart(from + DATA.length, to), to);
    } else if (isField(EVENT, from, to)) {
      int start = valueStart(from + EVENT.length, to);
      name = new String(buffer, start, to - start, java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  private boolean isField(byte[] field, int from, int to) {
    int colon = from + field.length;
    return colon <= to
        && Arrays.equals(buffer, from, colon, field, 0, field.length)
        && (colon == to || buffer[colon] == ':');
  }

  private int valueStart(int colon, int to) {
    int start = Math.min(colon + 1, to);
    return start < to && buffer[start] == ' ' ? start + 1 : start;
  }

  private void data(int from, int to) {
    if (joined != null) {
      joined = join(joined, 0, joined.length, from, to);
    } else if (dataStart >= 0) {
      joined = join(buffer, dataStart, dataEnd, from, to);
      dataStart = -1;
    } else {
      dataStart = from;
      dataEnd = to;
    }
  }

  private byte[] join(byte[] head, int headFrom, int headTo, int from, int to) {
    int length = headTo - headFrom;
    byte[] both = Arrays.copyOf(Arrays.copyOfRange(head, headFrom, headTo), length + 1 + to - from);
    both[length] = '\n';
    System.arraycopy(buffer, from, both, length + 1, to - from);
    return both;
  }

  private void dispatch() {
    byte[] several = joined;
    String event = name;
    int start = dataStart;
    joined = null;
    name = null;
    dataStart = -1;
    if (several != null) {
      handler.event(event, several, 0, several.length);
    } else if (start >= 0 && dataEnd > start) {
      handler.event(event, buffer, start, dataEnd - start);
    }
  }
}

package dev.bactrian.dialect;

import dev.bactrian.chat.TokenMeter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Knows a chunk again that differs from the last one of its stream in nothing but a plain text, as
 * most chunks do. What was read of the last one holds for it, so it need not be parsed.
 */
final class AlikeChunk {
  private final TokenMeter meter;
  private @Nullable OpenAiChunk last;
  private byte[] head = {};
  private byte[] tail = {};

  /**
   * None is known yet.
   *
   * @param meter counts the text of those that are known again
   */
  AlikeChunk(TokenMeter meter) {
    this.meter = meter;
  }

  /** What such a chunk says, or null when it must be read. */
  @Nullable OpenAiChunk find(byte[] bytes, int offset, int length) {
    int text = offset + head.length;
    int rest = offset + length - tail.length;
    if (last == null
        || rest <= text
        || !Arrays.equals(bytes, offset, text, head, 0, head.length)
        || !Arrays.equals(bytes, rest, offset + length, tail, 0, tail.length)) {
      return null;
    }
    for (int i = text; i < rest; i++) {
      byte b = bytes[i];
      if (b < ' ' || b == '"' || b == '\\') { // those beyond ASCII are negative
        return null;
      }
    }
    meter.addAscii(rest - text);
    return last;
  }

  /** Remembers a chunk that was read and passed on. */
  void learn(OpenAiChunk chunk, byte[] bytes, int offset, int length) {
    if (chunk != last
        && chunk.isPlainText()
        && chunk.textStart > 0
        && bytes[offset + chunk.textStart - 1] == '"'
        && bytes[offset + chunk.textEnd] == '"') {
      last = chunk;
      head = Arrays.copyOfRange(bytes, offset, offset + chunk.textStart);
      tail = Arrays.copyOfRange(bytes, offset + chunk.textEnd, offset + length);
    }
  }
}

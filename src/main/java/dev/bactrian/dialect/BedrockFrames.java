package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.sse.EventReader;
import dev.bactrian.sse.SseReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/**
 * Splits bytes into the frames of {@code application/vnd.amazon.eventstream}: lengths, headers, a
 * payload and checksums. AWS's library decodes each frame; its own splitter is not used, since it
 * holds two mebibytes for every stream.
 */
final class BedrockFrames implements EventReader {
  /** What the names of events that tell of a failure begin with; no event's own name does. */
  static final String FAILURE = ":";

  private static final int PRELUDE = 8;
  private static final int LEAST = 16;

  private final SseReader.Handler handler;
  private final int limit;
  private byte[] buffer = new byte[0];
  private int start;
  private int end;
  private boolean broken;

  /**
   * A reader at the start of a stream.
   *
   * @param limit the longest frame, in bytes
   */
  BedrockFrames(SseReader.Handler handler, int limit) {
    this.handler = handler;
    this.limit = limit;
  }

  @Override
  public boolean read(byte[] bytes) {
    append(bytes);
    while (!broken && end - start >= LEAST) {
      long length = Integer.toUnsignedLong(ByteBuffer.wrap(buffer).getInt(start));
      if (!isSound() || length < LEAST) {
        damaged();
      } else if (length > limit) {
        broken = true;
      } else if (length > end - start) {
        break;
      } else {
        frame(ByteBuffer.wrap(buffer, start, (int) length).slice());
        start += (int) length;
      }
    }
    return !broken;
  }

  private void append(byte[] bytes) {
    int kept = end - start;
    byte[] target =
        kept + bytes.length <= buffer.length
            ? buffer
            : new byte[Math.max(kept + bytes.length, 2 * kept)];
    System.arraycopy(buffer, start, target, 0, kept);
    System.arraycopy(bytes, 0, target, kept, bytes.length);
    buffer = target;
    start = 0;
    end = kept + bytes.length;
  }

  /** A frame without its end tells nothing. */
  @Override
  public void finish() {}

  /** Whether the lengths are those that were sent: nothing else may be waited for. */
  private boolean isSound() {
    CRC32 checksum = new CRC32();
    checksum.update(buffer, start, PRELUDE);
    return (int) checksum.getValue() == ByteBuffer.wrap(buffer).getInt(start + PRELUDE);
  }

  private void frame(ByteBuffer bytes) {
    Message message;
    try {
      message = Message.decode(bytes);
    } catch (RuntimeException e) {
      damaged();
      return;
    }
    byte[] payload = message.getPayload();
    Map<String, HeaderValue> headers = message.getHeaders();
    switch (text(headers, ":message-type", "event")) {
      case "event" -> handler.event(text(headers, ":event-type", ""), payload, 0, payload.length);
      case "exception" -> failure(text(headers, ":exception-type", ""), payload);
      case "error" ->
          failure(
              text(headers, ":error-code", ""),
              utf8(text(headers, ":error-message", "The provider's stream broke off.")));
      default -> {}
    }
  }

  private static String text(Map<String, HeaderValue> headers, String name, String otherwise) {
    HeaderValue value = headers.get(name);
    try {
      return value == null ? otherwise : value.getString();
    } catch (RuntimeException e) {
      return otherwise;
    }
  }

  private void damaged() {
    broken = true;
    failure("", utf8("The provider's stream is damaged."));
  }

  private void failure(String type, byte[] payload) {
    byte[] json = payload;
    if (ErrorText.object(payload) == null) {
      ObjectNode wrapped = Json.MAPPER.createObjectNode();
      json = utf8(wrapped.put("message", new String(payload, StandardCharsets.UTF_8)).toString());
    }
    handler.event(FAILURE + type, json, 0, json.length);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

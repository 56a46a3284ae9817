package dev.bactrian.simulator;

import dev.bactrian.kit.ProviderCall;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Frames of {@code application/vnd.amazon.eventstream}. See
 * https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html.
 */
public final class AwsFrames {
  private AwsFrames() {}

  /** An event. */
  public static byte[] event(String type, String payload) {
    return frame(
        payload,
        ":event-type",
        type,
        ":content-type",
        "application/json",
        ":message-type",
        "event");
  }

  /** An exception in place of an event. */
  public static byte[] exception(String type, String payload) {
    return frame(
        payload,
        ":exception-type",
        type,
        ":content-type",
        "application/json",
        ":message-type",
        "exception");
  }

  /** A frame; headers are names and values in turn. */
  public static byte[] frame(String payload, String... headers) {
    try {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(all);
      for (int i = 0; i < headers.length; i += 2) {
        byte[] name = headers[i].getBytes(StandardCharsets.UTF_8);
        byte[] value = headers[i + 1].getBytes(StandardCharsets.UTF_8);
        out.writeByte(name.length);
        out.write(name);
        out.writeByte(7);
        out.writeShort(value.length);
        out.write(value);
      }
      byte[] head = all.toByteArray();
      byte[] body = payload.getBytes(StandardCharsets.UTF_8);
      ByteBuffer frame = ByteBuffer.allocate(16 + head.length + body.length);
      frame.putInt(frame.capacity()).putInt(head.length).putInt(crc(frame.array(), 8));
      frame.put(head).put(body);
      return frame.putInt(crc(frame.array(), frame.position())).array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** Sends the head of a stream. */
  static void open(ProviderCall call) throws IOException {
    call.raw(
        "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\n"
            + "x-amzn-requestid: 01-simulated\r\ntransfer-encoding: chunked\r\n\r\n");
  }

  /** Sends a frame in two pieces. */
  static void send(ProviderCall call, byte[] frame) throws IOException {
    int half = frame.length / 2;
    for (byte[] piece :
        new byte[][] {Arrays.copyOf(frame, half), Arrays.copyOfRange(frame, half, frame.length)}) {
      call.raw(Integer.toHexString(piece.length) + "\r\n");
      call.raw(piece);
      call.raw("\r\n");
    }
  }
}

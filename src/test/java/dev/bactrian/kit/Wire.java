package dev.bactrian.kit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A message in the wire format of protocol buffers, by the numbers of its fields. */
final class Wire {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;

  private final byte[] bytes;

  Wire(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The messages of a field. */
  List<Wire> all(int field) {
    return fields().messages.getOrDefault(field, List.of());
  }

  /** A number, 0 where it is not there. */
  long number(int field) {
    return fields().numbers.getOrDefault(field, 0L);
  }

  /** Text, empty where it is not there. */
  String text(int field) {
    List<Wire> values = all(field);
    return values.isEmpty() ? "" : values.get(0).text();
  }

  /** Bytes in hexadecimal, empty where they are not there. */
  String hex(int field) {
    List<Wire> values = all(field);
    return values.isEmpty() ? "" : HexFormat.of().formatHex(values.get(0).bytes);
  }

  /** All of it as text. */
  String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private record Fields(Map<Integer, List<Wire>> messages, Map<Integer, Long> numbers) {}

  private Fields fields() {
    Fields fields = new Fields(new TreeMap<>(), new TreeMap<>());
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      long tag = varint(in);
      int field = (int) (tag >>> 3);
      switch ((int) (tag & 7)) {
        case VARINT -> fields.numbers.put(field, varint(in));
        case FIXED_64 -> fields.numbers.put(field, in.getLong());
        case FIXED_32 -> fields.numbers.put(field, (long) in.getInt());
        case BYTES -> {
          byte[] value = new byte[(int) varint(in)];
          in.get(value);
          fields.messages.computeIfAbsent(field, none -> new ArrayList<>()).add(new Wire(value));
        }
        default -> throw new IllegalStateException("tag " + tag);
      }
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}

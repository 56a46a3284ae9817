package dev.bactrian.ledger;

import dev.bactrian.ledger.LedgerRow.Ending;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Rows as the journal holds them: a byte for the version, one for the ending and two for flags,
 * then texts (length plus one and UTF-8; 0 for null) and whole numbers (seven bits a byte, the
 * lowest first), in the order in which they are written here. A later version appends.
 */
final class RowCodec {
  private static final byte VERSION = 1;
  private static final Ending[] ENDINGS = Ending.values();

  private static final int ESTIMATED = 1;
  private static final int STREAM = 1 << 1;
  private static final int COST = 1 << 2;
  private static final int PRICED = 1 << 3;
  private static final int FIRST_TOKEN = 1 << 4;
  private static final int DURATION = 1 << 5;

  private RowCodec() {}

  /**
   * Appends a row.
   *
   * @throws java.nio.BufferOverflowException when there is no room for it
   */
  static void write(LedgerRow row, ByteBuffer out) {
    out.put(VERSION).put((byte) row.outcome().ordinal()).putShort((short) flags(row));
    text(row.id(), out);
    number(row.started(), out);
    text(row.key(), out);
    text(row.owner(), out);
    text(row.asked(), out);
    text(row.model(), out);
    text(row.provider(), out);
    text(row.upstream(), out);
    number(row.attempts(), out);
    text(row.failed(), out);
    number(row.prompt(), out);
    number(row.cached(), out);
    number(row.cacheWrite(), out);
    number(row.completion(), out);
    number(row.reasoning(), out);
    optional(row.cost(), out);
    text(row.currency(), out);
    optional(row.priced() == null ? null : Long.valueOf(row.priced().toEpochDay()), out);
    optional(row.firstToken(), out);
    optional(row.duration(), out);
    text(row.error(), out);
    number(row.status(), out);
  }

  private static int flags(LedgerRow row) {
    return (row.estimated() ? ESTIMATED : 0)
        | (row.stream() ? STREAM : 0)
        | (row.cost() == null ? 0 : COST)
        | (row.priced() == null ? 0 : PRICED)
        | (row.firstToken() == null ? 0 : FIRST_TOKEN)
        | (row.duration() == null ? 0 : DURATION);
  }

  private static void optional(@Nullable Long value, ByteBuffer out) {
    if (value != null) {
      number(value, out);
    }
  }

  private static void number(long value, ByteBuffer out) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  private static void text(@Nullable String text, ByteBuffer out) {
    if (text == null) {
      out.put((byte) 0);
      return;
    }
    int length = text.length();
    int start = out.position();
    number(length + 1, out);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.position(start);
        number(bytes.length + 1, out);
        out.put(bytes);
        return;
      }
      out.put((byte) c);
    }
  }

  /**
   * Reads what {@link #write} wrote, by this version or a later one.
   *
   * @throws IOException when it is no row
   */
  static LedgerRow read(ByteBuffer in) throws IOException {
    try {
      if (in.get() < VERSION) {
        throw new IOException("A row of the ledger has no version.");
      }
      return fields(in);
    } catch (BufferUnderflowException | IllegalArgumentException | DateTimeException e) {
      throw new IOException("A row of the ledger cannot be read.", e);
    }
  }

  private static LedgerRow fields(ByteBuffer in) {
    byte ending = in.get();
    if (ending < 0 || ending >= ENDINGS.length) {
      throw new IllegalArgumentException("ending " + ending);
    }
    int flags = in.getShort();
    return new LedgerRow(
        String.valueOf(text(in)),
        number(in),
        text(in),
        text(in),
        text(in),
        text(in),
        text(in),
        text(in),
        (int) number(in),
        text(in),
        number(in),
        number(in),
        number(in),
        number(in),
        number(in),
        (flags & ESTIMATED) != 0,
        optional(flags & COST, in),
        text(in),
        (flags & PRICED) == 0 ? null : LocalDate.ofEpochDay(number(in)),
        optional(flags & FIRST_TOKEN, in),
        optional(flags & DURATION, in),
        ENDINGS[ending],
        text(in),
        (int) number(in),
        (flags & STREAM) != 0);
  }

  private static @Nullable Long optional(int flag, ByteBuffer in) {
    return flag == 0 ? null : Long.valueOf(number(in));
  }

  private static long number(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number has no end");
  }

  private static @Nullable String text(ByteBuffer in) {
    long length = number(in) - 1;
    if (length < 0) {
      return null;
    }
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    int start = in.position();
    in.position(start + (int) length);
    return new String(in.array(), in.arrayOffset() + start, (int) length, StandardCharsets.UTF_8);
  }
}

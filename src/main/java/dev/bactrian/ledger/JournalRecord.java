package dev.bactrian.ledger;

import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One record of the journal. In the file: the payload's length and its CRC32C, four bytes each,
 * then the payload: one byte for the kind, and the row as {@link RowCodec} writes it.
 *
 * @param kind what the row is
 * @param row the row
 */
record JournalRecord(Kind kind, LedgerRow row) {
  /** What comes before the payload. */
  static final int HEAD = 8;

  /** No record is longer; a length beyond it is not one. */
  static final int LONGEST = 1 << 16;

  private static final Kind[] KINDS = Kind.values();

  /** What a record's row is. The order stays: the journal holds numbers. */
  enum Kind {
    /** The row to be written if nothing more is heard of the call. */
    BEGUN,
    /** The call's row. */
    ENDED
  }

  /**
   * Appends it.
   *
   * @param out a buffer of an array
   * @throws BufferOverflowException when it is longer than a record may be, or than the buffer
   */
  void write(ByteBuffer out, CRC32C crc) {
    int start = out.position();
    try {
      out.position(Math.min(out.limit(), start + HEAD));
      out.put((byte) kind.ordinal());
      RowCodec.write(row, out);
      int length = out.position() - start - HEAD;
      if (length > LONGEST) {
        throw new BufferOverflowException();
      }
      out.putInt(start, length).putInt(start + 4, checksum(crc, out.array(), start + HEAD, length));
    } catch (BufferOverflowException e) {
      out.position(start);
      throw e;
    }
  }

  /**
   * Reads a payload.
   *
   * @throws IOException when it is none
   */
  static JournalRecord read(ByteBuffer payload) throws IOException {
    byte kind = payload.get();
    if (kind < 0 || kind >= KINDS.length) {
      throw new IOException("A record of the journal has the unknown kind " + kind + ".");
    }
    return new JournalRecord(KINDS[kind], RowCodec.read(payload));
  }

  static int checksum(CRC32C crc, byte[] bytes, int offset, int length) {
    crc.reset();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}

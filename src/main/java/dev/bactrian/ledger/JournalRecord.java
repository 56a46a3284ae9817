package dev.bactrian.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * One record of the journal. In the file: the payload's length and its CRC32C, four bytes each,
 * then the payload: one byte for the kind, one for the id's length, the id, and the row's JSON.
 *
 * @param kind what the row is
 * @param id the request id
 * @param json the row
 */
record JournalRecord(Kind kind, String id, byte[] json) {
  /** What comes before the payload. */
  static final int HEAD = 8;

  /** No payload is longer; a length beyond it is not one. */
  static final int LONGEST = 1 << 20;

  /** What a record's row is. */
  enum Kind {
    /** The row to be written if nothing more is heard of the call. */
    BEGUN,
    /** The call's row. */
    ENDED
  }

  static JournalRecord of(Kind kind, LedgerRow row) {
    return new JournalRecord(kind, row.id(), row.json());
  }

  /** Whether a buffer can take it. */
  boolean fits(ByteBuffer out) {
    return size() <= out.remaining();
  }

  /** Bytes in the file. */
  int size() {
    return HEAD + 2 + idBytes().length + json.length;
  }

  /** Appends it. */
  void write(ByteBuffer out) {
    byte[] name = idBytes();
    int start = out.position();
    out.position(start + HEAD);
    out.put((byte) kind.ordinal()).put((byte) name.length).put(name).put(json);
    int length = out.position() - start - HEAD;
    out.putInt(start, length).putInt(start + 4, checksum(out.array(), start + HEAD, length));
  }

  private byte[] idBytes() {
    return id.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Reads a payload. */
  static JournalRecord read(byte[] payload) {
    int idLength = payload[1] & 0xff;
    Kind kind = payload[0] == Kind.BEGUN.ordinal() ? Kind.BEGUN : Kind.ENDED;
    String id = new String(payload, 2, idLength, StandardCharsets.ISO_8859_1);
    return new JournalRecord(
        kind, id, java.util.Arrays.copyOfRange(payload, 2 + idLength, payload.length));
  }

  static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}

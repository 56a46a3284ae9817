package dev.bactrian.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal file from some place on, up to its end or to the first torn record. The file may
 * be written meanwhile.
 */
final class JournalReader implements Closeable {
  private static final int BUFFER = 4 * JournalRecord.LONGEST;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).flip();
  private final CRC32C crc = new CRC32C();
  private final long end;
  private long position;
  private boolean damaged;

  /**
   * A reader.
   *
   * @param from where a record begins
   * @param to where to stop
   */
  JournalReader(Path file, long from, long to) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.READ);
    channel.position(from);
    position = from;
    end = Math.min(to, channel.size());
  }

  /** The next record, null at the end of what is sound. */
  @Nullable JournalRecord next() throws IOException {
    if (damaged || !has(JournalRecord.HEAD)) {
      return null;
    }
    int start = buffer.position();
    int length = buffer.getInt(start);
    int checksum = buffer.getInt(start + 4);
    if (length < 2 || length > JournalRecord.LONGEST) {
      damaged = true;
      return null;
    }
    if (!has(JournalRecord.HEAD + length)) {
      return null;
    }
    int payload = buffer.position() + JournalRecord.HEAD;
    if (checksum != JournalRecord.checksum(crc, buffer.array(), payload, length)) {
      damaged = true;
      return null;
    }
    ByteBuffer row = buffer.slice(payload, length);
    buffer.position(payload + length);
    position += JournalRecord.HEAD + length;
    return JournalRecord.read(row);
  }

  /** Whether so many bytes are there, read into the buffer. */
  private boolean has(int bytes) throws IOException {
    if (end - position < bytes) {
      return false;
    }
    if (buffer.remaining() < bytes) {
      buffer.compact();
      int read = 0;
      while (buffer.position() < bytes && read >= 0) {
        read = channel.read(buffer);
      }
      buffer.flip();
    }
    return buffer.remaining() >= bytes;
  }

  /** Where the next record begins: all before it is sound. */
  long position() {
    return position;
  }

  /**
   * Whether what follows is not a record, which no process that was killed leaves behind: it leaves
   * a record that is too short at most.
   */
  boolean damaged() {
    return damaged;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

package dev.bactrian.ledger;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Reads a journal file from some place on, up to its end or to the first torn record. */
final class JournalReader implements Closeable {
  private final DataInputStream in;
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
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    channel.position(from);
    InputStream bytes = Channels.newInputStream(channel);
    this.in = new DataInputStream(new BufferedInputStream(bytes, 1 << 16));
    this.position = from;
    this.end = Math.min(to, channel.size());
  }

  /** The next record, null at the end of what is sound. */
  @Nullable JournalRecord next() throws IOException {
    if (damaged || end - position < JournalRecord.HEAD) {
      return null;
    }
    int length = in.readInt();
    int checksum = in.readInt();
    boolean possible = length >= 2 && length <= JournalRecord.LONGEST;
    if (possible && end - position - JournalRecord.HEAD < length) {
      return null;
    }
    byte[] payload = possible ? in.readNBytes(length) : new byte[0];
    if (!possible || checksum != JournalRecord.checksum(payload, 0, length)) {
      damaged = true;
      return null;
    }
    position += JournalRecord.HEAD + length;
    return JournalRecord.read(payload);
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
    in.close();
  }
}

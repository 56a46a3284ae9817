package dev.bactrian.ledger;

import dev.bactrian.ledger.JournalRecord.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records to files, a new one each day and every few megabytes; a file begins with the calls
 * that are under way, so that older ones are needed for nothing but their rows. Used by one thread.
 */
final class JournalWriter {
  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
  private static final int BUFFER = 8 * JournalRecord.LONGEST;
  private static final long RECORD = 256;
  static final long SEGMENT = 16L << 20;

  private final JournalFolder folder;
  private final Deque<Segment> segments;
  private final JournalDisk disk;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private final CRC32C crc = new CRC32C();
  private final Map<String, LedgerRow> open = new LinkedHashMap<>();
  private @Nullable Segment segment;
  private @Nullable FileChannel channel;

  JournalWriter(JournalFolder folder, Deque<Segment> segments, JournalDisk disk) {
    this.folder = folder;
    this.segments = segments;
    this.disk = disk;
  }

  /** Gets ready for records of calls that have ended by now. */
  void prepare() {
    if (segment != null && folder.isAnotherDay()) {
      turn();
    }
  }

  /** The file to write to, a new one where there is none. */
  private FileChannel file() throws IOException {
    FileChannel file = channel;
    if (file != null) {
      return file;
    }
    Segment next = folder.next();
    file = FileChannel.open(next.file(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    segment = next;
    channel = file;
    folder.force();
    buffer.clear();
    for (LedgerRow call : open.values()) {
      put(file, new JournalRecord(Kind.BEGUN, call));
    }
    empty(file);
    next.written(file.position());
    segments.add(next);
    return file;
  }

  /** Takes a record, which is in the file after the next {@link #flush}. */
  void write(JournalRecord record) throws IOException {
    put(file(), record);
    if (record.kind() == Kind.BEGUN) {
      open.put(record.row().id(), record.row());
    } else {
      open.remove(record.row().id());
    }
  }

  private void put(FileChannel out, JournalRecord record) throws IOException {
    if (buffer.remaining() < 2 * JournalRecord.LONGEST) {
      empty(out);
    }
    record.write(buffer, crc);
  }

  private void empty(FileChannel out) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
    buffer.clear();
  }

  /**
   * Writes what was taken: from then on it outlives the process.
   *
   * @param waiting who wants to know when it outlives the machine, too
   */
  void flush(List<CompletableFuture<Void>> waiting) throws IOException {
    FileChannel out = waiting.isEmpty() ? channel : file();
    Segment current = segment;
    if (out == null || current == null) {
      return;
    }
    empty(out);
    current.written(out.position());
    disk.force(out, current, waiting);
    if (current.written() > SEGMENT + open.size() * RECORD) {
      turn();
    }
  }

  /** Goes on in a new file, by and by. */
  private void turn() {
    close();
    segment = null;
  }

  /** Takes back what was written since the last flush; the next record goes to a new file. */
  void rollback() {
    buffer.clear();
    try {
      if (channel != null && segment != null) {
        channel.truncate(segment.written());
      }
    } catch (IOException e) {
      LOG.error("{} cannot be cut: rows may be in the journal twice", segment, e);
    }
    turn();
  }

  /** Whether calls are under way that have not ended. */
  boolean hasOpenCalls() {
    return !open.isEmpty();
  }

  void close() {
    if (channel != null && segment != null) {
      disk.finish(channel, segment);
      channel = null;
    }
  }
}

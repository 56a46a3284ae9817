package dev.bactrian.ledger;

import dev.bactrian.ledger.JournalRecord.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records to files, a new one every few megabytes; a file begins with the calls that are
 * under way, so that older ones are needed for nothing but their rows. Used by one thread.
 */
final class JournalWriter {
  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
  private static final int BUFFER = 2 * JournalRecord.LONGEST;
  static final long SEGMENT = 8L << 20;

  private final JournalFolder folder;
  private final Deque<Segment> segments;
  private final JournalDisk disk;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private final Map<String, JournalRecord> open = new LinkedHashMap<>();
  private final List<JournalRecord> unwritten = new ArrayList<>();
  private @Nullable FileChannel channel;
  private Segment segment;

  JournalWriter(JournalFolder folder, Deque<Segment> segments, JournalDisk disk)
      throws IOException {
    this.folder = folder;
    this.segments = segments;
    this.disk = disk;
    this.segment = new Segment(folder.next());
    begin();
  }

  /** Begins a file; those before it are sealed once it is safe. */
  private FileChannel begin() throws IOException {
    FileChannel begun =
        FileChannel.open(segment.file(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channel = begun;
    folder.force();
    for (JournalRecord call : open.values()) {
      put(begun, call);
    }
    empty(begun);
    segment.written(begun.position());
    segments.add(segment);
    return begun;
  }

  /** Takes a record, which is in the file after the next {@link #flush}. */
  void write(JournalRecord record) throws IOException {
    put(channel == null ? begin() : channel, record);
    unwritten.add(record);
  }

  private void put(FileChannel out, JournalRecord record) throws IOException {
    if (!record.fits(buffer)) {
      empty(out);
    }
    record.write(buffer);
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
    FileChannel out = channel == null ? begin() : channel;
    empty(out);
    segment.written(out.position());
    for (JournalRecord record : unwritten) {
      if (record.kind() == Kind.BEGUN) {
        open.put(record.id(), record);
      } else {
        open.remove(record.id());
      }
    }
    unwritten.clear();
    disk.force(out, segment, waiting);
    if (segment.written() > SEGMENT + openBytes()) {
      turn();
    }
  }

  private long openBytes() {
    return open.isEmpty() ? 0 : open.size() * (long) open.values().iterator().next().size();
  }

  /** Goes on in a new file, by and by. */
  private void turn() {
    close();
    segment = new Segment(folder.next());
  }

  /** Takes back what was written since the last flush; the next record goes to a new file. */
  void rollback() {
    buffer.clear();
    unwritten.clear();
    try {
      if (channel != null) {
        channel.truncate(segment.written());
      }
    } catch (IOException e) {
      LOG.debug("{} cannot be cut", segment.file(), e);
    }
    turn();
  }

  /** Whether calls are under way that have not ended. */
  boolean hasOpenCalls() {
    return !open.isEmpty();
  }

  void close() {
    if (channel != null) {
      disk.finish(channel, segment);
      channel = null;
    }
  }
}

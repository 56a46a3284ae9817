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
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private final Map<String, JournalRecord> open = new LinkedHashMap<>();
  private final List<JournalRecord> uncommitted = new ArrayList<>();
  private @Nullable FileChannel channel;
  private Segment segment;

  JournalWriter(JournalFolder folder, Deque<Segment> segments) throws IOException {
    this.folder = folder;
    this.segments = segments;
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
    flush(begun);
    begun.force(false);
    segment.committed(begun.position());
    segments.forEach(Segment::seal);
    segments.add(segment);
    return begun;
  }

  /** Writes a record, which is safe after the next {@link #commit}. */
  void write(JournalRecord record) throws IOException {
    put(channel == null ? begin() : channel, record);
    uncommitted.add(record);
  }

  private void put(FileChannel out, JournalRecord record) throws IOException {
    if (!record.fits(buffer)) {
      flush(out);
    }
    record.write(buffer);
  }

  private void flush(FileChannel out) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
    buffer.clear();
  }

  /** Makes safe what was written. */
  void commit() throws IOException {
    FileChannel out = channel;
    if (out == null) {
      return;
    }
    flush(out);
    out.force(false);
    segment.committed(out.position());
    for (JournalRecord record : uncommitted) {
      if (record.kind() == Kind.BEGUN) {
        open.put(record.id(), record);
      } else {
        open.remove(record.id());
      }
    }
    uncommitted.clear();
    if (segment.committed() > SEGMENT + openBytes()) {
      turn();
    }
  }

  private long openBytes() {
    return open.isEmpty() ? 0 : open.size() * (long) open.values().iterator().next().size();
  }

  /** Goes on in a new file. */
  private void turn() throws IOException {
    close();
    segment = new Segment(folder.next());
    begin();
  }

  /** Takes back what was written since the last commit; the next record goes to a new file. */
  void rollback() {
    buffer.clear();
    uncommitted.clear();
    try {
      if (channel != null) {
        channel.truncate(segment.committed());
      }
    } catch (IOException e) {
      LOG.debug("{} cannot be cut", segment.file(), e);
    }
    close();
    segment = new Segment(folder.next());
  }

  /** Whether calls are under way that have not ended. */
  boolean hasOpenCalls() {
    return !open.isEmpty();
  }

  void close() {
    FileChannel out = channel;
    channel = null;
    try {
      if (out != null) {
        out.close();
      }
    } catch (IOException e) {
      LOG.debug("{} cannot be closed", segment.file(), e);
    }
  }
}

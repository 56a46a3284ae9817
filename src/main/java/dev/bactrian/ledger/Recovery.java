package dev.bactrian.ledger;

import dev.bactrian.ledger.JournalFiles.JournalFile;
import dev.bactrian.ledger.JournalRecord.Kind;
import dev.bactrian.ledger.LedgerStore.Mark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What earlier processes have left to be done.
 *
 * @param segments their files that are not delivered, the oldest first
 * @param lost the rows of calls that were running when they ended, by request id
 */
record Recovery(List<Segment> segments, Map<String, LedgerRow> lost) {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  /**
   * Reads files, the oldest first.
   *
   * @param mark what is delivered, null where that is not known
   */
  static Recovery of(List<JournalFile> files, @Nullable Mark mark) throws IOException {
    Map<String, LedgerRow> begun = new LinkedHashMap<>();
    List<Segment> segments = new ArrayList<>();
    for (JournalFile file : files) {
      if (mark == null || file.number() >= mark.segment()) {
        Segment segment = read(file, begun);
        if (mark != null && file.number() == mark.segment()) {
          segment.delivered(mark.position());
        }
        segments.add(segment);
      }
    }
    return new Recovery(segments, begun);
  }

  /** A file begins with the calls under way, so nothing before the first one matters. */
  private static Segment read(JournalFile file, Map<String, LedgerRow> begun) throws IOException {
    try (JournalReader reader = new JournalReader(file.path(), 0, Long.MAX_VALUE)) {
      JournalRecord record;
      while ((record = reader.next()) != null) {
        if (record.kind() == Kind.BEGUN) {
          begun.put(record.row().id(), record.row());
        } else {
          begun.remove(record.row().id());
        }
      }
      if (reader.damaged()) {
        LOG.error(
            "{} is damaged after {} bytes; what comes before is delivered, and it is kept",
            file.path(),
            reader.position());
      }
      return new Segment(file.path(), file.number(), reader.position(), reader.damaged());
    }
  }
}

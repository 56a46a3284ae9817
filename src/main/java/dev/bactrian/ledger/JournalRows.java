package dev.bactrian.ledger;

import dev.bactrian.ledger.JournalFiles.JournalFile;
import dev.bactrian.ledger.JournalRecord.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows in a journal, which a gateway may be writing. */
final class JournalRows implements LedgerRows {
  private static final Logger LOG = LoggerFactory.getLogger(JournalRows.class);

  private final Path folder;

  JournalRows(Path folder) {
    this.folder = folder;
  }

  @Override
  public void read(@Nullable LocalDate first, @Nullable LocalDate last, Consumer<LedgerRow> reader)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("there is no folder " + folder);
    }
    long from = first == null ? Long.MIN_VALUE : millis(first);
    long to = last == null ? Long.MAX_VALUE : millis(last.plusDays(1));
    for (JournalFile file : JournalFiles.list(folder)) {
      // A call that ended before a day came in before it, too; when it came in nobody knows.
      if (first == null || !file.day().isBefore(first)) {
        try {
          read(file.path(), from, to, reader);
        } catch (NoSuchFileException e) {
          LOG.debug("{} has been deleted meanwhile", file.path());
        }
      }
    }
  }

  private static void read(Path file, long from, long to, Consumer<LedgerRow> reader)
      throws IOException {
    try (JournalReader in = new JournalReader(file, 0, Long.MAX_VALUE)) {
      JournalRecord record;
      while ((record = in.next()) != null) {
        LedgerRow row = record.row();
        if (record.kind() == Kind.ENDED && row.started() >= from && row.started() < to) {
          reader.accept(row);
        }
      }
      if (in.damaged()) {
        LOG.warn("{} is damaged after {} bytes", file, in.position());
      }
    }
  }

  private static long millis(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }
}

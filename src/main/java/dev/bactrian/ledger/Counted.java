package dev.bactrian.ledger;

import dev.bactrian.ledger.JournalFiles.JournalFile;
import dev.bactrian.ledger.JournalRecord.Kind;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds calls in the part of the journal that is delivered. */
final class Counted {
  private final List<JournalFile> files;
  private final Map<Long, Long> ends;

  /**
   * A search.
   *
   * @param files the files, the oldest first
   * @param ends how far those are delivered that are not as a whole, by their numbers
   */
  Counted(List<JournalFile> files, Map<Long, Long> ends) {
    this.files = files;
    this.ends = ends;
  }

  /**
   * Which of some calls are there.
   *
   * @param since none of them has ended before, milliseconds since 1970
   */
  Set<String> of(Collection<String> ids, long since) throws IOException {
    Set<String> found = new HashSet<>();
    for (int i = files.size() - 1; i >= 0 && found.size() < ids.size(); i--) {
      JournalFile file = files.get(i);
      read(file, ends.getOrDefault(file.number(), Long.MAX_VALUE), ids, found);
      if (file.number() < since / 1000) {
        break; // the number is the second in which it was begun
      }
    }
    return found;
  }

  private static void read(JournalFile file, long end, Collection<String> ids, Set<String> found)
      throws IOException {
    try (JournalReader reader = new JournalReader(file.path(), 0, end)) {
      JournalRecord record;
      while ((record = reader.next()) != null) {
        if (record.kind() == Kind.ENDED && ids.contains(record.row().id())) {
          found.add(record.row().id());
        }
      }
    }
  }
}

package dev.bactrian.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder with the journal's files, which one process has to itself. */
final class JournalFolder implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalFolder.class);
  private static final Pattern NAME = Pattern.compile("journal-(\\d{12})\\.log");

  private final Path folder;
  private final FileChannel lockFile;
  private long last;

  /**
   * Takes the folder.
   *
   * @throws IOException when it cannot be written, or another process has it
   */
  JournalFolder(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.lockFile =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!lock()) {
      lockFile.close();
      throw new IOException(folder + " is in use by another process.");
    }
  }

  private boolean lock() throws IOException {
    try {
      FileLock lock = lockFile.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /**
   * What earlier processes have left.
   *
   * @param segments their files, the oldest first
   * @param lost the rows of calls that were running when they ended, by request id
   */
  record Remains(List<Segment> segments, Map<String, LedgerRow> lost) {}

  /** Reads what is there. */
  Remains remains() throws IOException {
    List<Segment> segments = new ArrayList<>();
    Map<String, byte[]> begun = new LinkedHashMap<>();
    for (Path file : files()) {
      try (JournalReader reader = new JournalReader(file, 0, Long.MAX_VALUE)) {
        JournalRecord record;
        while ((record = reader.next()) != null) {
          if (record.kind() == JournalRecord.Kind.BEGUN) {
            begun.put(record.id(), record.json());
          } else {
            begun.remove(record.id());
          }
        }
        if (reader.damaged()) {
          LOG.error(
              "{} is damaged after {} bytes; what comes before is delivered, and it is kept",
              file,
              reader.position());
        }
        segments.add(new Segment(file, reader.position(), reader.damaged()));
      }
    }
    Map<String, LedgerRow> lost = new LinkedHashMap<>();
    for (Map.Entry<String, byte[]> entry : begun.entrySet()) {
      lost.put(entry.getKey(), LedgerRow.read(entry.getValue()));
    }
    return new Remains(segments, lost);
  }

  private List<Path> files() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> NAME.matcher(name(file)).matches()).sorted().toList();
    }
    for (Path file : files) {
      Matcher name = NAME.matcher(name(file));
      if (name.matches()) {
        last = Math.max(last, Long.parseLong(name.group(1)));
      }
    }
    return files;
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** A file that is not there yet, after all others. */
  Path next() {
    last++;
    return folder.resolve("journal-%012d.log".formatted(last));
  }

  /** Makes the names of files safe, where the system can. */
  void force() {
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    } catch (IOException e) {
      LOG.debug("{} cannot be forced", folder, e);
    }
  }

  /** Deletes a file whose rows are all delivered, or puts it aside if it is damaged. */
  static void remove(Segment segment) throws IOException {
    Path file = segment.file();
    if (segment.isDamaged()) {
      Path aside = file.resolveSibling(name(file) + ".damaged");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}

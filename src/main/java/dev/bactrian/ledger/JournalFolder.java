package dev.bactrian.ledger;

import dev.bactrian.ledger.JournalFiles.JournalFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder that a process writes its journal to, which it has to itself. */
final class JournalFolder implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalFolder.class);
  private static final long DAY_MILLIS = 86_400_000;

  private final Path folder;
  private final FileChannel lockFile;
  private final List<JournalFile> before;
  private long last;
  private long day;

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
    before = JournalFiles.list(folder);
    last = before.isEmpty() ? 0 : before.get(before.size() - 1).number();
  }

  private boolean lock() throws IOException {
    try {
      FileLock lock = lockFile.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** The files that earlier processes have left, the oldest first. */
  List<JournalFile> before() {
    return before;
  }

  /** All files, the oldest first. */
  List<JournalFile> files() throws IOException {
    return JournalFiles.list(folder);
  }

  /**
   * A file that is not there yet, after all others; also after those that someone has deleted,
   * since the number is the time.
   */
  Segment next() {
    long now = System.currentTimeMillis();
    last = Math.max(last + 1, now / 1000);
    day = Math.floorDiv(now, DAY_MILLIS);
    return new Segment(folder.resolve(JournalFiles.name(LocalDate.ofEpochDay(day), last)), last);
  }

  /** Whether another day has begun since the last file was. */
  boolean isAnotherDay() {
    return Math.floorDiv(System.currentTimeMillis(), DAY_MILLIS) != day;
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
      Path aside = file.resolveSibling(file.getFileName() + ".damaged");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.deleteIfExists(file);
    }
  }

  /** Deletes the files that are older than so many days and come before a number. */
  void expire(long days, long number) throws IOException {
    LocalDate first = LocalDate.now(ZoneOffset.UTC).minusDays(days);
    for (JournalFile file : files()) {
      if (file.number() < number && file.day().isBefore(first)) {
        Files.deleteIfExists(file.path());
        LOG.info("{} is older than {} days and deleted", file.path().getFileName(), days);
      }
    }
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}

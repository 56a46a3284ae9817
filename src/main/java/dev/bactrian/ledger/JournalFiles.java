package dev.bactrian.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The journal's files in a folder, by their names. */
final class JournalFiles {
  private static final Pattern NAME =
      Pattern.compile("rows-(\\d{4}-\\d{2}-\\d{2})-(\\d{10,18})\\.log");

  private JournalFiles() {}

  /**
   * One file.
   *
   * @param day the day in UTC on which it was begun and, at the latest, its last call has ended
   * @param number the files' order
   */
  record JournalFile(Path path, LocalDate day, long number) {}

  /** The name of a file. */
  static String name(LocalDate day, long number) {
    return "rows-%s-%010d.log".formatted(day, number);
  }

  /** All files of a folder, the oldest first; none where there is no folder. */
  static List<JournalFile> list(Path folder) throws IOException {
    List<JournalFile> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path path : all.toList()) {
        JournalFile file = of(path);
        if (file != null) {
          found.add(file);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    found.sort(Comparator.comparingLong(JournalFile::number));
    return found;
  }

  private static @Nullable JournalFile of(Path path) {
    Matcher name = NAME.matcher(String.valueOf(path.getFileName()));
    if (!name.matches()) {
      return null;
    }
    try {
      LocalDate day = LocalDate.parse(name.group(1));
      return new JournalFile(path, day, Long.parseLong(name.group(2)));
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}

package dev.bactrian.ledger;

import static dev.bactrian.ledger.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.kit.LogCapture;
import dev.bactrian.ledger.JournalRecord.Kind;
import dev.bactrian.ledger.LedgerRow.Ending;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final String FILE = "rows-2026-09-21-0000000001.log";

  private final Path folder;
  private final LongAdder lost = new LongAdder();

  JournalTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void aTornRecordAtTheEndCostsOnlyItself() throws IOException {
    Path file = written(row("a"), row("b"), row("c"));
    byte[] whole = Files.readAllBytes(file);
    int two = size("a") + size("b");
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      List<String> expected = new ArrayList<>();
      if (length >= size("a")) {
        expected.add("a");
      }
      if (length >= two) {
        expected.add("b");
      }
      assertThat(ids(file)).as("cut after %d bytes", length).isEqualTo(expected);
    }
  }

  @Test
  void aByteThatChangedIsNoticedWhereverItIs() throws IOException {
    Path file = written(row("a"), row("b"));
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(5);
    for (int place = 0; place < whole.length; place++) {
      byte[] changed = whole.clone();
      changed[place] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, changed);
      List<String> expected = place < size("a") ? List.of() : List.of("a");
      assertThat(ids(file)).as("byte %d", place).isEqualTo(expected);
    }
  }

  @Test
  void zerosAtTheEndAreNoRecords() throws IOException {
    Path file = written(row("a"));
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.APPEND)) {
      out.write(ByteBuffer.allocate(100_000));
    }
    assertThat(ids(file)).containsExactly("a");
  }

  @Test
  void aDamagedFileIsSaidAndKept() throws IOException {
    Path file = written(row("a"));
    Files.write(file, new byte[20], StandardOpenOption.APPEND);
    try (LogCapture log = new LogCapture()) {
      Recovery recovery = recovery();
      assertThat(log.text()).contains("ERROR", file.toString());
      assertThat(recovery.segments()).hasSize(1);
      JournalFolder.remove(recovery.segments().get(0));
    }
    assertThat(names()).containsExactly(FILE + ".damaged");
  }

  @Test
  void aFolderHasOneProcess() throws IOException {
    try (JournalFolder first = new JournalFolder(folder)) {
      assertThat(first.before()).isEmpty();
      assertThatThrownBy(() -> new JournalFolder(folder)).hasMessageContaining("in use");
    }
    new JournalFolder(folder).close();
  }

  @Test
  void callsThatHaveNotEndedAreLost() throws IOException {
    try (JournalFolder place = new JournalFolder(folder);
        Journal journal = new Journal(place, 0, lost)) {
      journal.append(Kind.BEGUN, () -> row("a", Ending.NODE_LOST));
      journal.append(Kind.BEGUN, () -> row("b", Ending.NODE_LOST));
      journal.append(Kind.ENDED, () -> row("a"));
      journal.append(Kind.BEGUN, () -> null);
      journal.written().join();
      assertThat(recovery().lost().keySet()).containsExactly("b");
    }
  }

  @Test
  void openCallsMoveOnToTheNextFile() throws IOException {
    try (JournalFolder place = new JournalFolder(folder);
        Journal journal = new Journal(place, 0, lost)) {
      journal.append(Kind.BEGUN, () -> row("long", Ending.NODE_LOST));
      fill(journal);
      journal.append(Kind.ENDED, () -> row("y"));
      journal.safe().join();
      assertThat(journal.segments()).hasSize(2);
      Segment old = journal.segments().iterator().next();
      old.delivered(old.written());
      assertThat(old.isDone()).isTrue();
      JournalFolder.remove(old);
      assertThat(recovery().lost().keySet()).containsExactly("long");
    }
  }

  @Test
  void whatIsDeliveredIsNotReadAgain() throws IOException {
    try (JournalFolder place = new JournalFolder(folder);
        Journal journal = new Journal(place, 0, lost)) {
      fill(journal);
      journal.append(Kind.ENDED, () -> row("y"));
      journal.safe().join();
    }
    List<JournalFiles.JournalFile> files = JournalFiles.list(folder);
    assertThat(files).hasSize(2);
    long last = files.get(1).number();
    Recovery recovery = Recovery.of(files, new LedgerStore.Mark(last, 10));
    assertThat(recovery.segments()).extracting(Segment::number).containsExactly(last);
    assertThat(recovery.segments().get(0).delivered()).isEqualTo(10);
  }

  @Test
  void aDiskThatCannotBeWrittenFailsThoseWhoWaitUntilItCanAgain() throws Exception {
    try (JournalFolder place = new JournalFolder(folder);
        LogCapture log = new LogCapture()) {
      Journal journal = new Journal(place, 0, lost);
      Path away = folder.resolveSibling(folder.getFileName() + "-away");
      Files.move(folder, away);
      assertThatThrownBy(() -> journal.commit(Kind.ENDED, () -> row("next")).get())
          .hasRootCauseInstanceOf(java.nio.file.NoSuchFileException.class);
      assertThat(log.text()).contains("cannot be written");
      assertThat(journal.isFailing()).isTrue();
      assertThat(journal.waiting()).isEqualTo(1);

      Files.move(away, folder);
      journal.commit(Kind.ENDED, () -> row("later")).exceptionally(failed -> null).get();
      journal.safe().join();
      assertThat(journal.isFailing()).isFalse();
      journal.close();
    }
    assertThat(Ledgers.all(new JournalRows(folder))).containsOnlyKeys("next", "later");
    assertThat(lost.sum()).isZero();
  }

  @Test
  void aRowThatIsTooLongIsSaidAndCounted() throws IOException {
    try (JournalFolder place = new JournalFolder(folder);
        Journal journal = new Journal(place, 0, lost);
        LogCapture log = new LogCapture()) {
      LedgerRow longRow = TestRows.with("long").failed("x".repeat(JournalRecord.LONGEST)).make();
      journal.append(Kind.ENDED, () -> longRow);
      journal.append(Kind.ENDED, () -> row("a"));
      journal.written().join();
      assertThat(log.text()).contains("loses a row");
    }
    assertThat(lost.sum()).isEqualTo(1);
    assertThat(ids(JournalFiles.list(folder).get(0).path())).containsExactly("a");
  }

  @Test
  void afterItsEndNobodyWaitsForever() throws IOException {
    try (JournalFolder place = new JournalFolder(folder)) {
      Journal journal = new Journal(place, 5, lost);
      journal.close();
      assertThat(journal.commit(Kind.ENDED, () -> row("a"))).isCompletedExceptionally();
    }
  }

  @Test
  void rowsAreReadWhileTheyAreWritten() throws Exception {
    JournalRows rows = new JournalRows(folder);
    assertThat(Ledgers.all(rows)).isEmpty();
    try (JournalFolder place = new JournalFolder(folder);
        Journal journal = new Journal(place, 0, lost)) {
      for (int i = 0; i < 5; i++) {
        String id = "r" + i;
        journal.append(Kind.BEGUN, () -> row(id, Ending.NODE_LOST));
        assertThat(Ledgers.all(rows)).hasSize(i);
        journal.append(Kind.ENDED, () -> row(id));
        journal.written().join();
      }
      assertThat(Ledgers.all(rows)).hasSize(5);
      assertThat(rows.find(List.of("r3", "none"))).containsOnlyKeys("r3");
    }
  }

  @Test
  void daysAreInUtcAndInclusive() throws Exception {
    written(
        TestRows.with("a").on("2026-09-20").make(),
        TestRows.with("b").on("2026-09-21").make(),
        TestRows.with("c").on("2026-09-22").make());
    JournalRows rows = new JournalRows(folder);
    List<String> found = new ArrayList<>();
    LocalDate day = LocalDate.of(2026, 9, 21);
    rows.read(day, day, row -> found.add(row.id()));
    // In a file of a day are calls that ended on it, however long ago they came in.
    rows.read(day.plusDays(1), null, row -> found.add(row.id()));
    assertThat(found).containsExactly("b");
  }

  @Test
  void oldFilesAreDeletedOnceTheyAreDelivered() throws IOException {
    written(row("a"));
    try (JournalFolder place = new JournalFolder(folder)) {
      place.expire(1_000_000, 100);
      place.expire(1, 1);
      assertThat(names()).contains(FILE);
      place.expire(1, 2);
      assertThat(names()).doesNotContain(FILE);
    }
  }

  private void fill(Journal journal) {
    int count = (int) (JournalWriter.SEGMENT / size("x")) + 1;
    for (int i = 0; i < count; i++) {
      LedgerRow row = row("x" + i);
      journal.append(Kind.ENDED, () -> row);
    }
    journal.written().join();
  }

  private Recovery recovery() throws IOException {
    return Recovery.of(JournalFiles.list(folder), null);
  }

  private Path written(LedgerRow... rows) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(1 << 16);
    for (LedgerRow row : rows) {
      new JournalRecord(Kind.ENDED, row).write(out, new CRC32C());
    }
    return Files.write(folder.resolve(FILE), java.util.Arrays.copyOf(out.array(), out.position()));
  }

  private static int size(String id) {
    ByteBuffer out = ByteBuffer.allocate(1 << 12);
    new JournalRecord(Kind.ENDED, row(id)).write(out, new CRC32C());
    return out.position();
  }

  private static List<String> ids(Path file) throws IOException {
    List<String> ids = new ArrayList<>();
    try (JournalReader reader = new JournalReader(file, 0, Long.MAX_VALUE)) {
      JournalRecord record;
      while ((record = reader.next()) != null) {
        assertThat(record.row()).isEqualTo(row(record.row().id()));
        ids.add(record.row().id());
      }
    }
    return ids;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> !name.equals("lock"))
          .toList();
    }
  }
}

package dev.bactrian.ledger;

import static dev.bactrian.ledger.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.kit.LogCapture;
import dev.bactrian.ledger.JournalFolder.Remains;
import dev.bactrian.ledger.JournalRecord.Kind;
import dev.bactrian.ledger.LedgerRow.Ending;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private final Path folder;

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
    try (LogCapture log = new LogCapture();
        JournalFolder place = new JournalFolder(folder)) {
      Remains remains = place.remains();
      assertThat(log.text()).contains("ERROR", file.toString());
      assertThat(remains.segments()).hasSize(1);
      JournalFolder.remove(remains.segments().get(0));
    }
    assertThat(names()).contains("journal-000000000001.log.damaged").doesNotContain(name(file));
  }

  @Test
  void aFolderHasOneProcess() throws IOException {
    try (JournalFolder first = new JournalFolder(folder)) {
      assertThat(first.next()).doesNotExist();
      assertThatThrownBy(() -> new JournalFolder(folder)).hasMessageContaining("in use");
    }
    new JournalFolder(folder).close();
  }

  @Test
  void callsThatHaveNotEndedAreLost() throws IOException {
    try (JournalFolder place = new JournalFolder(folder)) {
      Journal journal = new Journal(place, List.of(), 0);
      journal.append(Kind.BEGUN, row("a", Ending.NODE_LOST));
      journal.append(Kind.BEGUN, row("b", Ending.NODE_LOST));
      journal.append(Kind.ENDED, row("a"));
      journal.sync();
      assertThat(place.remains().lost().keySet()).containsExactly("b");
      journal.close();
    }
  }

  @Test
  void openCallsMoveOnToTheNextFile() throws IOException {
    try (JournalFolder place = new JournalFolder(folder)) {
      Journal journal = new Journal(place, List.of(), 0);
      journal.append(Kind.BEGUN, row("long", Ending.NODE_LOST));
      int count = (int) (JournalWriter.SEGMENT / size("x")) + 1;
      for (int i = 0; i < count; i++) {
        journal.append(Kind.ENDED, row("x" + i));
      }
      journal.sync();
      journal.append(Kind.ENDED, row("y"));
      journal.sync();
      assertThat(journal.segments()).hasSize(2);
      Segment old = journal.segments().iterator().next();
      old.delivered(old.written());
      assertThat(old.isDone()).isTrue();
      journal.remove(old);
      assertThat(place.remains().lost().keySet()).containsExactly("long");
      journal.close();
    }
  }

  @Test
  void aDiskThatCannotBeWrittenFailsThoseWhoWaitUntilItCanAgain() throws Exception {
    try (JournalFolder place = new JournalFolder(folder);
        LogCapture log = new LogCapture()) {
      Journal journal = new Journal(place, List.of(), 0);
      // A file in the way, where the journal goes on after its first one.
      Path blocked = folder.resolve("journal-000000000002.log");
      Files.createFile(blocked);
      int count = (int) (JournalWriter.SEGMENT / size("x")) + 1;
      for (int i = 0; i < count; i++) {
        journal.append(Kind.ENDED, row("x" + i));
      }
      journal.sync();
      assertThatThrownBy(() -> journal.commit(Kind.ENDED, row("next")).get())
          .hasRootCauseInstanceOf(FileAlreadyExistsException.class);
      assertThat(log.text()).contains("cannot be written");

      journal.commit(Kind.ENDED, row("later")).exceptionally(failed -> null).get();
      journal.sync();
      assertThat(journal.isFailing()).isFalse();
      journal.close();
    }
    try (JournalFolder place = new JournalFolder(folder)) {
      List<String> all = new ArrayList<>();
      for (Segment segment : place.remains().segments()) {
        all.addAll(ids(segment.file()));
      }
      assertThat(all).contains("x0", "next", "later");
    }
  }

  @Test
  void afterItsEndNobodyWaitsForever() throws IOException {
    try (JournalFolder place = new JournalFolder(folder)) {
      Journal journal = new Journal(place, List.of(), 5);
      journal.close();
      assertThat(journal.commit(Kind.ENDED, row("a"))).isCompletedExceptionally();
    }
  }

  @Test
  void nothingAndUnknownStayApartInTheJournal() throws IOException {
    LedgerRow free = TestRows.withCost(row("a"), 0L);
    LedgerRow unknown = TestRows.withCost(row("a"), null);
    assertThat(LedgerRow.read(free.json())).isEqualTo(free);
    assertThat(LedgerRow.read(unknown.json())).isEqualTo(unknown);
  }

  private Path written(LedgerRow... rows) throws IOException {
    Path file = folder.resolve("journal-000000000001.log");
    ByteBuffer out = ByteBuffer.allocate(1 << 16);
    for (LedgerRow row : rows) {
      JournalRecord.of(Kind.ENDED, row).write(out);
    }
    return Files.write(file, java.util.Arrays.copyOf(out.array(), out.position()));
  }

  private static int size(String id) {
    return JournalRecord.of(Kind.ENDED, row(id)).size();
  }

  private static List<String> ids(Path file) throws IOException {
    List<String> ids = new ArrayList<>();
    try (JournalReader reader = new JournalReader(file, 0, Long.MAX_VALUE)) {
      JournalRecord record;
      while ((record = reader.next()) != null) {
        assertThat(LedgerRow.read(record.json())).isEqualTo(row(record.id()));
        ids.add(record.id());
      }
    }
    return ids;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(JournalTest::name).toList();
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}

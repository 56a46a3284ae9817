package dev.bactrian.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A store in memory, which refuses when it is told to. */
final class MemoryStore implements LedgerStore {
  private final boolean keeps;
  private final List<LedgerRow> rows = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private volatile @Nullable String failure;
  private volatile boolean doubtful;

  /** A store that has sums alone, so that the journal keeps rows, or one that has rows. */
  MemoryStore(boolean keeps) {
    this.keeps = keeps;
  }

  /** From now on it fails with that SQLSTATE, or no more where that is null. */
  void fail(@Nullable String state) {
    failure = state;
  }

  /** The next batch is stored, but nobody hears of it. */
  void doubtNext() {
    doubtful = true;
  }

  @Override
  public boolean keepsJournal() {
    return keeps;
  }

  @Override
  public long periodMillis() {
    return 50;
  }

  @Override
  public synchronized @Nullable Mark mark() throws SQLException {
    check();
    Mark last = marks.isEmpty() ? new Mark(0, 0) : marks.get(marks.size() - 1);
    return keeps ? last : null;
  }

  private void check() throws SQLException {
    String state = failure;
    if (state != null) {
      throw new SQLException("told so", state);
    }
  }

  @Override
  public Batch batch() {
    return new Batch() {
      private final List<LedgerRow> batch = new ArrayList<>();

      @Override
      public void add(LedgerRow row) {
        batch.add(row);
      }

      @Override
      public boolean isFull() {
        return batch.size() >= 500;
      }

      @Override
      public int store(Mark mark) throws SQLException {
        return batch.isEmpty() ? 0 : MemoryStore.this.store(batch, mark);
      }
    };
  }

  @Override
  public @Nullable Set<String> stored(Connection connection, Collection<String> ids) {
    return null;
  }

  private synchronized int store(List<LedgerRow> batch, Mark mark) throws SQLException {
    check();
    Set<String> known = new TreeSet<>(keeps ? List.of() : ids());
    batch.stream().filter(row -> known.add(row.id())).forEach(rows::add);
    marks.add(mark);
    if (doubtful) {
      doubtful = false;
      throw new SQLException("stored, but who knows", "08007");
    }
    return 0;
  }

  synchronized List<LedgerRow> rows() {
    return new ArrayList<>(rows);
  }

  synchronized List<String> ids() {
    return rows.stream().map(LedgerRow::id).toList();
  }

  synchronized int batches() {
    return marks.size();
  }
}

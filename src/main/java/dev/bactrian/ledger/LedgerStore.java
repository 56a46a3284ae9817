package dev.bactrian.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the journal's rows are delivered to. */
interface LedgerStore {
  /**
   * A place in the journal: all before it is delivered.
   *
   * @param segment the number of the file
   * @param position the bytes of it
   */
  record Mark(long segment, long position) {}

  /**
   * Whether rows stay in the journal when they are delivered, since the store has only their sums.
   */
  boolean keepsJournal();

  /** The pause between deliveries. */
  long periodMillis();

  /**
   * What is delivered; null for a store that knows rows by their ids, so that it does no harm to
   * deliver one twice.
   *
   * @throws SQLException when that cannot be told now
   */
  @Nullable Mark mark() throws SQLException;

  /** Rows that are stored together. */
  Batch batch();

  /**
   * Which of some calls have a row in the store, as the connection's transaction sees it; null for
   * a store that has no rows.
   */
  @Nullable Set<String> stored(Connection connection, Collection<String> ids) throws SQLException;

  /** Rows that are stored together, in one transaction. */
  interface Batch {
    /** One more. */
    void add(LedgerRow row);

    /** Whether it is time to store them. */
    boolean isFull();

    /**
     * Stores them, all or none.
     *
     * @param mark the place in the journal after the last of them
     * @return how many were left out since the store will never take them; they are logged
     * @throws SQLException when the store cannot take them now
     */
    int store(Mark mark) throws SQLException;
  }
}

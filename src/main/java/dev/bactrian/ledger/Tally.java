package dev.bactrian.ledger;

import dev.bactrian.ledger.Sum.Group;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** What else is counted of the ledger's calls, each of them exactly once. */
public interface Tally {
  /** Nothing else. */
  Tally NONE = (connection, sums) -> {};

  /**
   * Counts calls, in the transaction that counts them in the ledger's own sums.
   *
   * @param sums the calls by quarter of an hour, key and so on
   */
  void add(Connection connection, Map<Group, Sum> sums) throws SQLException;
}

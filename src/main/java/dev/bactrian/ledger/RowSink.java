package dev.bactrian.ledger;

import java.sql.SQLException;
import java.util.List;

/** Where rows end up: the ledger's table. */
@FunctionalInterface
public interface RowSink {
  /**
   * Stores rows, all or none; one whose request id is there already is left as it is.
   *
   * @throws SQLException when the database cannot take them now
   */
  void store(List<LedgerRow> rows) throws SQLException;
}

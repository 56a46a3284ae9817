package dev.bactrian.ledger;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The ledger's single rows, wherever they are; also while gateways run. */
public interface LedgerRows {
  /**
   * Reads the rows of calls that came in on some days, in no order.
   *
   * @param first the first day, in UTC, null for no first
   * @param last the last day, in UTC, null for no last
   * @throws IOException when they cannot be read
   */
  void read(@Nullable LocalDate first, @Nullable LocalDate last, Consumer<LedgerRow> reader)
      throws IOException;

  /**
   * Reads the rows of some calls.
   *
   * @param ids their request ids
   * @return by request id those that are there
   * @throws IOException when they cannot be read
   */
  default Map<String, LedgerRow> find(Collection<String> ids) throws IOException {
    Set<String> wanted = Set.copyOf(ids);
    Map<String, LedgerRow> found = new LinkedHashMap<>();
    if (!wanted.isEmpty()) {
      read(
          null,
          null,
          row -> {
            if (wanted.contains(row.id())) {
              found.put(row.id(), row);
            }
          });
    }
    return found;
  }

  /** The rows in the journal of a node that shares its database with no other. */
  static LedgerRows ofJournal(String data) {
    return new JournalRows(Ledger.folder(data));
  }

  /** The rows in a database that nodes share, whose migrations have run. */
  static LedgerRows ofDatabase(DataSource database) {
    return new TableRows(database);
  }
}

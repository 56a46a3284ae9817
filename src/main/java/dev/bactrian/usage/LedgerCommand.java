package dev.bactrian.usage;

import dev.bactrian.ledger.LedgerRow;
import dev.bactrian.ledger.LedgerRows;
import java.io.IOException;
import java.io.PrintStream;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code bactrian ledger [--start DAY] [--end DAY] [--key ID] | --id ID ...}. */
public final class LedgerCommand {
  /** How it is called. */
  public static final String USAGE =
      "bactrian ledger [--start DAY] [--end DAY] [--key ID] | bactrian ledger --id REQUEST ...";

  private final LedgerRows ledger;
  private final PrintStream out;
  private final PrintStream err;
  private final List<String> ids = new ArrayList<>();
  private @Nullable LocalDate start;
  private @Nullable LocalDate end;
  private @Nullable String key;

  /** The command over a ledger. */
  public LedgerCommand(LedgerRows ledger, PrintStream out, PrintStream err) {
    this.ledger = ledger;
    this.out = out;
    this.err = err;
  }

  /** Runs it and gives back the exit code: 0, 1 when a request is not there, 2 when it cannot. */
  public int run(List<String> arguments) {
    try {
      read(arguments.iterator());
      return ids.isEmpty() ? printDays() : printRequests();
    } catch (IllegalArgumentException | DateTimeParseException e) {
      err.println(e.getMessage());
      err.println("Usage: " + USAGE);
    } catch (IOException e) {
      err.println("The ledger cannot be read: " + e.getMessage());
    }
    return 2;
  }

  private void read(Iterator<String> rest) {
    while (rest.hasNext()) {
      String option = rest.next();
      if (!rest.hasNext()) {
        throw new IllegalArgumentException("'" + option + "' is not expected without a value.");
      }
      String value = rest.next();
      switch (option) {
        case "--start" -> start = LocalDate.parse(value);
        case "--end" -> end = LocalDate.parse(value);
        case "--key" -> key = value;
        case "--id" -> ids.add(value);
        default -> throw new IllegalArgumentException("'" + option + "' is not expected.");
      }
    }
  }

  private int printDays() throws IOException {
    out.print(RowCsv.header());
    ledger.read(
        start,
        end,
        row -> {
          if (key == null || key.equals(row.key())) {
            out.print(RowCsv.line(row));
          }
        });
    return 0;
  }

  private int printRequests() throws IOException {
    out.print(RowCsv.header());
    Map<String, LedgerRow> found = ledger.find(ids);
    found.values().forEach(row -> out.print(RowCsv.line(row)));
    return found.size() == ids.size() ? 0 : 1;
  }
}

package dev.bactrian.usage;

import dev.bactrian.ledger.LedgerRows;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code bactrian reconcile FILE.csv [--provider ID] [--tolerance PERCENT]}. */
public final class ReconcileCommand {
  /** How it is called. */
  public static final String USAGE =
      "bactrian reconcile FILE.csv [--provider ID] [--tolerance PERCENT]";

  private static final int AGREES = 0;
  private static final int DIFFERS = 1;
  private static final int WRONG = 2;

  private final LedgerRows ledger;
  private final PrintStream out;

  /** The command over a ledger. */
  public ReconcileCommand(LedgerRows ledger, PrintStream out) {
    this.ledger = ledger;
    this.out = out;
  }

  /** Runs it and gives back the exit code: 0 when both agree, 1 when not, 2 when it cannot say. */
  public int run(List<String> arguments) {
    String file = null;
    String provider = null;
    String tolerance = "1";
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String argument = rest.next();
      boolean option = argument.startsWith("--");
      if (option && !rest.hasNext()) {
        return wrong(argument + " needs a value.");
      }
      switch (argument) {
        case "--provider" -> provider = rest.next();
        case "--tolerance" -> tolerance = rest.next();
        default -> {
          if (option || file != null) {
            return wrong("'" + argument + "' is not expected.");
          }
          file = argument;
        }
      }
    }
    return file == null ? wrong("Which bill?") : compare(file, provider, tolerance);
  }

  private int compare(String file, @Nullable String provider, String tolerance) {
    try {
      BigDecimal percent = new BigDecimal(tolerance.replace("%", ""));
      String bill;
      try {
        bill = Files.readString(Path.of(file));
      } catch (IOException e) {
        return wrong(file + " cannot be read.");
      }
      Reconciliation result = new Reconciler(ledger, provider, percent).compare(bill);
      if (!result.differences().isEmpty()) {
        out.print(result.table());
      }
      long beyond = result.differences().stream().filter(each -> !each.tolerated()).count();
      out.println(
          result.compared()
              + " compared, "
              + result.differences().size()
              + " numbers differ, "
              + beyond
              + " by more than "
              + percent.toPlainString()
              + " %.");
      return result.agrees() ? AGREES : DIFFERS;
    } catch (NumberFormatException e) {
      return wrong("--tolerance is a number of percent, not '" + tolerance + "'.");
    } catch (IOException e) {
      return wrong("The ledger cannot be read: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      return wrong(String.valueOf(e.getMessage()));
    }
  }

  private int wrong(String why) {
    out.println(why);
    out.println("Usage: " + USAGE);
    return WRONG;
  }
}

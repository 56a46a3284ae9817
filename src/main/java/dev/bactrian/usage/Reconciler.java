package dev.bactrian.usage;

import dev.bactrian.usage.UsageQuery.Dimension;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares a bill with the ledger: request by request where the bill names requests that the ledger
 * knows, else by day and model.
 */
public final class Reconciler {
  private static final String MARKS = "-@:.";

  private final UsageReports ledger;
  private final @Nullable String provider;
  private final BigDecimal tolerance;

  /**
   * A reconciler.
   *
   * @param provider the provider whose bill it is, null for calls of all
   * @param tolerance how many percent do not matter
   */
  public Reconciler(UsageReports ledger, @Nullable String provider, BigDecimal tolerance) {
    this.ledger = ledger;
    this.provider = provider;
    this.tolerance = tolerance;
  }

  /**
   * Compares.
   *
   * @param csv the bill
   * @throws IllegalArgumentException when it cannot be read
   * @throws SQLException when the ledger cannot be
   */
  public Reconciliation compare(String csv) throws SQLException {
    Bill bill = Bill.read(csv);
    Set<String> requests =
        bill.lines().stream()
            .map(Bill.Line::request)
            .filter(Objects::nonNull)
            .collect(Collectors.toCollection(TreeSet::new));
    Map<String, Amounts> known = ledger.calls(requests);
    return known.isEmpty() ? byDayAndModel(bill) : byRequest(bill, known);
  }

  private Reconciliation byRequest(Bill bill, Map<String, Amounts> known) {
    Map<String, Amounts> billed = Reconciliation.groups();
    for (Bill.Line line : bill.lines()) {
      billed.merge(
          line.request() == null ? "without request id" : line.request(),
          line.amounts(),
          Amounts::plus);
    }
    return Reconciliation.of(billed, known, tolerance);
  }

  private Reconciliation byDayAndModel(Bill bill) throws SQLException {
    boolean days = bill.lines().stream().allMatch(line -> line.day() != null);
    boolean models = bill.lines().stream().anyMatch(line -> line.model() != null);
    List<UsageLine> lines = ledger.of(query(bill, days));
    Set<String> names =
        lines.stream()
            .map(line -> String.valueOf(line.group().get(Dimension.UPSTREAM)))
            .collect(Collectors.toCollection(TreeSet::new));
    Map<String, Amounts> billed = Reconciliation.groups();
    for (Bill.Line line : bill.lines()) {
      String model = models ? name(String.valueOf(line.model()), names) : "";
      billed.merge(group(days ? line.day() : null, model), line.amounts(), Amounts::plus);
    }
    Map<String, Amounts> counted = Reconciliation.groups();
    for (UsageLine line : lines) {
      if (line.in() + line.out() > 0) {
        String model = models ? String.valueOf(line.group().get(Dimension.UPSTREAM)) : "";
        LocalDate day = days ? LocalDate.parse(line.group().get(Dimension.DAY)) : null;
        counted.merge(
            group(day, model), Amounts.of(line.in(), line.out(), line.cost()), Amounts::plus);
      }
    }
    return Reconciliation.of(billed, counted, tolerance);
  }

  private UsageQuery query(Bill bill, boolean days) {
    List<LocalDate> all = new ArrayList<>();
    bill.lines().forEach(line -> all.add(line.day()));
    boolean limited = days && !all.isEmpty();
    UsageQuery query =
        UsageQuery.of(
            limited ? all.stream().min(Comparator.naturalOrder()).orElseThrow() : null,
            limited ? all.stream().max(Comparator.naturalOrder()).orElseThrow() : null,
            List.of(Dimension.DAY, Dimension.UPSTREAM));
    return provider == null ? query : query.with(Dimension.PROVIDER, provider);
  }

  private static String group(@Nullable LocalDate day, String model) {
    return ((day == null ? "" : day + " ") + model).strip();
  }

  /** The ledger's name of a model that a bill may name by its version: the longest that fits. */
  private static String name(String billed, Set<String> names) {
    String best = billed;
    boolean found = false;
    for (String name : names) {
      boolean version =
          billed.startsWith(name)
              && (billed.length() == name.length()
                  || MARKS.indexOf(billed.charAt(name.length())) >= 0);
      boolean prefixed = billed.endsWith("/" + name);
      if ((version || prefixed) && (!found || name.length() > best.length())) {
        best = name;
        found = true;
      }
    }
    return best;
  }
}

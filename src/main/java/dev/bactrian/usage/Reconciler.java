package dev.bactrian.usage;

import dev.bactrian.ledger.LedgerRow;
import dev.bactrian.ledger.LedgerRows;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
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

  private final LedgerRows ledger;
  private final @Nullable String provider;
  private final BigDecimal tolerance;

  /**
   * A reconciler.
   *
   * @param provider the provider whose bill it is, null for calls of all
   * @param tolerance how many percent do not matter
   */
  public Reconciler(LedgerRows ledger, @Nullable String provider, BigDecimal tolerance) {
    this.ledger = ledger;
    this.provider = provider;
    this.tolerance = tolerance;
  }

  /**
   * Compares.
   *
   * @param csv the bill
   * @throws IllegalArgumentException when it cannot be read
   * @throws IOException when the ledger cannot be
   */
  public Reconciliation compare(String csv) throws IOException {
    Bill bill = Bill.read(csv);
    Set<String> requests =
        bill.lines().stream()
            .map(Bill.Line::request)
            .filter(Objects::nonNull)
            .collect(Collectors.toCollection(TreeSet::new));
    Map<String, Amounts> known = Reconciliation.groups();
    ledger.find(requests).forEach((id, row) -> known.put(id, amounts(row)));
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

  private Reconciliation byDayAndModel(Bill bill) throws IOException {
    List<@Nullable LocalDate> all = new ArrayList<>();
    bill.lines().forEach(line -> all.add(line.day()));
    boolean days = !all.contains(null) && !all.isEmpty();
    boolean models = bill.lines().stream().anyMatch(line -> line.model() != null);
    Map<Group, Amounts> counted =
        counted(days ? Collections.min(all) : null, days ? Collections.max(all) : null);
    Set<String> names =
        counted.keySet().stream().map(Group::model).collect(Collectors.toCollection(TreeSet::new));
    Map<String, Amounts> billed = Reconciliation.groups();
    for (Bill.Line line : bill.lines()) {
      String model = models ? name(String.valueOf(line.model()), names) : "";
      billed.merge(group(days ? line.day() : null, model), line.amounts(), Amounts::plus);
    }
    Map<String, Amounts> ours = Reconciliation.groups();
    counted.forEach(
        (group, amounts) ->
            ours.merge(
                group(days ? group.day() : null, models ? group.model() : ""),
                amounts,
                Amounts::plus));
    return Reconciliation.of(billed, ours, tolerance);
  }

  /** What the ledger has of some days, by the provider's own name of the model. */
  private record Group(LocalDate day, String model) {}

  private Map<Group, Amounts> counted(@Nullable LocalDate first, @Nullable LocalDate last)
      throws IOException {
    Map<Group, Amounts> counted = new HashMap<>();
    ledger.read(
        first,
        last,
        row -> {
          if (row.tokens() > 0 && (provider == null || provider.equals(row.provider()))) {
            LocalDate day =
                Instant.ofEpochMilli(row.started()).atZone(ZoneOffset.UTC).toLocalDate();
            Group group = new Group(day, String.valueOf(row.upstream()));
            counted.merge(group, amounts(row), Amounts::plus);
          }
        });
    return counted;
  }

  private static Amounts amounts(LedgerRow row) {
    return Amounts.of(
        row.prompt() + row.cached() + row.cacheWrite(),
        row.completion() + row.reasoning(),
        row.cost());
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

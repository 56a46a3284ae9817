package dev.bactrian.usage;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The ledger beside a bill, group by group.
 *
 * @param compared how many groups there are on either side
 * @param differences where the two sides differ at all
 */
public record Reconciliation(int compared, List<Difference> differences) {
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /**
   * One number that is not the same on both sides.
   *
   * @param group the day and model, or the request
   * @param what which number
   * @param bill what the bill says, null for nothing
   * @param ledger what the ledger says, null for nothing
   * @param percent how far they are apart, of the greater one
   * @param tolerated whether that is little enough
   */
  public record Difference(
      String group,
      String what,
      @Nullable BigDecimal bill,
      @Nullable BigDecimal ledger,
      BigDecimal percent,
      boolean tolerated) {}

  /** Compares groups by their names; only what the bill says at all is compared. */
  static Reconciliation of(
      Map<String, Amounts> bill, Map<String, Amounts> ledger, BigDecimal tolerance) {
    Set<String> groups = new TreeSet<>(bill.keySet());
    groups.addAll(ledger.keySet());
    List<Difference> all = new ArrayList<>();
    boolean in = bill.values().stream().anyMatch(amounts -> amounts.in() != null);
    boolean out = bill.values().stream().anyMatch(amounts -> amounts.out() != null);
    boolean total = bill.values().stream().anyMatch(amounts -> amounts.total() != null);
    boolean cost = bill.values().stream().anyMatch(amounts -> amounts.cost() != null);
    Amounts none = new Amounts(null, null, null, null);
    for (String group : groups) {
      Amounts a = bill.getOrDefault(group, none);
      Amounts b = ledger.getOrDefault(group, none);
      add(all, in, group, "tokens in", a.in(), b.in(), tolerance);
      add(all, out, group, "tokens out", a.out(), b.out(), tolerance);
      add(all, total && !in && !out, group, "tokens", a.total(), b.total(), tolerance);
      add(all, cost, group, "cost", a.cost(), b.cost(), tolerance);
    }
    return new Reconciliation(groups.size(), List.copyOf(all));
  }

  private static void add(
      List<Difference> all,
      boolean billed,
      String group,
      String what,
      @Nullable BigDecimal bill,
      @Nullable BigDecimal ledger,
      BigDecimal tolerance) {
    BigDecimal a = bill == null ? BigDecimal.ZERO : bill;
    BigDecimal b = ledger == null ? BigDecimal.ZERO : ledger;
    if (!billed || a.compareTo(b) == 0) {
      return;
    }
    BigDecimal percent =
        b.subtract(a).multiply(HUNDRED).divide(a.abs().max(b.abs()), MathContext.DECIMAL32);
    boolean tolerated = percent.abs().compareTo(tolerance) <= 0;
    all.add(new Difference(group, what, bill, ledger, percent, tolerated));
  }

  /** Whether nothing differs by more than is tolerated. */
  public boolean agrees() {
    return differences.stream().allMatch(Difference::tolerated);
  }

  /** The differences as a table for people, the ones that matter marked. */
  public String table() {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"", "", "", "bill", "ledger", "ledger - bill"});
    for (Difference difference : differences) {
      lines.add(
          new String[] {
            difference.tolerated() ? "" : "!",
            difference.group(),
            difference.what(),
            text(difference.bill()),
            text(difference.ledger()),
            "%+.2f %%".formatted(difference.percent())
          });
    }
    int[] widths = new int[lines.get(0).length];
    for (String[] line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    StringBuilder table = new StringBuilder();
    for (String[] line : lines) {
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        row.append(("%" + (i < 3 ? "-" : "") + Math.max(1, widths[i]) + "s  ").formatted(line[i]));
      }
      table.append(row.toString().stripTrailing()).append('\n');
    }
    return table.toString();
  }

  private static String text(@Nullable BigDecimal number) {
    return number == null ? "-" : number.stripTrailingZeros().toPlainString();
  }

  /** The groups of both sides, added up by name. */
  static Map<String, Amounts> groups() {
    return new TreeMap<>();
  }
}

package dev.bactrian.ledger;

/**
 * How careful the ledger is.
 *
 * @param durable whether the last byte of an answer waits until its row is safe on the disk
 * @param commitMillis the time between two commits to the disk
 * @param limitBytes how long the journal may become while the database takes nothing
 * @param refuse what happens then: calls are refused, or else they are answered and their rows lost
 */
public record LedgerSettings(boolean durable, long commitMillis, long limitBytes, boolean refuse) {
  /**
   * Settings as they are written.
   *
   * @param whenFull {@code refuse} or {@code lose}
   */
  public static LedgerSettings of(
      boolean durable, long commitMillis, long limitBytes, String whenFull) {
    if (!whenFull.equals("refuse") && !whenFull.equals("lose")) {
      throw new IllegalArgumentException(
          "bactrian.ledger-full is '" + whenFull + "', not 'refuse' or 'lose'.");
    }
    return new LedgerSettings(durable, commitMillis, limitBytes, whenFull.equals("refuse"));
  }
}

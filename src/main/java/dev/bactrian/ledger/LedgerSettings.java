package dev.bactrian.ledger;

/**
 * How careful the ledger is.
 *
 * @param durable whether the last byte of an answer waits until its row is safe on the disk
 * @param commitMillis the time between two writes of the journal
 * @param limitBytes how much of the journal may wait while the database takes nothing
 * @param refuse what happens then: calls are refused, or else they are answered and their rows lost
 * @param keepDays how long single rows are kept where the journal is where they are, 0 for ever
 */
public record LedgerSettings(
    boolean durable, long commitMillis, long limitBytes, boolean refuse, long keepDays) {
  /**
   * Settings as they are written.
   *
   * @param whenFull {@code refuse} or {@code lose}
   */
  public static LedgerSettings of(
      boolean durable, long commitMillis, long limitBytes, String whenFull, long keepDays) {
    if (!whenFull.equals("refuse") && !whenFull.equals("lose")) {
      throw new IllegalArgumentException(
          "bactrian.ledger-full is '" + whenFull + "', not 'refuse' or 'lose'.");
    }
    return new LedgerSettings(
        durable, commitMillis, limitBytes, whenFull.equals("refuse"), keepDays);
  }
}

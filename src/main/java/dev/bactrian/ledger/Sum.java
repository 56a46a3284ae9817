package dev.bactrian.ledger;

import java.time.LocalDate;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** What calls of one group have come to. */
public final class Sum {
  /** Quarters of an hour in a day. */
  private static final long QUARTERS = 96;

  private static final Comparator<@Nullable String> TEXT =
      Comparator.nullsFirst(Comparator.naturalOrder());

  /**
   * What these calls have in common.
   *
   * @param quarter when they came in, in quarters of an hour since 1970, which fit into the days of
   *     any time zone
   * @param key the client's key, by its id
   * @param owner whom the key belongs to
   * @param model the model that answered, null where none did
   * @param provider the provider of the last attempt, null before the first
   * @param currency ISO 4217, null where there is no price
   */
  public record Group(
      long quarter,
      @Nullable String key,
      @Nullable String owner,
      @Nullable String model,
      @Nullable String provider,
      @Nullable String currency)
      implements Comparable<Group> {
    private static final Comparator<Group> ORDER =
        Comparator.comparingLong(Group::quarter)
            .thenComparing(Group::key, TEXT)
            .thenComparing(Group::owner, TEXT)
            .thenComparing(Group::model, TEXT)
            .thenComparing(Group::provider, TEXT)
            .thenComparing(Group::currency, TEXT);

    static Group of(LedgerRow row) {
      long quarter = Math.floorDiv(row.started(), QUARTER_MILLIS);
      return new Group(
          quarter, row.key(), row.owner(), row.model(), row.provider(), row.currency());
    }

    /** The day in UTC. */
    LocalDate day() {
      return LocalDate.ofEpochDay(Math.floorDiv(quarter, QUARTERS));
    }

    /** The same for the whole day. */
    Group wholeDay() {
      long first = Math.floorDiv(quarter, QUARTERS) * QUARTERS;
      return new Group(first, key, owner, model, provider, currency);
    }

    @Override
    public int compareTo(Group other) {
      return ORDER.compare(this, other);
    }
  }

  /** Milliseconds in a quarter of an hour. */
  public static final long QUARTER_MILLIS = 900_000;

  private long requests;
  private long failed;
  private long attempts;
  private long estimated;
  private long unpriced;
  private long prompt;
  private long cached;
  private long cacheWrite;
  private long completion;
  private long reasoning;
  private long cost;

  Sum() {}

  void add(LedgerRow row) {
    requests++;
    failed += row.outcome() == LedgerRow.Ending.SUCCESS ? 0 : 1;
    attempts += row.attempts();
    estimated += row.estimated() ? 1 : 0;
    unpriced += row.cost() == null ? 1 : 0;
    prompt += row.prompt();
    cached += row.cached();
    cacheWrite += row.cacheWrite();
    completion += row.completion();
    reasoning += row.reasoning();
    cost += row.cost() == null ? 0 : row.cost();
  }

  void add(Sum other) {
    requests += other.requests;
    failed += other.failed;
    attempts += other.attempts;
    estimated += other.estimated;
    unpriced += other.unpriced;
    prompt += other.prompt;
    cached += other.cached;
    cacheWrite += other.cacheWrite;
    completion += other.completion;
    reasoning += other.reasoning;
    cost += other.cost;
  }

  /** All numbers, in the order of {@link SumTable}'s columns. */
  long[] numbers() {
    return new long[] {
      requests,
      failed,
      attempts,
      estimated,
      unpriced,
      prompt,
      cached,
      cacheWrite,
      completion,
      reasoning,
      cost
    };
  }

  /** All tokens, in and out. */
  public long tokens() {
    return prompt + cached + cacheWrite + completion + reasoning;
  }

  /** Nano-units of the group's currency, without the calls whose cost is unknown. */
  public long cost() {
    return cost;
  }
}

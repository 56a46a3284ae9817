package dev.bactrian.key;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * How much in all; null where there is no bound. Days and months are those of the rules' time zone.
 *
 * @param day billionths of a US dollar a day
 * @param month billionths of a US dollar a month
 * @param total billionths of a US dollar, ever
 * @param tokens tokens in and out, ever
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Budget(
    @JsonProperty("day_nanos") @Nullable Long day,
    @JsonProperty("month_nanos") @Nullable Long month,
    @JsonProperty("total_nanos") @Nullable Long total,
    @JsonProperty("total_tokens") @Nullable Long tokens) {
  /** No bound. */
  public static final Budget NONE = new Budget(null, null, null, null);

  /** The largest bound; sums of it are whole numbers also where counters are floating. */
  private static final long MOST = 4_000_000_000_000_000L;

  /** Bounds, each of them at least 1 and at most four million dollars, or 4e15 tokens. */
  public Budget {
    Rules.within("budget.day_nanos", day, MOST);
    Rules.within("budget.month_nanos", month, MOST);
    Rules.within("budget.total_nanos", total, MOST);
    Rules.within("budget.total_tokens", tokens, MOST);
  }

  /** Whether there is one in money. */
  @JsonIgnore
  public boolean isInMoney() {
    return day != null || month != null || total != null;
  }

  /** Whether there is none. */
  @JsonIgnore
  public boolean isNone() {
    return day == null && month == null && total == null && tokens == null;
  }
}

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

  /** Bounds, each of them at least 1. */
  public Budget {
    Rules.positive("budget.day_nanos", day);
    Rules.positive("budget.month_nanos", month);
    Rules.positive("budget.total_nanos", total);
    Rules.positive("budget.total_tokens", tokens);
  }

  /** Whether there is none. */
  @JsonIgnore
  public boolean isNone() {
    return day == null && month == null && total == null && tokens == null;
  }
}

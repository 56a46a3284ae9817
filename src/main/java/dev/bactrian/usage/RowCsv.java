package dev.bactrian.usage;

import dev.bactrian.ledger.LedgerRow;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Single rows of the ledger as CSV (RFC 4180). What there is none of is empty. */
public final class RowCsv {
  private static final List<String> HEADER =
      List.of(
          "id",
          "started_at",
          "key",
          "owner",
          "model_asked",
          "model",
          "provider",
          "upstream_model",
          "attempts",
          "failed_attempts",
          "prompt_tokens",
          "cached_tokens",
          "cache_write_tokens",
          "completion_tokens",
          "reasoning_tokens",
          "estimated",
          "cost",
          "currency",
          "price_from",
          "first_token_ms",
          "duration_ms",
          "outcome",
          "error",
          "status",
          "stream");

  private RowCsv() {}

  /** The first line. */
  public static String header() {
    return Csv.line(HEADER);
  }

  /** The line of a row; the time in UTC, the cost in whole units. */
  public static String line(LedgerRow row) {
    List<String> values = new ArrayList<>();
    add(values, row.id(), Instant.ofEpochMilli(row.started()), row.key(), row.owner());
    add(values, row.asked(), row.model(), row.provider(), row.upstream());
    add(values, row.attempts(), row.failed());
    add(values, row.prompt(), row.cached(), row.cacheWrite());
    add(values, row.completion(), row.reasoning(), row.estimated());
    add(values, row.cost() == null ? null : BigDecimal.valueOf(row.cost(), 9).toPlainString());
    add(values, row.currency(), row.priced(), row.firstToken(), row.duration());
    add(values, row.outcome().word(), row.error(), row.status(), row.stream());
    return Csv.line(values);
  }

  private static void add(List<String> values, @Nullable Object... more) {
    for (Object value : more) {
      values.add(value == null ? "" : value.toString());
    }
  }
}

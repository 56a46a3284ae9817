package dev.bactrian.usage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.usage.UsageQuery.Dimension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Usage as CSV (RFC 4180): a header, then a line for each group and currency. */
public final class UsageCsv {
  private UsageCsv() {}

  /**
   * Writes lines.
   *
   * @param groups what they are told apart by, which come first
   */
  public static String of(List<Dimension> groups, List<UsageLine> lines) {
    StringBuilder csv = new StringBuilder();
    List<String> header = new ArrayList<>();
    groups.forEach(group -> header.add(group.word()));
    header.addAll(
        List.of(
            "requests",
            "failed_requests",
            "attempts",
            "estimated_requests",
            "unpriced_requests",
            "prompt_tokens",
            "cached_tokens",
            "cache_write_tokens",
            "completion_tokens",
            "reasoning_tokens",
            "cost",
            "currency"));
    csv.append(Csv.line(header));
    for (UsageLine line : lines) {
      List<String> values = new ArrayList<>();
      for (Map.Entry<String, JsonNode> member : line.json().properties()) {
        values.add(member.getValue().isNull() ? "" : member.getValue().asText());
      }
      csv.append(Csv.line(values));
    }
    return csv.toString();
  }
}

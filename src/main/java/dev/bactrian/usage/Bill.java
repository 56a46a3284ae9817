package dev.bactrian.usage;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A provider's bill, read from CSV. Columns are known by their headers, however these are written.
 *
 * @param lines its lines
 */
record Bill(List<Line> lines) {
  private static final int DAY_LENGTH = "2026-07-01".length();

  /** What a column can be, and the headers it goes by, in small letters and digits only. */
  private enum Column {
    DAY(
        "date",
        "day",
        "utcdate",
        "usagedate",
        "time",
        "timestamp",
        "createdat",
        "created",
        "starttime",
        "usedon"),
    MODEL("model", "modelname", "modelid", "upstream", "deployment", "modelslug"),
    REQUEST("requestid", "id", "callid"),
    IN("prompttokens", "inputtokens", "tokensin", "tokensprompt", "input", "intokens"),
    OUT("completiontokens", "outputtokens", "tokensout", "tokenscompletion", "output", "outtokens"),
    TOTAL("totaltokens", "tokens", "usage"),
    COST("cost", "costusd", "totalcost", "amount", "spend", "charge", "price", "costtotal", "fee");

    private final List<String> headers;

    Column(String... headers) {
      this.headers = List.of(headers);
    }
  }

  /**
   * One line.
   *
   * @param day its day, null where the bill has none
   * @param model its model, null where the bill has none
   * @param request its request id, null where the bill has none
   */
  record Line(
      @Nullable LocalDate day, @Nullable String model, @Nullable String request, Amounts amounts) {}

  /**
   * Reads a bill.
   *
   * @throws IllegalArgumentException with the line that cannot be read, or when no column of tokens
   *     or costs is there
   */
  static Bill read(String text) {
    List<List<String>> records = Csv.read(text);
    if (records.isEmpty()) {
      throw new IllegalArgumentException("The bill is empty.");
    }
    Map<Column, Integer> columns = columns(records.get(0));
    List<Line> lines = new ArrayList<>();
    for (int i = 1; i < records.size(); i++) {
      try {
        lines.add(line(columns, records.get(i)));
      } catch (RuntimeException e) {
        throw new IllegalArgumentException(
            "Line " + (i + 1) + " of the bill cannot be read: " + e.getMessage(), e);
      }
    }
    return new Bill(List.copyOf(lines));
  }

  private static Map<Column, Integer> columns(List<String> header) {
    Map<Column, Integer> columns = new HashMap<>();
    for (Column column : Column.values()) {
      for (String name : column.headers) {
        for (int i = 0; i < header.size() && !columns.containsKey(column); i++) {
          String plain = header.get(i).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
          if (plain.equals(name)) {
            columns.put(column, i);
          }
        }
      }
    }
    boolean counts =
        columns.containsKey(Column.IN)
            || columns.containsKey(Column.OUT)
            || columns.containsKey(Column.TOTAL)
            || columns.containsKey(Column.COST);
    if (!counts) {
      throw new IllegalArgumentException(
          "No column of the bill holds tokens or a cost; its columns are: "
              + String.join(", ", header));
    }
    return columns;
  }

  private static Line line(Map<Column, Integer> columns, List<String> record) {
    String day = field(columns, record, Column.DAY);
    return new Line(
        day == null ? null : day(day),
        field(columns, record, Column.MODEL),
        field(columns, record, Column.REQUEST),
        new Amounts(
            number(columns, record, Column.IN),
            number(columns, record, Column.OUT),
            number(columns, record, Column.TOTAL),
            number(columns, record, Column.COST)));
  }

  private static @Nullable String field(
      Map<Column, Integer> columns, List<String> record, Column column) {
    Integer place = columns.get(column);
    if (place == null || place >= record.size() || record.get(place).isEmpty()) {
      return null;
    }
    return record.get(place);
  }

  private static @Nullable BigDecimal number(
      Map<Column, Integer> columns, List<String> record, Column column) {
    String text = field(columns, record, column);
    return text == null ? null : new BigDecimal(text.replaceAll("[^0-9.eE+-]", ""));
  }

  /** A day as {@code 2026-07-01}, with a time or not, as {@code 20260701}, or in seconds. */
  private static LocalDate day(String text) {
    if (text.matches("\\d{8}")) {
      return LocalDate.parse(text, java.time.format.DateTimeFormatter.BASIC_ISO_DATE);
    }
    if (text.matches("\\d{10}")) {
      return Instant.ofEpochSecond(Long.parseLong(text)).atZone(ZoneOffset.UTC).toLocalDate();
    }
    String day = text.replace('/', '-');
    return LocalDate.parse(day.substring(0, Math.min(DAY_LENGTH, day.length())));
  }
}

package dev.bactrian.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The API's answers for people. */
final class Tables {
  private static final List<String> COLUMNS =
      List.of("id", "name", "owner", "disabled", "expires_at");
  private static final int NANO_DIGITS = 9;

  private Tables() {}

  /** One thing a member a line, several of them in a table. */
  static String of(JsonNode answer) {
    return answer.path("data").isArray() ? table(answer.path("data")) : lines(answer);
  }

  private static String lines(JsonNode one) {
    List<List<String>> rows = new ArrayList<>();
    one.properties()
        .forEach(
            member -> {
              if (!member.getKey().equals("object") && !member.getValue().isNull()) {
                add(rows, member.getKey(), member.getValue());
              }
            });
    String text = aligned(rows);
    return one.has("key") ? text + "\nThe key is shown only now." : text;
  }

  private static void add(List<List<String>> rows, String name, JsonNode value) {
    if (name.equals("budget") || name.equals("spent")) {
      value.properties().forEach(each -> rows.add(amount(name, each.getKey(), each.getValue())));
    } else {
      rows.add(List.of(name, text(value)));
    }
  }

  private static List<String> amount(String what, String name, JsonNode value) {
    String suffix = "_nanos";
    if (!name.endsWith(suffix)) {
      return List.of(what + " " + name, value.asText());
    }
    BigDecimal dollars = BigDecimal.valueOf(value.longValue(), NANO_DIGITS);
    String plain = dollars.stripTrailingZeros().toPlainString();
    return List.of(what + " " + name.substring(0, name.length() - suffix.length()), plain + " USD");
  }

  private static String table(JsonNode data) {
    List<List<String>> rows = new ArrayList<>();
    List<String> columns = columns(data);
    rows.add(columns);
    for (JsonNode one : data) {
      rows.add(columns.stream().map(column -> text(one.path(column))).toList());
    }
    return aligned(rows);
  }

  /** Of keys and owners some, of everything else all. */
  private static List<String> columns(JsonNode data) {
    List<String> all = new ArrayList<>();
    if (!data.isEmpty() && !data.path(0).has("object")) {
      data.path(0).fieldNames().forEachRemaining(all::add);
    }
    return all.isEmpty() ? COLUMNS : all;
  }

  private static String text(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "-";
    }
    if (value.isArray() && !value.findValues("model").isEmpty()) {
      return value.toString();
    }
    if (value.isArray()) {
      List<String> all = new ArrayList<>();
      value.forEach(each -> all.add(each.asText()));
      return String.join(", ", all);
    }
    return value.isObject() ? value.toString() : value.asText();
  }

  private static String aligned(List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int index = column;
        int width = rows.stream().mapToInt(other -> other.get(index).length()).max().orElse(0);
        line.append(row.get(column)).append(" ".repeat(width + 2 - row.get(column).length()));
      }
      text.append(text.isEmpty() ? "" : "\n").append(line.toString().stripTrailing());
    }
    return text.toString();
  }
}

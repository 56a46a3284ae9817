package dev.bactrian.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.math.BigDecimal;
import java.util.List;

/**
 * The options of a command.
 *
 * @param body what they say, as the API has it
 * @param json whether the answer is wanted as JSON
 */
record AdminOptions(ObjectNode body, boolean json) {
  private static final int NANO_DIGITS = 9;

  /**
   * Reads options.
   *
   * @throws IllegalArgumentException with the one that is wrong
   */
  static AdminOptions read(List<String> options) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    boolean json = false;
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).equals("--json")) {
        json = true;
      } else if (options.get(i).equals("--csv")) {
        body.put("format", "csv");
      } else if (i + 1 < options.size()) {
        option(options.get(i), options.get(++i), body);
      } else {
        throw new IllegalArgumentException("'" + options.get(i) + "' needs a value.");
      }
    }
    return new AdminOptions(body, json);
  }

  private static void option(String name, String value, ObjectNode body) {
    switch (name) {
      case "--id" -> body.put("id", value);
      case "--name" -> body.put("name", value);
      case "--owner" -> body.put("owner", value);
      case "--by" -> body.put("group_by", value);
      case "--start", "--end", "--key", "--model", "--provider" ->
          body.put(name.substring(2), value);
      case "--expires" -> body.put("expires_at", value);
      case "--time-zone" -> body.put("time_zone", value);
      case "--models" -> list(body, "models", value);
      case "--providers" -> list(body, "providers", value);
      case "--requests-per-minute" -> body.put("requests_per_minute", number(name, value));
      case "--tokens-per-minute" -> body.put("tokens_per_minute", number(name, value));
      case "--concurrent" -> body.put("concurrent_requests", number(name, value));
      case "--grace" -> body.put("grace_seconds", number(name, value));
      case "--budget-day" -> body.withObject("/budget").put("day_nanos", nanos(name, value));
      case "--budget-month" -> body.withObject("/budget").put("month_nanos", nanos(name, value));
      case "--budget-total" -> body.withObject("/budget").put("total_nanos", nanos(name, value));
      case "--budget-tokens" -> body.withObject("/budget").put("total_tokens", number(name, value));
      case "--tag" -> {
        int equals = value.indexOf('=');
        if (equals < 1) {
          throw new IllegalArgumentException("A tag is NAME=TEXT.");
        }
        body.withObject("/tags").put(value.substring(0, equals), value.substring(equals + 1));
      }
      default -> throw new IllegalArgumentException("There is no '" + name + "'.");
    }
  }

  private static void list(ObjectNode body, String name, String value) {
    var list = body.putArray(name);
    for (String each : value.split(",", -1)) {
      if (!each.isBlank()) {
        list.add(each.strip());
      }
    }
  }

  private static long number(String name, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + name + "' needs a whole number.");
    }
  }

  private static long nanos(String name, String dollars) {
    try {
      return new BigDecimal(dollars).movePointRight(NANO_DIGITS).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("'" + name + "' needs an amount such as 1.50.");
    }
  }
}

package dev.bactrian.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.key.Rules;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of a request's body, taken out one by one; what is left are rules. */
final class Members {
  private static final int LONGEST_NAME = 200;
  private static final int MOST = 1000;

  private final ObjectNode rest;

  Members(JsonNode body) {
    this.rest = body.deepCopy();
  }

  boolean has(String name) {
    return rest.has(name);
  }

  /** A text, null where there is none. */
  @Nullable String text(String name) {
    JsonNode value = rest.remove(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual() || value.asText().isBlank() || value.asText().length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "'" + name + "' must be a text of 1 to " + LONGEST_NAME + " characters.");
    }
    return value.asText();
  }

  /** A text that has to be there. */
  String requiredText(String name) {
    String text = text(name);
    if (text == null) {
      throw new IllegalArgumentException("'" + name + "' is missing.");
    }
    return text;
  }

  boolean flag(String name) {
    JsonNode value = rest.remove(name);
    if (value == null || !value.isBoolean()) {
      throw new IllegalArgumentException("'" + name + "' must be true or false.");
    }
    return value.booleanValue();
  }

  /** A moment in milliseconds since 1970, null where there is none. */
  @Nullable Long moment(String name) {
    String text = text(name);
    try {
      return text == null ? null : Long.valueOf(Instant.parse(text).toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("'" + name + "' must be like 2027-01-31T12:00:00Z.");
    }
  }

  /** A whole number. */
  long number(String name, long otherwise, long most) {
    JsonNode value = rest.remove(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || value.longValue() < 0 || value.longValue() > most) {
      throw new IllegalArgumentException("'" + name + "' must be a number from 0 to " + most + ".");
    }
    return value.longValue();
  }

  /** Nothing else may be there. */
  void end() {
    if (!rest.isEmpty()) {
      throw new IllegalArgumentException("There is no '" + rest.fieldNames().next() + "'.");
    }
  }

  /** The rules, where those that are not spoken of stay as they are, bounds of a budget, too. */
  Rules rules(Rules before) {
    ObjectNode all = before.json();
    if (all.path("budget") instanceof ObjectNode budget
        && rest.path("budget") instanceof ObjectNode changes) {
      budget.setAll(changes);
      rest.remove("budget");
    }
    return Rules.read(all.setAll(rest));
  }

  /** Limits of models, null where they are taken away. */
  @Nullable List<Rules.ModelLimits> modelLimits() {
    JsonNode value = rest.remove("model_limits");
    if (value == null) {
      throw new IllegalArgumentException("'model_limits' is missing.");
    }
    return value.isNull() ? null : Rules.modelLimits(value.toString());
  }

  /** How many of a list are wanted. */
  static int limit(Map<String, String> query) {
    try {
      int limit = Integer.parseInt(query.getOrDefault("limit", "100"));
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // as below
    }
    throw new IllegalArgumentException("'limit' must be a number from 1 to " + MOST + ".");
  }
}

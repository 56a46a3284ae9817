package dev.bactrian.usage;

import dev.bactrian.error.ApiException;
import dev.bactrian.usage.UsageQuery.Dimension;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what a request for usage asks: {@code start}, {@code end}, {@code group_by}, filters. */
public final class UsageParameters {
  private static final Set<Dimension> CLIENTS =
      EnumSet.of(Dimension.DAY, Dimension.MODEL, Dimension.PROVIDER);
  private static final Set<Dimension> ALL = EnumSet.allOf(Dimension.class);

  private final Set<Dimension> allowed;

  private UsageParameters(Set<Dimension> allowed) {
    this.allowed = allowed;
  }

  /**
   * A client's question, which is about its own key.
   *
   * @throws ApiException 400 with the parameter that is wrong
   */
  public static UsageQuery forClients(Map<String, String> parameters) {
    return new UsageParameters(CLIENTS).read(parameters);
  }

  /**
   * An administrator's question.
   *
   * @throws ApiException 400 with the parameter that is wrong
   */
  public static UsageQuery forAdministrators(Map<String, String> parameters) {
    return new UsageParameters(ALL).read(parameters);
  }

  private UsageQuery read(Map<String, String> parameters) {
    LocalDate start = null;
    LocalDate end = null;
    List<Dimension> groups = List.of();
    Map<Dimension, String> only = new LinkedHashMap<>();
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      String name = parameter.getKey();
      String value = parameter.getValue();
      switch (name) {
        case "start" -> start = day(name, value);
        case "end" -> end = day(name, value);
        case "group_by" -> groups = groups(value);
        default -> only.put(dimension(name, name), value);
      }
    }
    String day = only.remove(Dimension.DAY);
    if (day != null) {
      start = day("day", day);
      end = start;
    }
    if (start != null && end != null && end.isBefore(start)) {
      throw wrong("end", "'end' is a day before 'start'.");
    }
    return new UsageQuery(start, end, only, groups);
  }

  private List<Dimension> groups(String value) {
    List<Dimension> groups = new ArrayList<>();
    for (String word : value.split(",")) {
      Dimension group = dimension("group_by", word.strip());
      if (!groups.contains(group)) {
        groups.add(group);
      }
    }
    return groups;
  }

  private Dimension dimension(String parameter, String word) {
    @Nullable Dimension dimension = Dimension.named(word.toLowerCase(Locale.ROOT));
    if (dimension == null || !allowed.contains(dimension)) {
      String words = allowed.stream().map(Dimension::word).collect(Collectors.joining(", "));
      throw wrong(
          parameter,
          parameter.equals("group_by")
              ? "'group_by' is a list of: " + words + "."
              : "Unknown parameter '"
                  + parameter
                  + "'; known are start, end, group_by, "
                  + words
                  + ".");
    }
    return dimension;
  }

  private static LocalDate day(String name, String value) {
    try {
      return LocalDate.parse(value);
    } catch (DateTimeParseException e) {
      throw wrong(name, "'" + name + "' is a day such as 2026-07-01, in UTC.");
    }
  }

  private static ApiException wrong(String parameter, String message) {
    return ApiException.badRequest("invalid_parameter", parameter, message);
  }
}

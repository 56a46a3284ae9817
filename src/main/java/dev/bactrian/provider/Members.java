package dev.bactrian.provider;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of one provider's pool: those of {@code pools.yaml}, else those that numbered
 * variables name ({@code DEEPSEEK_API_KEY_2} beside {@code DEEPSEEK_API_KEY}). A member has the
 * provider's parameters where it has none of its own; one that has any credential of its own has
 * none of the provider's.
 */
final class Members {
  private static final Logger LOG = LoggerFactory.getLogger(Members.class);
  private static final Pattern NUMBERED = Pattern.compile("(.+)_([2-9]|[1-9]\\d)");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,40}");
  private static final long LONGEST_WAIT = 10_000;
  private static final long LONGEST_QUEUE = 100_000;

  private final KameletFile kamelet;
  private final Function<String, @Nullable String> provided;

  /**
   * The members of a provider.
   *
   * @param provided the provider's own value of a property, null where it has none
   */
  Members(KameletFile kamelet, Function<String, @Nullable String> provided) {
    this.kamelet = kamelet;
    this.provided = provided;
  }

  /** A pool as the file has it. */
  PoolSettings written(PoolFile.Written pool) {
    List<MemberSettings> members = new ArrayList<>();
    for (PoolFile.Entry entry : pool.entries()) {
      MemberSettings member = member(entry, members.size() + 1);
      if (members.stream().anyMatch(other -> other.name().equals(member.name()))) {
        throw entry.wrong("there is another member '" + member.name() + "'.");
      }
      String missing = missing(member.properties());
      if (!missing.isEmpty()) {
        throw entry.wrong("it has no " + missing + ".");
      }
      members.add(member);
    }
    Long queue = pool.number("queue", LONGEST_QUEUE);
    return new PoolSettings(
        List.copyOf(members),
        pool.flag("sticky"),
        pool.number("wait", LONGEST_WAIT),
        queue == null ? null : queue.intValue());
  }

  private MemberSettings member(PoolFile.Entry entry, int number) {
    Map<String, Object> left = new LinkedHashMap<>(entry.words());
    Object given = left.remove("name");
    String name = given == null ? Integer.toString(number) : given.toString();
    if (!NAME.matcher(name).matches()) {
      throw entry.wrong("a name is made of letters, digits, - and _, not '" + name + "'.");
    }
    Object weight = left.remove("weight");
    if (weight != null && !(weight instanceof Number share && share.doubleValue() > 0)) {
      throw entry.wrong("weight: '" + weight + "' is not a number above 0.");
    }
    Limits limits =
        new Limits(
            limit(entry, left, "requests-per-minute"),
            limit(entry, left, "requests-per-day"),
            limit(entry, left, "tokens-per-minute"),
            limit(entry, left, "tokens-per-day"),
            limit(entry, left, "concurrency"));
    Map<String, String> properties = new LinkedHashMap<>();
    left.forEach(
        (property, value) -> {
          if (!kamelet.properties().containsKey(property)) {
            throw entry.wrong(
                "'" + property + "' is neither a limit nor a property of the provider's kamelet.");
          }
          properties.put(property, value.toString());
        });
    double share = weight instanceof Number some ? some.doubleValue() : 1;
    return settings(name, share, limits, properties);
  }

  private static long limit(PoolFile.Entry entry, Map<String, Object> left, String name) {
    Object value = left.remove(name);
    if (value == null) {
      return 0;
    }
    if (value instanceof Number number && number.longValue() > 0 && number.doubleValue() % 1 == 0) {
      return number.longValue();
    }
    throw entry.wrong(name + ": '" + value + "' is not a whole number above 0.");
  }

  /** The pool of numbered variables, null where there are none. */
  @Nullable PoolSettings numbered(Map<String, String> environment) {
    Map<String, String> variables = new LinkedHashMap<>(kamelet.environment());
    for (String property : kamelet.properties().keySet()) {
      variables.put(Providers.variable(kamelet.provider(), property), property);
    }
    Map<Integer, Map<String, String>> numbered = new TreeMap<>();
    environment.forEach(
        (variable, value) -> {
          Matcher matcher = NUMBERED.matcher(variable);
          String property = matcher.matches() ? variables.get(matcher.group(1)) : null;
          if (property != null && !value.isBlank()) {
            numbered
                .computeIfAbsent(Integer.valueOf(matcher.group(2)), none -> new LinkedHashMap<>())
                .put(property, value.strip());
          }
        });
    if (numbered.isEmpty()) {
      return null;
    }
    List<MemberSettings> members = new ArrayList<>();
    if (missing(Map.of()).isEmpty()) {
      members.add(settings("1", 1, Limits.NONE, Map.of()));
    }
    numbered.forEach(
        (number, properties) -> {
          MemberSettings member = settings(number.toString(), 1, Limits.NONE, properties);
          String missing = missing(member.properties());
          if (missing.isEmpty()) {
            members.add(member);
          } else {
            LOG.warn(
                "Key {} of provider {} is left out, it has no {}",
                number,
                kamelet.provider(),
                missing);
          }
        });
    return members.isEmpty() ? null : PoolSettings.of(List.copyOf(members));
  }

  private MemberSettings settings(
      String name, double weight, Limits limits, Map<String, String> said) {
    Map<String, String> properties = new LinkedHashMap<>(said);
    if (said.keySet().stream().anyMatch(kamelet.credentials()::contains)) {
      for (String credential : kamelet.credentials()) {
        if (provided.apply(credential) != null) {
          properties.putIfAbsent(credential, "");
        }
      }
    }
    Map<String, String> place = new TreeMap<>(said);
    place.keySet().removeAll(kamelet.credentials());
    place.entrySet().removeIf(property -> property.getValue().equals(value(property.getKey())));
    return new MemberSettings(name, weight, limits, properties, place.toString());
  }

  private @Nullable String value(String property) {
    String own = provided.apply(property);
    return own == null ? kamelet.properties().get(property) : own;
  }

  /** The properties that a member lacks, in words; empty when it is complete. */
  private String missing(Map<String, String> own) {
    return kamelet.missing(
        property -> {
          String value = own.containsKey(property) ? own.get(property) : value(property);
          return value != null && !value.isBlank();
        },
        property -> property);
  }
}

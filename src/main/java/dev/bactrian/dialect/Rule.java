package dev.bactrian.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.bactrian.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a list of quirks: {@code NAME[=VALUE][ when CONDITION][@MODELS]}, for example {@code
 * temperature@kimi-*} or {@code enable_thinking=false when whole@qwen3-*b|qwq-*}.
 *
 * @param name what it is about, mostly a member of the request
 * @param value what follows the equals sign, empty where nothing does
 * @param when the requests that it is for, null for all
 * @param models the models that it is for, null for all
 */
record Rule(String name, String value, @Nullable When when, @Nullable ModelNames models) {

  /** The requests that a rule is for. */
  enum When {
    /** A whole answer is wanted, no stream. */
    WHOLE,
    /** {@code reasoning_effort} asks for thoughts. */
    THINKING,
    /** {@code reasoning_effort} is {@code none}. */
    NOT_THINKING,
    /** {@code temperature} is 0. */
    GREEDY,
    /** There are tools. */
    TOOLS,
    /** {@code response_format} asks for JSON. */
    JSON,
    /**
     * Tools are or were in use, and an answer of the model came back without the thoughts that led
     * to it.
     */
    THOUGHTS_LOST
  }

  /** The rules of a list that is separated by that character. */
  static List<Rule> list(@Nullable String text, char separator) {
    return text == null
        ? List.of()
        : Arrays.stream(text.split(String.valueOf(separator)))
            .filter(part -> !part.isBlank())
            .map(Rule::parse)
            .toList();
  }

  private static Rule parse(String text) {
    String rest = text.strip();
    ModelNames models = null;
    int at = rest.lastIndexOf('@');
    if (at > 0 && rest.indexOf('"', at) < 0) {
      models = ModelNames.parse(rest.substring(at + 1).replace('|', ','));
      rest = rest.substring(0, at).strip();
    }
    When when = null;
    int condition = rest.lastIndexOf(" when ");
    if (condition > 0) {
      when = when(rest.substring(condition + " when ".length()).strip());
      rest = rest.substring(0, condition).strip();
    }
    int equals = rest.indexOf('=');
    return equals < 0
        ? new Rule(rest, "", when, models)
        : new Rule(
            rest.substring(0, equals).strip(), rest.substring(equals + 1).strip(), when, models);
  }

  private static When when(String words) {
    String name = words.replace('-', '_').toUpperCase(Locale.ROOT);
    return Arrays.stream(When.values())
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("There is no condition '" + words + "'"));
  }

  /** The value as JSON: as it is where it is JSON, else as a string. */
  byte[] json() {
    try {
      Json.MAPPER.readTree(value);
      return value.getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      return Json.string(value);
    }
  }
}

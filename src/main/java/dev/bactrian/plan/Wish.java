package dev.bactrian.plan;

import dev.bactrian.chat.Policy;
import org.jspecify.annotations.Nullable;

/**
 * What one name in a request asks for.
 *
 * @param kind what the name is
 * @param name the model or the task, without prefix and suffix; empty for {@link Kind#AUTO}
 * @param policy by what to order the models that could answer, null for the catalogue's order
 */
record Wish(Kind kind, String name, @Nullable Policy policy) {
  private static final String TASK = "task:";

  enum Kind {
    MODEL,
    TASK,
    AUTO
  }

  /**
   * Reads a name: {@code provider/model}, a bare name, {@code task:code}, {@code auto}, each of
   * them perhaps with {@code :cheapest}, {@code :fastest} or {@code :best} at the end.
   *
   * @param route the policy of the whole request, null if it has none
   */
  static Wish read(String text, @Nullable Policy route) {
    int colon = text.lastIndexOf(':');
    Policy suffix = colon < 0 ? null : Policy.of(text.substring(colon + 1));
    String name = suffix == null ? text : text.substring(0, colon);
    Policy policy = suffix == null ? route : suffix;
    if (name.equals("auto") || name.equals("bactrian/auto")) {
      return new Wish(Kind.AUTO, "", policy);
    }
    if (name.equals("openrouter/auto") && policy != null) {
      return new Wish(Kind.AUTO, "", policy);
    }
    return name.startsWith(TASK)
        ? new Wish(Kind.TASK, name.substring(TASK.length()), policy)
        : new Wish(Kind.MODEL, name, policy);
  }
}

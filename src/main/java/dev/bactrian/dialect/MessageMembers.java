package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.function.Consumer;

/** Tells the client of what a dialect has no place for in messages and their parts. */
final class MessageMembers {
  private static final Set<String> TOOL = Set.of("type", "function", "cache_control");
  private static final Set<String> FUNCTION =
      Set.of("name", "description", "parameters", "strict", "cache_control");
  private static final Set<String> CALL =
      Set.of("id", "type", "index", "function", "custom", "extra_content");

  private MessageMembers() {}

  /** Tells of what a function tool has that no other API than OpenAI's could know. */
  static void tellOfTool(JsonNode tool, Consumer<String> changes) {
    tell(tool, "tools", TOOL, changes);
    tell(tool.path("function"), "tools.function", FUNCTION, changes);
  }

  /** Tells of what a call of a tool has that no other API than OpenAI's could know. */
  static void tellOfCall(JsonNode call, Consumer<String> changes) {
    tell(call, "messages.tool_calls", CALL, changes);
  }

  /**
   * Tells of the members that are not known; what is empty says nothing and is not told.
   *
   * @param place what they are members of, for example {@code messages}
   * @param known the members that the dialect reads
   */
  static void tell(JsonNode node, String place, Set<String> known, Consumer<String> changes) {
    node.properties()
        .forEach(
            member -> {
              JsonNode value = member.getValue();
              boolean empty = value.isNull() || (value.isContainerNode() && value.isEmpty());
              if (!empty && !known.contains(member.getKey())) {
                changes.accept(place + "." + member.getKey() + "=dropped");
              }
            });
  }
}

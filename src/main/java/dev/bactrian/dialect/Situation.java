package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatRequest;
import java.util.List;

/** A request as far as {@link Rule}s go by it. */
final class Situation {
  private final ChatRequest request;
  private final MemberTrees trees;

  Situation(ChatRequest request, MemberTrees trees) {
    this.request = request;
    this.trees = trees;
  }

  /** Whether a rule is for this request. */
  boolean isFor(Rule rule) {
    boolean model = rule.models() == null || rule.models().contain(request.model());
    return model && (rule.when() == null || is(rule.when()));
  }

  /** Whether a word is in a list that is for this request, or there is no list. */
  boolean allows(List<Rule> rules, String word) {
    return rules.isEmpty()
        || rules.stream().anyMatch(rule -> rule.name().equals(word) && isFor(rule));
  }

  private boolean is(Rule.When when) {
    return switch (when) {
      case WHOLE -> !request.stream();
      case THINKING -> !effort().isEmpty() && !effort().equals("none");
      case NOT_THINKING -> effort().equals("none");
      case GREEDY ->
          trees.get("temperature").isNumber() && trees.get("temperature").asDouble() == 0;
      case TOOLS -> !trees.get("tools").isEmpty();
      case JSON -> trees.get("response_format").path("type").asText().startsWith("json");
      case THOUGHTS_LOST -> isThoughtsLost();
    };
  }

  private String effort() {
    return trees.get("reasoning_effort").asText("");
  }

  private boolean isThoughtsLost() {
    boolean answered = trees.mentions("messages", "\"assistant\"");
    return answered
        && (trees.mentions("messages", "\"tool_calls\"") || is(Rule.When.TOOLS))
        && hasThoughtless(trees.get("messages"));
  }

  private static boolean hasThoughtless(JsonNode messages) {
    for (JsonNode message : messages) {
      if (message.path("role").asText().equals("assistant")
          && message.path("reasoning_content").asText("").isEmpty()) {
        return true;
      }
    }
    return false;
  }
}

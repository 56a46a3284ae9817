package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.bactrian.json.Splice;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Members whose value is one of OpenAI's words, which a provider may not know. */
final class OpenAiChoices {
  private static final String NONE_AT_ALL = "-";
  private static final String ANY = "*";

  private final OpenAiQuirks.Choices known;
  private final Situation situation;
  private final MemberTrees trees;
  private final Splice splice;
  private final List<String> changes;

  OpenAiChoices(
      OpenAiQuirks.Choices known,
      Situation situation,
      MemberTrees trees,
      Splice splice,
      List<String> changes) {
    this.known = known;
    this.situation = situation;
    this.trees = trees;
    this.splice = splice;
    this.changes = changes;
  }

  void apply() {
    if (!known.toolChoices().isEmpty() && splice.keeps("tool_choice")) {
      toolChoice();
    }
    if (!known.formats().isEmpty() && splice.keeps("response_format")) {
      responseFormat();
    }
    if (!known.efforts().isEmpty() && splice.keeps("reasoning_effort")) {
      effort();
    }
  }

  private void toolChoice() {
    JsonNode choice = trees.get("tool_choice");
    String type = choice.path("type").asText("");
    String word = choice.isTextual() ? choice.asText() : type.equals("function") ? "named" : type;
    if (situation.allows(known.toolChoices(), word)) {
      return;
    }
    if (word.equals("none")) {
      leaveOut("tools");
      leaveOut("tool_choice");
    } else {
      replace("tool_choice", "\"auto\"", "auto");
    }
  }

  private void responseFormat() {
    JsonNode format = trees.get("response_format");
    String type = format.path("type").asText("");
    if (situation.allows(known.formats(), type)) {
      return;
    }
    if (!type.startsWith("json") || !(trees.get("messages") instanceof ArrayNode messages)) {
      leaveOut("response_format");
      return;
    }
    JsonInstruction.add(messages, JsonInstruction.of(format));
    trees.changed("messages");
    if (type.equals("json_schema") && situation.allows(known.formats(), "json_object")) {
      replace("response_format", "{\"type\":\"json_object\"}", "json_object");
    } else {
      splice.remove("response_format");
      changes.add("response_format=instruction");
    }
  }

  private void effort() {
    String effort = trees.get("reasoning_effort").asText();
    for (Rule rule : known.efforts()) {
      if ((rule.name().equals(effort) || rule.name().equals(ANY)) && situation.isFor(rule)) {
        if (rule.value().equals(NONE_AT_ALL)) {
          leaveOut("reasoning_effort");
        } else if (!rule.value().equals(effort)) {
          replace("reasoning_effort", '"' + rule.value() + '"', rule.value());
        }
        return;
      }
    }
  }

  private void leaveOut(String member) {
    if (splice.keeps(member)) {
      splice.remove(member);
      changes.add(member + "=dropped");
    }
  }

  private void replace(String member, String json, String told) {
    splice.set(member, json.getBytes(StandardCharsets.UTF_8));
    changes.add(member + "=" + told);
  }
}

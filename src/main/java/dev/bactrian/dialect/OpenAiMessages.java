package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.json.Splice;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The messages of a request as an OpenAI-like provider wants them. */
final class OpenAiMessages {
  private static final byte[] SYSTEM = "\"system\"".getBytes(StandardCharsets.UTF_8);
  private static final String MESSAGES = "messages";

  private final ChatRequest request;
  private final OpenAiQuirks.Messages quirks;
  private final MemberTrees trees;
  private final Splice splice;
  private final List<String> changes;

  OpenAiMessages(
      ChatRequest request,
      OpenAiQuirks.Messages quirks,
      MemberTrees trees,
      Splice splice,
      List<String> changes) {
    this.request = request;
    this.quirks = quirks;
    this.trees = trees;
    this.splice = splice;
    this.changes = changes;
  }

  void apply() {
    if (quirks.blankContent() && trees.mentions(MESSAGES, "\"\"")) {
      blank();
    }
    if (quirks.shortCallIds() && trees.mentions(MESSAGES, "\"tool_call")) {
      shortenIds();
    }
    if (quirks.systemRole() && !request.developerRoles().isEmpty()) {
      roles();
    }
  }

  private void blank() {
    boolean blanked = false;
    for (JsonNode message : trees.get(MESSAGES)) {
      if (message instanceof ObjectNode object
          && message.path("role").asText().equals("assistant")
          && message.path("content").isTextual()
          && message.path("content").asText().isEmpty()) {
        object.put("content", " ");
        blanked = true;
      }
    }
    if (blanked) {
      trees.changed(MESSAGES);
      changes.add("messages.content=blank");
    }
  }

  private void shortenIds() {
    for (JsonNode message : trees.get(MESSAGES)) {
      for (JsonNode call : message.path("tool_calls")) {
        shorten(call, "id");
      }
      shorten(message, "tool_call_id");
    }
  }

  private void shorten(JsonNode node, String member) {
    String id = node.path(member).asText("");
    String shortened = ShortId.of(id);
    if (!id.isEmpty() && !id.equals(shortened) && node instanceof ObjectNode object) {
      object.put(member, shortened);
      trees.changed(MESSAGES);
    }
  }

  private void roles() {
    if (!trees.isChanged(MESSAGES)) {
      for (int quote : request.developerRoles()) {
        splice.patch(quote, closingQuote(quote) + 1, SYSTEM);
      }
      return;
    }
    for (JsonNode message : trees.get(MESSAGES)) {
      if (message.path("role").asText().equals("developer")) {
        ((ObjectNode) message).put("role", "system");
      }
    }
  }

  /** The role's length is not known: the client may have written letters as escapes. */
  private int closingQuote(int openingQuote) {
    int end = openingQuote + 1;
    while (request.json()[end] != '"') {
      end++;
    }
    return end;
  }
}

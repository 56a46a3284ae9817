package dev.bactrian.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.json.Json;
import dev.bactrian.json.Member;
import dev.bactrian.json.Splice;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Hides texts from providers: replaces in a request's messages what patterns match, and looks
 * through the answer, whole or streamed. It stands before anyone is asked.
 */
public final class MaskStep implements Processor {
  private static final List<String> TEXTS =
      List.of("content", "text", "refusal", "reasoning_content", "arguments");

  private Map<String, String> regexes = new LinkedHashMap<>();
  private boolean restore = true;
  private int longest = 128;
  private @org.jspecify.annotations.Nullable Patterns patterns;

  /** What to hide: a regular expression for each kind, the kind's name being its placeholder's. */
  public void setPatterns(Map<String, String> patterns) {
    this.regexes = patterns;
    this.patterns = new Patterns(patterns);
  }

  /** The same map, to be filled by name. */
  public Map<String, String> getPatterns() {
    return regexes;
  }

  /** Whether the client gets its own values back; else it sees placeholders, too. */
  public void setRestore(boolean restore) {
    this.restore = restore;
  }

  /** Characters of the longest match that is waited for while a stream is under way. */
  public void setLongest(int longest) {
    this.longest = longest;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    Patterns what = patterns == null ? new Patterns(regexes) : patterns;
    patterns = what;
    Mask mask = new Mask(what, restore, longest);
    ChatRequest request = exchange.getMessage().getMandatoryBody(ChatRequest.class);
    exchange.getMessage().setBody(hide(request, mask));
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    exchange.setVariable(
        ChatCall.VARIABLE, call.through(new FilteredClient(call.client(), mask.answers())));
  }

  private static ChatRequest hide(ChatRequest request, Mask mask) throws IOException {
    Splice splice = request.splice();
    boolean changed = false;
    for (String name : List.of("messages", "user")) {
      Member member = request.index().get(name);
      if (member != null) {
        JsonNode before =
            Json.MAPPER.readTree(
                request.json(), member.valueStart(), member.valueEnd() - member.valueStart());
        JsonNode after = name.equals("user") ? hidden(before, mask) : before.deepCopy();
        walk(after, mask);
        if (!after.equals(before)) {
          splice.set(name, Json.MAPPER.writeValueAsBytes(after));
          changed = true;
        }
      }
    }
    return changed ? request.with(splice) : request;
  }

  private static JsonNode hidden(JsonNode text, Mask mask) {
    return text.isTextual()
        ? Json.MAPPER.getNodeFactory().textNode(mask.hide(text.asText()))
        : text;
  }

  /** Replaces the texts of a message, wherever they are in it; ids, names and pictures stay. */
  private static void walk(JsonNode node, Mask mask) {
    for (JsonNode child : node) {
      walk(child, mask);
    }
    if (node instanceof ObjectNode object) {
      for (String name : TEXTS) {
        if (object.path(name).isTextual()) {
          object.set(name, hidden(object.path(name), mask));
        }
      }
    }
  }
}

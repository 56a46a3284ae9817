package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer: an object, or the array of pieces that a stream without server-sent events is.
 */
final class GeminiReply {
  private final String model;
  private final TreeMap<Integer, GeminiCandidate> candidates = new TreeMap<>();
  private String id = "";
  private String answering = "";
  private @Nullable Usage usage;

  GeminiReply(String model) {
    this.model = model;
  }

  ChatReply.Complete read(byte[] body, List<String> changes) {
    JsonNode tree = tree(body);
    for (JsonNode answer : tree.isArray() ? tree : List.of(tree)) {
      piece(answer);
    }
    if (candidates.isEmpty()) {
      throw unreadable();
    }
    ObjectNode completion = ChatCompletions.create(id, answering.isEmpty() ? model : answering);
    candidates.values().forEach(candidate -> candidate.write(completion));
    return ChatCompletions.reply(completion, usage, changes);
  }

  private void piece(JsonNode answer) {
    UpstreamException failure = GeminiAnswers.failure(answer);
    if (failure != null) {
      throw failure;
    }
    id = answer.path("responseId").asText(id);
    answering = answer.path("modelVersion").asText(answering);
    Usage told = GeminiAnswers.usage(answer);
    usage = told == null ? usage : told;
    for (JsonNode candidate : answer.path("candidates")) {
      candidates
          .computeIfAbsent(candidate.path("index").asInt(), none -> new GeminiCandidate())
          .read(candidate);
    }
  }

  private static JsonNode tree(byte[] body) {
    try {
      JsonNode tree = Json.MAPPER.readTree(body);
      if (tree != null && tree.isContainerNode()) {
        return tree;
      }
    } catch (IOException e) {
      throw unreadable();
    }
    throw unreadable();
  }

  private static UpstreamException unreadable() {
    return UpstreamException.noticed(
        ErrorClass.SERVER, "The provider's answer is not Gemini's, or has no candidate.");
  }
}

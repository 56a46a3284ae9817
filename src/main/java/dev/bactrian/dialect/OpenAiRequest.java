package dev.bactrian.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.json.Json;
import dev.bactrian.json.Member;
import dev.bactrian.json.ObjectIndex;
import dev.bactrian.json.Splice;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request for an OpenAI-like provider: the client's bytes with the provider's quirks applied. */
final class OpenAiRequest {
  private static final byte[] SYSTEM = "\"system\"".getBytes(StandardCharsets.UTF_8);
  private static final byte[] INCLUDE_USAGE =
      "{\"include_usage\":true}".getBytes(StandardCharsets.UTF_8);

  private final ChatRequest request;
  private final ObjectIndex index;
  private final Splice splice;
  private final List<String> changes = new ArrayList<>(0);

  private OpenAiRequest(ChatRequest request) {
    this.request = request;
    this.index = request.index();
    this.splice = request.splice();
  }

  static Dialect.Outgoing of(ChatRequest request, OpenAiQuirks quirks) {
    OpenAiRequest out = new OpenAiRequest(request);
    out.apply(quirks);
    out.splice.remove("models");
    out.splice.remove("route");
    out.splice.set("model", Json.string(request.model()));
    return new Dialect.Outgoing(out.splice.toBytes(), out.changes);
  }

  private void apply(OpenAiQuirks quirks) {
    if (quirks.dropNulls()) {
      for (Member member : index.members()) {
        if (member.isNull()) {
          splice.remove(member.name());
        }
      }
    }
    for (String name : quirks.drop()) {
      if (index.has(name)) {
        splice.remove(name);
        changes.add(name + "=dropped");
      }
    }
    if (quirks.maxTokensField() != null) {
      maxTokens(quirks.maxTokensField());
    }
    clamp("temperature", quirks.temperature());
    clamp("top_p", quirks.topP());
    if (quirks.systemRole()) {
      for (int quote : request.developerRoles()) {
        splice.patch(quote, closingQuote(quote) + 1, SYSTEM);
      }
    }
    if (request.stream() && !request.includeUsage() && quirks.streamUsage()) {
      splice.set("stream_options", withUsage(index.get("stream_options")));
    } else if (!quirks.streamUsage()) {
      splice.remove("stream_options");
    }
  }

  /** The role's length is not known: the client may have written letters as escapes. */
  private int closingQuote(int openingQuote) {
    int end = openingQuote + 1;
    while (index.json()[end] != '"') {
      end++;
    }
    return end;
  }

  private void maxTokens(String field) {
    String other = field.equals("max_tokens") ? "max_completion_tokens" : "max_tokens";
    if (splice.keeps(other)) {
      if (splice.keeps(field)) {
        splice.remove(other);
      } else {
        splice.remove(field);
        splice.rename(other, field);
      }
    }
  }

  private void clamp(String name, @Nullable Range range) {
    Member member = index.get(name);
    if (range == null || member == null || member.isNull() || !splice.keeps(name)) {
      return;
    }
    String text = text(member);
    double value = Double.parseDouble(text);
    double nearest = range.clamp(value);
    if (nearest != value) {
      String written = number(nearest);
      splice.set(name, written.getBytes(StandardCharsets.UTF_8));
      changes.add(name + "=" + written);
    }
  }

  private byte[] withUsage(@Nullable Member options) {
    if (options == null || options.isNull()) {
      return INCLUDE_USAGE;
    }
    try {
      ObjectNode node = (ObjectNode) Json.MAPPER.readTree(text(options));
      return Json.MAPPER.writeValueAsBytes(node.put("include_usage", true));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String text(Member member) {
    return new String(
        index.json(),
        member.valueStart(),
        member.valueEnd() - member.valueStart(),
        StandardCharsets.UTF_8);
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}

package dev.bactrian.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.json.Json;
import dev.bactrian.json.Member;
import dev.bactrian.json.ObjectIndex;
import dev.bactrian.json.Splice;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request for an OpenAI-like provider: the client's bytes with the provider's quirks applied. */
final class OpenAiRequest {
  private static final byte[] INCLUDE_USAGE = utf8("{\"include_usage\":true}");
  private static final String MAX_TOKENS = "max_tokens";
  private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";

  /** Members that are not sent in any case, or renamed later. */
  private static final Set<String> OURS =
      Set.of("models", "route", "resume", "provider", MAX_TOKENS, MAX_COMPLETION_TOKENS);

  private final ChatRequest request;
  private final OpenAiQuirks quirks;
  private final ObjectIndex index;
  private final Splice splice;
  private final MemberTrees trees;
  private final Situation situation;
  private final List<String> changes = new ArrayList<>(0);

  private OpenAiRequest(ChatRequest request, OpenAiQuirks quirks) {
    this.request = request;
    this.quirks = quirks;
    this.index = request.index();
    this.splice = request.splice();
    this.trees = new MemberTrees(index);
    this.situation = new Situation(request, trees);
  }

  static Dialect.Outgoing of(ChatRequest request, OpenAiQuirks quirks) {
    OpenAiRequest out = new OpenAiRequest(request, quirks);
    out.members();
    out.limits();
    new OpenAiChoices(quirks.choices(), out.situation, out.trees, out.splice, out.changes).apply();
    out.add();
    out.stream();
    new OpenAiMessages(request, quirks.messages(), out.trees, out.splice, out.changes).apply();
    out.trees.writeTo(out.splice);
    out.splice.remove("models");
    out.splice.remove("route").remove("resume");
    if (!quirks.members().routing()) {
      out.splice.remove("provider");
    }
    out.splice.set("model", Json.string(quirks.modelId(request.model())));
    return new Dialect.Outgoing(out.splice.toBytes(), out.changes);
  }

  /** Leaves members out or gives them other names. */
  private void members() {
    if (quirks.members().dropNulls()) {
      for (Member member : index.members()) {
        if (member.isNull()) {
          splice.remove(member.name());
        }
      }
    }
    List<String> known = quirks.members().keep();
    for (Member member : index.members()) {
      String name = member.name();
      if (!known.isEmpty() && !known.contains(name) && !OURS.contains(name) && splice.keeps(name)) {
        splice.remove(name);
        changes.add(name + "=dropped");
      }
    }
    for (Rule rule : quirks.members().drop()) {
      if (isThere(rule.name()) && situation.isFor(rule) && drop(rule.name())) {
        changes.add(rule.name() + "=dropped");
      }
    }
    for (Rule rule : quirks.members().rename()) {
      if (splice.keeps(rule.name()) && situation.isFor(rule)) {
        if (index.has(rule.value())) {
          splice.remove(rule.name());
        } else {
          splice.remove(rule.value());
          splice.rename(rule.name(), rule.value());
        }
      }
    }
  }

  /** Whether what a path leads to may be there; the request is not parsed for it. */
  private boolean isThere(String path) {
    int dot = path.indexOf('.');
    return dot < 0
        ? splice.keeps(path)
        : trees.mentions(
            path.substring(0, dot), '"' + path.substring(path.lastIndexOf('.') + 1) + '"');
  }

  private boolean drop(String path) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      splice.remove(path);
      return true;
    }
    String member = path.substring(0, dot);
    boolean dropped = drop(trees.get(member), path.substring(dot + 1));
    if (dropped) {
      trees.changed(member);
    }
    return dropped;
  }

  /** Goes into objects by the names of a path, and into all elements of an array. */
  private static boolean drop(JsonNode node, String path) {
    boolean dropped = false;
    if (node.isArray()) {
      for (JsonNode element : node) {
        dropped |= drop(element, path);
      }
    } else if (node instanceof ObjectNode object) {
      int dot = path.indexOf('.');
      dropped =
          dot < 0
              ? object.remove(path) != null
              : drop(object.path(path.substring(0, dot)), path.substring(dot + 1));
    }
    return dropped;
  }

  /** Brings numbers into their ranges. */
  private void limits() {
    Set<String> seen = new HashSet<>();
    Range tokens = null;
    for (Bound bound : quirks.limits().bounds()) {
      if (!seen.contains(bound.member()) && situation.isFor(bound.scope())) {
        seen.add(bound.member());
        if (bound.member().equals(MAX_TOKENS)) {
          tokens = bound.range();
        } else {
          clamp(bound.member(), bound.member(), bound.range());
        }
      }
    }
    maxTokens(quirks.limits().maxTokensField(), tokens);
    stop();
  }

  /** The limit of the answer's length: under the provider's name, within the model's limit. */
  private void maxTokens(@Nullable String field, @Nullable Range range) {
    if (field != null) {
      for (String name : List.of(MAX_TOKENS, MAX_COMPLETION_TOKENS)) {
        if (!name.equals(field) && splice.keeps(name)) {
          if (splice.keeps(field)) {
            splice.remove(name);
          } else {
            splice.remove(field);
            splice.rename(name, field);
          }
        }
      }
    }
    double most = request.maxOutput() == null ? Double.MAX_VALUE : request.maxOutput();
    Range within =
        range == null
            ? new Range(1, most)
            : new Range(range.min(), Math.max(range.min(), Math.min(range.max(), most)));
    clamp(MAX_TOKENS, field == null ? MAX_TOKENS : field, within);
    clamp(MAX_COMPLETION_TOKENS, field == null ? MAX_COMPLETION_TOKENS : field, within);
  }

  private void clamp(String name, String told, Range range) {
    Member member = index.get(name);
    if (member == null || !splice.keeps(name)) {
      return;
    }
    double value = Double.parseDouble(text(member));
    double nearest = range.clamp(value);
    if (nearest != value) {
      String written =
          nearest == Math.rint(nearest) ? Long.toString((long) nearest) : Double.toString(nearest);
      splice.set(name, utf8(written));
      changes.add(told + "=" + written);
    }
  }

  private void stop() {
    StopLimit limit = quirks.limits().stop();
    if (limit.most() < 0 || !splice.keeps("stop")) {
      return;
    }
    JsonNode stop = trees.get("stop");
    int count = stop.isTextual() ? 1 : stop.size();
    List<String> taken = limit.taken(stop);
    if (taken.size() < count) {
      changes.add("stop=" + (taken.isEmpty() ? "dropped" : taken.size() + " of " + count));
    }
    if (taken.isEmpty()) {
      splice.remove("stop");
    } else if (stop.isTextual()) {
      splice.set("stop", utf8("[" + text(index.get("stop")) + "]"));
    } else if (taken.size() < count) {
      splice.set("stop", utf8("[" + String.join(",", taken) + "]"));
    }
  }

  /** Adds what the client has not set. */
  private void add() {
    Set<String> added = new HashSet<>();
    for (Rule rule : quirks.members().add()) {
      boolean free = !index.has(rule.name()) && !added.contains(rule.name());
      if (free && situation.isFor(rule)) {
        added.add(rule.name());
        splice.set(rule.name(), rule.json());
        if (rule.when() != null) {
          changes.add(rule.name() + "=" + rule.value());
        }
      }
    }
  }

  private void stream() {
    boolean gathered =
        !request.stream() && quirks.members().gather().stream().anyMatch(situation::isFor);
    if (gathered) {
      splice.set("stream", utf8("true"));
    }
    if (!quirks.members().streamUsage()) {
      splice.remove("stream_options");
    } else if (gathered || (request.stream() && !request.includeUsage())) {
      splice.set("stream_options", withUsage(trees.get("stream_options")));
    }
  }

  private static byte[] withUsage(JsonNode options) {
    if (!(options instanceof ObjectNode present)) {
      return INCLUDE_USAGE;
    }
    try {
      return Json.MAPPER.writeValueAsBytes(present.deepCopy().put("include_usage", true));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String text(@Nullable Member member) {
    return member == null
        ? ""
        : new String(
            index.json(),
            member.valueStart(),
            member.valueEnd() - member.valueStart(),
            StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

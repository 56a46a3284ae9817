package dev.bactrian.resume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.sse.EventSink;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Between the frames of one provider after the other and the client, who shall see one answer:
 * keeps the text, holds back an error that another provider may make good, and gives what a later
 * provider sends the first one's id, without a second role, thoughts, or white space sent twice.
 */
final class ResumableStream extends EventSink {
  private final StringBuilder text = new StringBuilder();
  private @Nullable WriteStream<Buffer> client;
  private @Nullable ObjectNode first;
  private @Nullable String error;
  private boolean resumed;
  private boolean impossible;
  private String overlap = "";

  /** Takes the frames of the next provider for a client. */
  ResumableStream to(WriteStream<Buffer> sink) {
    resumed = client != null;
    client = sink;
    restart();
    error = null;
    String all = text.toString();
    overlap = resumed ? all.substring(all.stripTrailing().length()) : "";
    return this;
  }

  /** The text that the client has. */
  String text() {
    return text.toString();
  }

  /** Whether an error was held back, and another provider can go on after the text. */
  boolean isOpen() {
    return error != null;
  }

  /** Passes on the error that was held back. */
  void tell() {
    if (error != null) {
      sink().write(Buffer.buffer("data: " + error + "\n\n"));
      error = null;
    }
  }

  @Override
  protected WriteStream<Buffer> sink() {
    return Objects.requireNonNull(client);
  }

  @Override
  public void event(@Nullable String name, byte[] bytes, int offset, int length) {
    String data = new String(bytes, offset, length, StandardCharsets.UTF_8);
    JsonNode tree = data.equals("[DONE]") ? null : tree(data);
    if (!(tree instanceof ObjectNode chunk)) {
      frame(data);
    } else if (chunk.has("error") && !impossible && !text.toString().isBlank()) {
      error = data;
    } else if (chunk.has("error")) {
      frame(data);
    } else if (resumed) {
      later(chunk);
    } else {
      first = first == null ? chunk : first;
      look(chunk);
      frame(data);
    }
  }

  private static @Nullable JsonNode tree(String data) {
    try {
      return Json.MAPPER.readTree(data);
    } catch (IOException e) {
      return null;
    }
  }

  /** Keeps the text, and sees whether there is more than text. */
  private void look(ObjectNode chunk) {
    for (JsonNode choice : chunk.path("choices")) {
      JsonNode delta = choice.path("delta");
      text.append(delta.path("content").asText(""));
      impossible |=
          choice.path("index").asInt() > 0
              || choice.hasNonNull("finish_reason")
              || delta.hasNonNull("tool_calls")
              || delta.hasNonNull("function_call")
              || delta.hasNonNull("refusal")
              || delta.hasNonNull("audio");
    }
  }

  private void later(ObjectNode chunk) {
    ObjectNode began = Objects.requireNonNull(first);
    chunk.set("id", began.get("id"));
    chunk.set("created", began.get("created"));
    boolean says = chunk.path("choices").isEmpty();
    for (JsonNode choice : chunk.path("choices")) {
      if (choice.path("delta") instanceof ObjectNode delta) {
        delta.remove("role");
        delta.remove("reasoning_content");
        if (delta.path("content").isTextual()) {
          delta.put("content", withoutOverlap(delta.path("content").asText()));
        }
        says |= !delta.path("content").asText("").isEmpty() || delta.hasNonNull("tool_calls");
      }
      says |= choice.hasNonNull("finish_reason");
    }
    if (says) {
      look(chunk);
      frame(chunk.toString());
    }
  }

  /** The white space that ends the text was not told to the next provider, which may repeat it. */
  private String withoutOverlap(String content) {
    int same = 0;
    while (same < content.length()
        && same < overlap.length()
        && content.charAt(same) == overlap.charAt(same)) {
      same++;
    }
    overlap = same == content.length() ? overlap.substring(same) : "";
    return content.substring(same);
  }
}

package dev.bactrian.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A stream of JSON events that are not OpenAI's chunks: a dialect says what each one means. */
abstract class TranslatedStream implements ChunkStream {
  /** The members of a message and of a tool call that are not extensions. */
  private static final Set<String> STANDARD =
      Set.of(
          "role",
          "content",
          "refusal",
          "reasoning_content",
          "tool_calls",
          "id",
          "type",
          "function");

  /** What the client gets. */
  protected final ChunkWriter chunks;

  TranslatedStream(ChatRequest request) {
    this.chunks = new ChunkWriter(request.model(), request.includeUsage());
  }

  /**
   * One event.
   *
   * @param name its name, null where it has none
   * @param data its JSON
   */
  protected abstract void event(@Nullable String name, JsonNode data);

  @Override
  public final void event(@Nullable String name, byte[] bytes, int offset, int length) {
    if (chunks.ended()) {
      return;
    }
    JsonNode data;
    try {
      data = Json.MAPPER.readTree(bytes, offset, length);
    } catch (IOException e) {
      return;
    }
    if (data != null && data.path("object").asText().equals("chat.completion")) {
      completion(data);
    } else if (data != null && data.isContainerNode()) {
      event(name, data);
    }
  }

  /** A whole answer, translated already: the provider sent one though a stream was asked for. */
  private void completion(JsonNode completion) {
    chunks.identity(completion.path("id").asText(), completion.path("model").asText());
    for (JsonNode choice : completion.path("choices")) {
      int index = choice.path("index").asInt();
      JsonNode message = choice.path("message");
      chunks.reasoning(index, message.path("reasoning_content").asText(""));
      chunks.content(index, message.path("content").asText(""));
      for (JsonNode call : message.path("tool_calls")) {
        JsonNode function = call.path("function");
        int tool =
            chunks.toolCall(
                index,
                call.path("id").asText(),
                function.path("name").asText(),
                copy -> extensions(call, copy::set));
        chunks.arguments(index, tool, function.path("arguments").asText());
      }
      extensions(message, (name, value) -> chunks.extension(index, name, value));
      chunks.finish(index, choice.path("finish_reason").asText("stop"));
    }
    usage(completion.path("usage"));
    finish();
  }

  private static void extensions(JsonNode of, BiConsumer<String, JsonNode> to) {
    for (Map.Entry<String, JsonNode> member : of.properties()) {
      if (!STANDARD.contains(member.getKey()) && !member.getValue().isNull()) {
        to.accept(member.getKey(), member.getValue());
      }
    }
  }

  private void usage(JsonNode usage) {
    if (usage.isObject()) {
      try (JsonParser json = Json.MAPPER.treeAsTokens(usage)) {
        json.nextToken();
        chunks.usage(Usage.read(json));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The provider sends nothing more; a dialect whose end is an event of its own overrides this. */
  @Override
  public void finish() {
    chunks.complete();
  }

  @Override
  public final void fail(UpstreamException reason) {
    chunks.fail(reason);
  }

  @Override
  public final boolean committed() {
    return chunks.committed();
  }

  @Override
  public final boolean ended() {
    return chunks.ended();
  }

  @Override
  public final Buffer take() {
    return chunks.take();
  }

  @Override
  public final @Nullable UpstreamException failure() {
    return chunks.failure();
  }

  @Override
  public final @Nullable Usage usage() {
    return chunks.usage();
  }

  @Override
  public final @Nullable String finishReason() {
    return chunks.finishReason();
  }
}

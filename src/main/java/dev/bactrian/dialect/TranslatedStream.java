package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A stream of JSON events that are not OpenAI's chunks: a dialect says what each one means. A
 * provider that was asked for a stream and sent a whole answer has it read by the dialect first, so
 * that it comes here as OpenAI's.
 */
abstract class TranslatedStream implements ChunkStream {
  private static final int MOST_CHOICES = 128;

  /** What the client gets. */
  protected final ChunkWriter chunks;

  private int skipped;

  TranslatedStream(ChatRequest request) {
    this.chunks = new ChunkWriter(request.model(), request.includeUsage());
  }

  /** A choice's index as far as it can be one. */
  protected static int index(JsonNode choice) {
    int index = choice.path("index").asInt();
    return index < 0 || index > MOST_CHOICES ? 0 : index;
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
    if (chunks.ended() || OpenAiChunkStream.isDone(bytes, offset, length)) {
      return; // a dialect whose end that is has a sign of its own before it
    }
    JsonNode data;
    try {
      data = Json.MAPPER.readTree(bytes, offset, length);
    } catch (IOException e) {
      skipped++;
      return;
    }
    if (data instanceof ObjectNode whole
        && data.path("object").asText().equals("chat.completion")) {
      chunks.whole(whole);
    } else if (data != null && data.isContainerNode()) {
      event(name, data);
    } else {
      skipped++;
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
  public final long relayedTokens() {
    return chunks.relayedTokens();
  }

  @Override
  public final int skipped() {
    return skipped;
  }

  @Override
  public final @Nullable String finishReason() {
    return chunks.finishReason();
  }
}

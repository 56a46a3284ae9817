package dev.bactrian.cache;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.json.Json;
import dev.bactrian.sse.EventSink;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A stream that is written down while it goes to the client, and kept when it was whole. */
final class Recording implements ChatReply.Stream {
  /** Why a model stopped that had said all. */
  private static final Set<String> WHOLE = Set.of("stop", "tool_calls", "function_call");

  private final ChatReply.Stream stream;
  private final int longest;
  private final Consumer<byte[]> keep;

  /**
   * A recording.
   *
   * @param longest bytes of a stream that is kept
   * @param keep takes the frames of a stream that was whole
   */
  Recording(ChatReply.Stream stream, int longest, Consumer<byte[]> keep) {
    this.stream = stream;
    this.longest = longest;
    this.keep = keep;
  }

  @Override
  public List<String> changes() {
    return stream.changes();
  }

  @Override
  public CompletionStage<ChatReply.StreamEnd> forward(
      WriteStream<Buffer> sink, Function<ChatReply.StreamEnd, CompletionStage<Void>> settle) {
    Tape tape = new Tape(sink);
    return stream
        .forward(tape, settle)
        .thenApply(
            end -> {
              if (end.failure() == null && tape.whole && tape.frames.length() <= longest) {
                keep.accept(tape.frames.getBytes());
              }
              return end;
            });
  }

  /** Whether the model has said all in each choice of a chunk or a whole answer that has ended. */
  static boolean isWhole(JsonNode answer) {
    for (JsonNode choice : answer.path("choices")) {
      JsonNode reason = choice.path("finish_reason");
      if (reason.isTextual() && !WHOLE.contains(reason.asText())) {
        return false;
      }
    }
    return true;
  }

  private final class Tape extends EventSink {
    private final WriteStream<Buffer> client;
    private final Buffer frames = Buffer.buffer();
    private boolean whole = true;

    Tape(WriteStream<Buffer> client) {
      this.client = client;
    }

    @Override
    protected WriteStream<Buffer> sink() {
      return client;
    }

    @Override
    public void event(@Nullable String name, byte[] bytes, int offset, int length) {
      String data = new String(bytes, offset, length, StandardCharsets.UTF_8);
      frame(data);
      whole = whole && isWhole(data);
      if (whole && frames.length() <= longest) {
        frames.appendString("data: ").appendString(data).appendString("\n\n");
      }
    }

    private boolean isWhole(String data) {
      try {
        return !data.contains("\"finish_reason\":\"")
            || Recording.isWhole(Json.MAPPER.readTree(data));
      } catch (IOException e) {
        return false;
      }
    }
  }
}

package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.kit.Reply;
import dev.bactrian.sse.EventReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Streams of dialects other than OpenAI's, read from bytes. */
final class NativeStreams {
  private NativeStreams() {}

  /** A stream that has had these bytes, so many at a time, and its end. */
  static ChunkStream read(Dialect dialect, boolean usage, String bytes, int step) {
    String request =
        "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]"
            + (usage ? ",\"stream_options\":{\"include_usage\":true}" : "")
            + "}";
    ChunkStream stream = dialect.stream(ChatRequest.read(request.getBytes(StandardCharsets.UTF_8)));
    EventReader reader = dialect.reader(stream, 1 << 20);
    byte[] all = bytes.getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < all.length; from += step) {
      reader.read(Arrays.copyOfRange(all, from, Math.min(all.length, from + step)));
    }
    reader.finish();
    stream.finish();
    return stream;
  }

  /** The data of the frames that a stream has sent. */
  static List<String> frames(ChunkStream stream) {
    return stream
        .take()
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isEmpty())
        .map(line -> line.substring("data: ".length()))
        .toList();
  }

  /** The text of some frames, put together. */
  static String text(List<String> frames, String member) {
    StringBuilder text = new StringBuilder();
    for (String frame : frames) {
      if (frame.startsWith("{")) {
        JsonNode delta = Reply.json(frame).at("/choices/0/delta");
        text.append(delta.path(member).asText(""));
      }
    }
    return text.toString();
  }
}

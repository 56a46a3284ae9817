package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A stream that gets its events from a test, and what it sent. */
abstract class ScriptedStream {
  static final String HEAD =
      "{\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",";
  static final String FIRST = delta("{\"role\":\"assistant\",\"content\":\"\"}", "null");
  static final String HI = delta("{\"content\":\"Hi\"}", "null");
  static final String STOP = delta("{}", "\"stop\"");
  static final String DONE = "[DONE]";
  static final String USAGE = "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2}";

  ChunkStream stream = new OpenAiChunkStream("asked", false, OpenAiQuirks.NONE.answers());

  List<String> sent(String... events) {
    events(events);
    stream.finish();
    return frames();
  }

  void events(String... events) {
    Arrays.stream(events).forEach(this::event);
  }

  void event(String data) {
    byte[] bytes = ("data: " + data).getBytes(StandardCharsets.UTF_8);
    stream.event(null, bytes, 6, bytes.length - 6);
  }

  List<String> frames() {
    String text = stream.take().toString(StandardCharsets.UTF_8);
    assertThat(text).matches("(?s)(data: .*\n\n)?");
    return split(text).stream().map(frame -> frame.substring("data: ".length())).toList();
  }

  /** What was sent, frame by frame. */
  static List<String> split(CharSequence sent) {
    return Arrays.stream(sent.toString().split("\n\n")).filter(it -> !it.isEmpty()).toList();
  }

  UpstreamException failure() {
    UpstreamException failure = stream.failure();
    if (failure == null) {
      throw new AssertionError("The stream has not failed.");
    }
    return failure;
  }

  static String delta(String delta, String finishReason) {
    return HEAD
        + "\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + ",\"finish_reason\":"
        + finishReason
        + "}]}";
  }

  static JsonNode json(String frame) {
    try {
      return Json.MAPPER.readTree(frame);
    } catch (IOException e) {
      throw new AssertionError(frame, e);
    }
  }
}

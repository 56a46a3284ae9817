package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.simulator.AwsFrames;
import dev.bactrian.sse.EventReader;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BedrockStreamTest {
  private static final long SEED = 20_261_122;

  /** Frames that AWS's library for Python reads as what their names say. */
  private static final byte[] START =
      hex(
          "00000081000000526cc176930b3a6576656e742d7479706507000c6d65737361676553746172740d3a636f"
              + "6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d74"
              + "7970650700056576656e747b22726f6c65223a22617373697374616e74222c2270223a2261626364"
              + "227d9170592b");

  private static final byte[] HI =
      hex(
          "0000009d00000057b9bbf89f0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c74"
              + "610d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d657373"
              + "6167652d747970650700056576656e747b22636f6e74656e74426c6f636b496e646578223a302c22"
              + "64656c7461223a7b2274657874223a224869227d2c2270223a226162227d8b38b268");

  private static final byte[] BLOCK_STOP =
      hex(
          "0000008700000056e4ec472a0b3a6576656e742d74797065070010636f6e74656e74426c6f636b53746f70"
              + "0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d65737361"
              + "67652d747970650700056576656e747b22636f6e74656e74426c6f636b496e646578223a302c2270"
              + "223a22616263227dcba9ebb7");

  private static final byte[] STOP =
      hex(
          "0000008200000051b2685df90b3a6576656e742d7479706507000b6d65737361676553746f700d3a636f6e"
              + "74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d7479"
              + "70650700056576656e747b2273746f70526561736f6e223a22656e645f7475726e222c2270223a22"
              + "61227df734b99e");

  private static final byte[] METADATA =
      hex(
          "000000bf0000004e66d12c3b0b3a6576656e742d747970650700086d657461646174610d3a636f6e74656e"
              + "742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d7479706507"
              + "00056576656e747b226d657472696373223a7b226c6174656e63794d73223a31327d2c2275736167"
              + "65223a7b22696e707574546f6b656e73223a332c226f7574707574546f6b656e73223a312c22746f"
              + "74616c546f6b656e73223a347d2c2270223a2278797a227d838e819e");

  private static final byte[] THROTTLED =
      hex(
          "0000008800000061de0175f40f3a657863657074696f6e2d747970650700137468726f74746c696e674578"
              + "63657074696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e"
              + "0d3a6d6573736167652d74797065070009657863657074696f6e7b226d657373616765223a22736c"
              + "6f7720646f776e227d832ee072");

  private final Dialect dialect = Dialect.named("bedrock", Map.of());

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static byte[] joined(byte[]... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(frames).forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static byte[] event(String type, String payload) {
    return AwsFrames.event(type, payload);
  }

  private static byte[] delta(int index, String delta) {
    return event(
        "contentBlockDelta", "{\"contentBlockIndex\":" + index + ",\"delta\":" + delta + "}");
  }

  private static byte[] blockStop(int index) {
    return event("contentBlockStop", "{\"contentBlockIndex\":" + index + "}");
  }

  private ChunkStream read(byte[] bytes, int step) {
    ChatRequest request =
        AnthropicFixture.request(
            "m", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
    ChunkStream stream = dialect.stream(request);
    EventReader reader = dialect.reader(stream, 1 << 20);
    for (int from = 0; from < bytes.length; from += step) {
      if (!reader.read(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + step)))) {
        break;
      }
    }
    reader.finish();
    stream.finish();
    return stream;
  }

  private List<String> frames(byte[]... frames) {
    return NativeStreams.frames(read(joined(frames), 1 << 16));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, 100_000})
  void goldenFramesAreOpenAisHoweverTheyAreSplit(int step) {
    ChunkStream stream = read(joined(START, HI, BLOCK_STOP, STOP, METADATA), step);
    List<String> frames = NativeStreams.frames(stream);

    assertThat(NativeStreams.text(frames, "content")).isEqualTo("Hi");
    assertThat(frames).hasSize(4);
    assertThat(frames.get(1)).contains("\"finish_reason\":\"stop\"");
    assertThat(frames.get(2)).contains("\"choices\":[]", "\"prompt_tokens\":3");
    assertThat(frames.get(3)).isEqualTo("[DONE]");
    assertThat(stream.usage()).isEqualTo(new Usage(3, 0, 0, 1, 0));
    assertThat(stream.failure()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 50, 100_000})
  void aGoldenExceptionBreaksTheStream(int step) {
    ChunkStream stream = read(joined(START, HI, THROTTLED, STOP), step);

    assertThat(Objects.requireNonNull(stream.failure()).errorClass()).isEqualTo(ErrorClass.RATE);
    assertThat(Objects.requireNonNull(stream.failure()).reason()).contains("slow down");
    assertThat(NativeStreams.frames(stream)).hasSize(1).doesNotContain("[DONE]");
  }

  @ParameterizedTest
  @CsvSource({
    "internalServerException,SERVER",
    "modelStreamErrorException,SERVER",
    "validationException,BAD_REQUEST",
    "throttlingException,RATE",
    "serviceUnavailableException,OVERLOAD",
    "modelTimeoutException,TIMEOUT",
    "somethingNewException,SERVER"
  })
  void exceptionsAreClassified(String type, ErrorClass expected) {
    for (String payload : List.of("{\"message\":\"m\"}", "{}", "", "text")) {
      ChunkStream stream = read(AwsFrames.exception(type, payload), 1 << 16);
      assertThat(Objects.requireNonNull(stream.failure()).errorClass()).isEqualTo(expected);
      assertThat(stream.committed()).isFalse();
    }
  }

  @Test
  void anErrorWithoutAPayloadBreaksTheStream() {
    byte[] error =
        AwsFrames.frame(
            "",
            ":message-type",
            "error",
            ":error-code",
            "InternalServerException",
            ":error-message",
            "told so");

    assertThat(Objects.requireNonNull(read(error, 10).failure()).reason()).isEqualTo("told so");
  }

  @Test
  void toolsAndThoughtsAreTranslated() {
    List<String> frames =
        frames(
            START,
            delta(0, "{\"reasoningContent\":{\"text\":\"H\"}}"),
            delta(0, "{\"reasoningContent\":{\"text\":\"m\"}}"),
            delta(0, "{\"reasoningContent\":{\"signature\":\"s\"}}"),
            blockStop(0),
            delta(1, "{\"reasoningContent\":{\"redactedContent\":\"EmwK\"}}"),
            blockStop(1),
            event(
                "contentBlockStart",
                "{\"contentBlockIndex\":2,\"start\":{\"toolUse\":{\"toolUseId\":\"a\","
                    + "\"name\":\"f\"}}}"),
            delta(2, "{\"toolUse\":{\"input\":\"{\\\"a\\\"\"}}"),
            delta(2, "{\"toolUse\":{\"input\":\":1}\"}}"),
            blockStop(2),
            event(
                "contentBlockStart",
                "{\"contentBlockIndex\":3,\"start\":{\"toolUse\":{\"toolUseId\":\"b\","
                    + "\"name\":\"g\"}}}"),
            blockStop(3),
            event("messageStop", "{\"stopReason\":\"tool_use\"}"),
            METADATA);
    String all = String.join("\n", frames);

    assertThat(NativeStreams.text(frames, "reasoning_content")).isEqualTo("Hm");
    assertThat(all)
        .contains("[{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"s\"}]")
        .contains("[{\"type\":\"redacted_thinking\",\"data\":\"EmwK\"}]")
        .contains("\"id\":\"a\"", "{\\\"a\\\"", ":1}")
        .contains("\"index\":1,\"function\":{\"arguments\":\"{}\"}")
        .contains("\"finish_reason\":\"tool_calls\"");
  }

  @Test
  void aStreamWithoutMetadataIsComplete() {
    ChunkStream stream = read(joined(START, HI, STOP), 9);

    assertThat(stream.failure()).isNull();
    assertThat(stream.usage()).isNull();
  }

  @Test
  void aStreamWithoutItsLastEventIsBroken() {
    ChunkStream stream = read(joined(START, HI, BLOCK_STOP), 9);

    assertThat(Objects.requireNonNull(stream.failure()).errorClass()).isEqualTo(ErrorClass.SERVER);
    assertThat(NativeStreams.frames(stream)).doesNotContain("[DONE]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"malformed_model_output", "malformed_tool_use"})
  void anAnswerThatTheModelSpoiledIsBroken(String reason) {
    ChunkStream stream =
        read(joined(HI, event("messageStop", "{\"stopReason\":\"" + reason + "\"}")), 99);

    assertThat(Objects.requireNonNull(stream.failure()).errorClass()).isEqualTo(ErrorClass.SERVER);
  }

  @Test
  void whatIsUnknownIsPassedOver() {
    List<String> frames =
        frames(
            event("somethingNew", "{\"a\":1}"),
            event("contentBlockDelta", "nonsense"),
            event("contentBlockDelta", ""),
            delta(7, "{\"somethingNew\":{}}"),
            AwsFrames.frame("{}", ":message-type", "else"),
            AwsFrames.frame("{}"),
            HI,
            STOP,
            METADATA);

    assertThat(NativeStreams.text(frames, "content")).isEqualTo("Hi");
    assertThat(frames).contains("[DONE]");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 5, 9, 20, 120, 156})
  void aDamagedFrameBreaksTheStream(int at) {
    byte[] damaged = HI.clone();
    damaged[at] ^= 0x40;
    for (int step : new int[] {1, 30, 1000}) {
      ChunkStream stream = read(joined(START, HI, damaged, STOP, METADATA), step);
      assertThat(Objects.requireNonNull(stream.failure()).reason()).contains("damaged");
    }
  }

  @Test
  void aFrameBeyondTheLimitEndsTheReading() {
    EventReader reader =
        dialect.reader(dialect.stream(AnthropicFixture.request("m", ",\"stream\":true")), 150);

    assertThat(reader.read(START)).isTrue();
    assertThat(reader.read(HI)).isFalse();
    assertThat(reader.read(START)).isFalse();
  }

  @Test
  void arbitraryBytesNeverThrowAndNeverLookComplete() {
    Random random = new Random(SEED);
    byte[] sound = joined(START, HI, BLOCK_STOP, STOP, METADATA);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = sound.clone();
      int changed = random.nextInt(START.length + HI.length);
      bytes[changed] ^= (byte) (1 + random.nextInt(255));
      ChunkStream stream = read(bytes, 1 + random.nextInt(200));
      assertThat(stream.failure()).as("round %s", round).isNotNull();
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      assertThat(read(noise, 1 + random.nextInt(50)).ended()).isTrue();
    }
  }
}

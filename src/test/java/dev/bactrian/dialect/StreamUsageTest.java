package dev.bactrian.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.Usage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamUsageTest extends ScriptedStream {
  @Test
  void aUsageChunkIsKeptFromAClientThatDidNotAsk() {
    assertThat(sent(FIRST, HI, STOP, usageChunk(), DONE)).containsExactly(FIRST, HI, STOP, DONE);
    assertThat(stream.usage()).isEqualTo(new Usage(9, 0, 0, 2, 0));
  }

  @Test
  void aUsageChunkIsTheLastForAClientThatAsked() {
    stream = new OpenAiChunkStream("asked", true, OpenAiQuirks.NONE.answers());
    List<String> frames = sent(FIRST, HI, STOP, usageChunk(), DONE);

    assertThat(frames).hasSize(5).startsWith(FIRST, HI, STOP).endsWith(DONE);
    assertUsage(frames.get(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"choices\":null,", "\"choices\":[],\"error\":null,"})
  void anIrregularUsageChunkIsMended(String members) {
    stream = new OpenAiChunkStream("asked", true, OpenAiQuirks.NONE.answers());
    List<String> frames = sent(FIRST, HI, STOP, "{" + members + USAGE + "}", DONE);

    assertThat(frames).hasSize(5);
    assertUsage(frames.get(3));
    assertThat(json(frames.get(3)).has("error")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void usageInTheLastContentChunkBecomesAChunkOfItsOwn(boolean asked) {
    stream = new OpenAiChunkStream("asked", asked, OpenAiQuirks.NONE.answers());
    String last = STOP.substring(0, STOP.length() - 1) + "," + USAGE + ",\"error\":null}";

    assertUsageSplitOff(asked, sent(FIRST, HI, last, DONE));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void usageInTheChoiceBecomesAChunkOfItsOwn(boolean asked) {
    stream = new OpenAiChunkStream("asked", asked, OpenAiQuirks.NONE.answers());
    String last =
        HEAD + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"," + USAGE + "}]}";

    assertUsageSplitOff(asked, sent(FIRST, HI, last, DONE));
  }

  @Test
  void usageInEveryChunkIsToldOnceAndTheLastCounts() {
    stream = new OpenAiChunkStream("asked", true, OpenAiQuirks.NONE.answers());
    String early = HI.substring(0, HI.length() - 1) + "," + USAGE.replace("9", "5") + "}";
    List<String> frames = sent(FIRST, early, early, STOP, usageChunk(), DONE);

    assertThat(frames).hasSize(6);
    assertThat(json(frames.get(1)).path("usage").isNull()).isTrue();
    assertUsage(frames.get(4));
    assertThat(stream.usage()).isEqualTo(new Usage(9, 0, 0, 2, 0));
  }

  @Test
  void usageThatIsNullPassesThrough() {
    String withNull = HI.substring(0, HI.length() - 1) + ",\"usage\":null}";

    assertThat(sent(FIRST, withNull, STOP, DONE)).containsExactly(FIRST, withNull, STOP, DONE);
    assertThat(stream.usage()).isNull();
  }

  private void assertUsageSplitOff(boolean asked, List<String> frames) {
    assertThat(stream.usage()).isEqualTo(new Usage(9, 0, 0, 2, 0));
    assertThat(json(frames.get(2)).at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(json(frames.get(2)).path("usage").isObject()).isFalse();
    assertThat(json(frames.get(2)).at("/choices/0").has("usage")).isFalse();
    assertThat(frames).hasSize(asked ? 5 : 4).endsWith(DONE);
    if (asked) {
      assertUsage(frames.get(3));
    }
  }

  private static void assertUsage(String frame) {
    JsonNode chunk = json(frame);
    assertThat(chunk.path("choices").isArray()).isTrue();
    assertThat(chunk.path("choices")).isEmpty();
    assertThat(chunk.at("/usage/prompt_tokens").asInt()).isEqualTo(9);
    assertThat(chunk.path("id").asText()).isEqualTo("x");
    assertThat(chunk.has("error")).isFalse();
  }

  private static String usageChunk() {
    return HEAD + "\"choices\":[]," + USAGE + "}";
  }
}

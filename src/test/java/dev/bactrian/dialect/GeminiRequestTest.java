package dev.bactrian.dialect;

import static dev.bactrian.dialect.GeminiFixture.FLASH;
import static dev.bactrian.dialect.GeminiFixture.OLD;
import static dev.bactrian.dialect.GeminiFixture.PRO;
import static dev.bactrian.dialect.GeminiFixture.THREE;
import static dev.bactrian.dialect.GeminiFixture.changes;
import static dev.bactrian.dialect.GeminiFixture.json;
import static dev.bactrian.dialect.GeminiFixture.refusal;
import static dev.bactrian.dialect.GeminiFixture.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiRequestTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"temperature\":3 | {\"temperature\":2.0} | temperature=2",
        "\"temperature\":1.9 | {\"temperature\":1.9} |",
        "\"top_p\":7 | {\"topP\":1.0} | top_p=1",
        "\"max_tokens\":9 | {\"maxOutputTokens\":9} |",
        "\"max_completion_tokens\":8,\"max_tokens\":9 | {\"maxOutputTokens\":8} |",
        "\"max_tokens\":99999 | {\"maxOutputTokens\":65536} | max_tokens=65536",
        "\"n\":1 | |",
        "\"n\":2 | | n=1",
        "\"stop\":\"a\" | {\"stopSequences\":[\"a\"]} |",
        "\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"] |"
            + " {\"stopSequences\":[\"a\",\"b\",\"c\",\"d\",\"e\"]} | stop=5",
        "\"presence_penalty\":1,\"seed\":7 | {\"presencePenalty\":1,\"seed\":7} |",
        "\"frequency_penalty\":-1 | {\"frequencyPenalty\":-1} |",
        "\"logprobs\":true,\"top_logprobs\":3 | {\"responseLogprobs\":true,\"logprobs\":3} |",
        "\"logprobs\":false,\"top_logprobs\":3 | |",
        "\"logprobs\":true,\"stream\":true | {\"responseLogprobs\":true} |",
        "\"response_format\":{\"type\":\"text\"} | |",
        "\"response_format\":{\"type\":\"json_object\"} |"
            + " {\"responseMimeType\":\"application/json\"} |",
        "\"user\":\"u\" | | user=dropped",
        "\"user\":null,\"seed\":null,\"stop\":null,\"tools\":null | |",
        "\"logit_bias\":{} | | logit_bias=dropped",
        "\"top_k\":4 | | top_k=dropped",
        "\"parallel_tool_calls\":true | |",
        "\"parallel_tool_calls\":false | | parallel_tool_calls=dropped",
        "\"provider\":{},\"route\":\"cheapest\",\"models\":[] | |",
        "\"x\\r\\ny: z\":1 | | unknown=dropped",
        "\"reasoning_effort\":\"none\" |"
            + " {\"thinkingConfig\":{\"thinkingBudget\":0,\"includeThoughts\":false}} |",
        "\"generationConfig\":{\"topK\":3,\"temperature\":0},\"temperature\":1 |"
            + " {\"temperature\":0,\"topK\":3} |",
        "\"generation_config\":{\"thinkingConfig\":{\"thinkingBudget\":-1}},"
            + "\"reasoning_effort\":\"low\" | {\"thinkingConfig\":{\"thinkingBudget\":-1}} |"
      })
  void settings(String members, String config, String changes) {
    assertThat(sent(FLASH, members).path("generationConfig"))
        .isEqualTo(config == null ? json("{}").path("none") : json(config));
    assertThat(String.join(";", changes(FLASH, members))).isEqualTo(changes == null ? "" : changes);
  }

  @Test
  void severalCandidatesWhereTheModelGivesThem() {
    assertThat(sent(OLD, "\"n\":2").at("/generationConfig/candidateCount").asInt()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    FLASH + ",minimal,512,",
    FLASH + ",low,1024,",
    FLASH + ",medium,8192,",
    FLASH + ",high,24576,",
    FLASH + ",xhigh,24576,reasoning_effort=high",
    PRO + ",none,128,reasoning_effort=minimal",
    PRO + ",minimal,128,",
    THREE + ",none,minimal,reasoning_effort=minimal",
    THREE + ",minimal,minimal,",
    THREE + ",medium,medium,",
    THREE + ",xhigh,high,reasoning_effort=high",
    "gemini-3.1-pro-preview,minimal,low,reasoning_effort=low",
    "gemini-3.1-pro-preview,medium,medium,",
    "gemini-3-pro-preview,medium,high,reasoning_effort=high",
    OLD + ",low,,reasoning_effort=dropped",
  })
  void effort(String model, String effort, String expected, String changes) {
    String members = "\"reasoning_effort\":\"" + effort + "\"";
    var thinking = sent(model, members).at("/generationConfig/thinkingConfig");
    String member = model.startsWith("gemini-3") ? "thinkingLevel" : "thinkingBudget";
    assertThat(thinking.path(member).asText()).isEqualTo(expected == null ? "" : expected);
    assertThat(thinking).hasSize(expected == null ? 0 : 2);
    assertThat(String.join(";", changes(model, members))).isEqualTo(changes == null ? "" : changes);
  }

  @Test
  void anEffortThatIsNoneIsRefused() {
    assertThat(refusal(FLASH, "\"reasoning_effort\":\"lots\"").param())
        .isEqualTo("reasoning_effort");
    assertThat(refusal(THREE, "\"reasoning_effort\":\"lots\"").param())
        .isEqualTo("reasoning_effort");
  }

  @Test
  void aSchemaForTheAnswer() {
    String format =
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"strict\":true,"
            + "\"schema\":{\"type\":\"object\",\"additionalProperties\":false}}}";
    assertThat(sent(FLASH, format).path("generationConfig"))
        .isEqualTo(
            json(
                "{\"responseMimeType\":\"application/json\",\"responseJsonSchema\":"
                    + "{\"type\":\"object\",\"additionalProperties\":false}}"));
    assertThat(sent(OLD, format).path("generationConfig"))
        .isEqualTo(
            json(
                "{\"responseMimeType\":\"application/json\",\"responseSchema\":{\"type\":\"object\"}}"));
    String tools = ",\"tools\":[{\"google_search\":{}}]";
    assertThat(changes(FLASH, format + tools)).containsExactly("response_format=dropped");
    assertThat(sent(THREE, format + tools).path("generationConfig").has("responseJsonSchema"))
        .isTrue();
  }

  @Test
  void geminisOwnMembersPass() {
    String members =
        "\"safety_settings\":[{\"category\":\"c\",\"threshold\":\"t\"}],\"cachedContent\":\"k\","
            + "\"labels\":{\"a\":\"b\"},\"tool_config\":{\"retrievalConfig\":{}}";
    assertThat(sent(FLASH, members))
        .isEqualTo(
            json(
                "{\"contents\":[],\"safetySettings\":[{\"category\":\"c\",\"threshold\":\"t\"}],"
                    + "\"cachedContent\":\"k\",\"labels\":{\"a\":\"b\"},"
                    + "\"toolConfig\":{\"retrievalConfig\":{}}}"));
    assertThat(changes(FLASH, members)).isEmpty();
  }

  @Test
  void aRefusalIsTheClientsMistake() {
    UpstreamException refusal = refusal(FLASH, "\"tools\":[{\"type\":\"custom\"}]");
    assertThat(refusal.errorClass()).isEqualTo(ErrorClass.BAD_REQUEST);
    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.param()).isEqualTo("tools[0].type");
  }
}

package dev.bactrian.dialect;

import static dev.bactrian.dialect.AnthropicFixture.json;
import static dev.bactrian.dialect.AnthropicFixture.messages;
import static dev.bactrian.dialect.AnthropicFixture.request;
import static dev.bactrian.dialect.AnthropicFixture.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.dialect.AnthropicFixture.Sent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnthropicThinkingTest {
  private static final String HI = "{\"role\":\"user\",\"content\":\"Hi\"}";
  private static final String RESULT =
      "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"r\"}";
  private static final String FORCED =
      ",\"tool_choice\":\"required\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";
  private static final String THOUGHT =
      "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s\",\"odd\":1.50}";
  private static final String REDACTED = "{\"type\":\"redacted_thinking\",\"data\":\"d\"}";

  private static String call(String more) {
    return "{\"role\":\"assistant\",\"content\":\"Let me see\",\"tool_calls\":[{\"id\":\"a\",\"function\":"
        + "{\"name\":\"f\",\"arguments\":\"{}\"}}]"
        + more
        + "}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "claude-opus-4-6 | low | {\"type\":\"adaptive\"} | low |",
        "claude-sonnet-4-6 | minimal | {\"type\":\"adaptive\"} | low | reasoning_effort=low",
        "claude-sonnet-5 | xhigh | {\"type\":\"adaptive\"} | xhigh |",
        "claude-sonnet-5 | none | {\"type\":\"disabled\"} | |",
        "claude-sonnet-5-5 | none | | | reasoning_effort=dropped",
        "claude-fable-5 | max | {\"type\":\"adaptive\"} | max |",
        "claude-opus-4-5 | medium | {\"type\":\"enabled\",\"budget_tokens\":8192} | medium |",
        "claude-sonnet-4-5 | high | {\"type\":\"enabled\",\"budget_tokens\":16384} | |",
        "claude-haiku-4-5-20251001 | none | | |",
        "claude-3-7-sonnet-latest | low | {\"type\":\"enabled\",\"budget_tokens\":2048} | |",
        "claude-3-5-haiku | low | | | reasoning_effort=dropped"
      })
  void theEffortIsInTheWordsOfTheModelsGeneration(
      String model, String effort, String thinking, String config, String change) {
    Sent sent = sent(request(model, ",\"reasoning_effort\":\"" + effort + "\""));
    if (thinking == null) {
      assertThat(sent.body().has("thinking")).isFalse();
    } else {
      assertThat(sent.body().path("thinking")).isEqualTo(json(thinking));
    }
    assertThat(sent.body().at("/output_config/effort").asText(null)).isEqualTo(config);
    assertThat(sent.changes())
        .containsExactlyElementsOf(change == null ? List.of() : List.of(change));
  }

  @ParameterizedTest
  @CsvSource({"1024, -1, 1024", "1025, 1024, 1025", "4000, 2000, 4000", "40000, 16384, 40000"})
  void aBudgetLeavesRoomForTheAnswer(int limit, int budget, int sentLimit) {
    Sent sent =
        sent(
            request("claude-sonnet-4-5", ",\"reasoning_effort\":\"high\",\"max_tokens\":" + limit));
    assertThat(sent.body().at("/thinking/budget_tokens").asInt(-1)).isEqualTo(budget);
    assertThat(sent.body().path("max_tokens").asInt()).isEqualTo(sentLimit);
    assertThat(sent.changes())
        .isEqualTo(budget < 0 ? List.of("reasoning_effort=dropped") : List.of());
  }

  @Test
  void theDefaultLengthGrowsByTheBudget() {
    Sent sent = sent(request("claude-sonnet-4-5", ",\"reasoning_effort\":\"high\""));
    assertThat(sent.body().path("max_tokens").asInt()).isEqualTo(32_768);
    Sent capped =
        sent(
            request("claude-sonnet-4-5", ",\"reasoning_effort\":\"max\"")
                .withModel("claude-sonnet-4-5", 20_000L));
    assertThat(capped.body().path("max_tokens").asInt()).isEqualTo(20_000);
    assertThat(capped.body().at("/thinking/budget_tokens").asInt()).isEqualTo(10_000);
  }

  @Test
  void samplingIsLooseWhileTheModelThinks() {
    Sent sent =
        sent(
            request(
                "claude-sonnet-4",
                ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000},"
                    + "\"temperature\":0.2,\"top_p\":0.5,\"top_k\":9"));
    assertThat(sent.body().has("temperature")).isFalse();
    assertThat(sent.body().has("top_k")).isFalse();
    assertThat(sent.body().path("top_p").asDouble()).isEqualTo(0.95);
    assertThat(sent.changes()).containsExactly("temperature=1", "top_p=0.95", "top_k=dropped");
  }

  @Test
  void aToolThatMustBeCalledGoesBeforeThoughts() {
    Sent adaptive = sent(request("claude-sonnet-4-6", ",\"reasoning_effort\":\"low\"" + FORCED));
    assertThat(adaptive.body().at("/tool_choice/type").asText()).isEqualTo("any");
    assertThat(adaptive.body().at("/thinking/type").asText()).isEqualTo("disabled");
    assertThat(adaptive.body().at("/output_config/effort").asText()).isEqualTo("low");
    assertThat(adaptive.changes()).containsExactly("thinking=dropped");
    Sent budget = sent(request("claude-sonnet-4-5", ",\"reasoning_effort\":\"low\"" + FORCED));
    assertThat(budget.body().has("thinking")).isFalse();
    assertThat(budget.changes()).containsExactly("reasoning_effort=dropped");
  }

  @Test
  void theClientsOwnThinkingIsNotTouched() {
    String own = ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1}";
    Sent sent = sent(request("claude-opus-4-8", own + ",\"reasoning_effort\":\"high\"" + FORCED));
    assertThat(sent.body().path("thinking"))
        .isEqualTo(json("{\"type\":\"enabled\",\"budget_tokens\":1}"));
    assertThat(sent.body().at("/output_config/effort").asText()).isEqualTo("high");
    Sent config = sent(",\"reasoning_effort\":\"high\",\"output_config\":{\"effort\":\"low\"}");
    assertThat(config.body().at("/output_config/effort").asText()).isEqualTo("low");
  }

  @Test
  void thinkingThatCannotBeSwitchedOffStaysOn() {
    Sent sent = sent(request("claude-opus-5-5", ",\"thinking\":{\"type\":\"disabled\"}"));
    assertThat(sent.body().has("thinking")).isFalse();
    assertThat(sent.changes()).containsExactly("thinking=dropped");
  }

  @Test
  void thoughtsComeBackUnchangedAndFirst() {
    String history =
        HI
            + ","
            + call(
                ",\"reasoning_content\":\"hm\",\"thinking_blocks\":["
                    + THOUGHT
                    + ","
                    + REDACTED
                    + "]")
            + ","
            + RESULT;
    Sent sent = sent(messages("claude-sonnet-4-6", history, ",\"reasoning_effort\":\"low\""));
    assertThat(sent.body().at("/messages/1/content/0")).isEqualTo(json(THOUGHT));
    assertThat(sent.body().at("/messages/1/content/1")).isEqualTo(json(REDACTED));
    assertThat(sent.body().at("/messages/1/content/2/type").asText()).isEqualTo("text");
    assertThat(sent.body().at("/messages/1/content/3/type").asText()).isEqualTo("tool_use");
    assertThat(sent.body().at("/thinking/type").asText()).isEqualTo("adaptive");
    assertThat(sent.changes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "claude-sonnet-4-6 | \"reasoning_effort\":\"low\" | disabled | thinking=dropped",
        "claude-sonnet-4-5 | \"reasoning_effort\":\"low\" | | reasoning_effort=dropped",
        "claude-sonnet-5 | \"x\":null | disabled | thinking=dropped",
        "claude-sonnet-5-5 | \"x\":null | |",
        "claude-fable-5 | \"reasoning_effort\":\"low\" | | thinking=dropped",
      })
  void aChainOfCallsWhoseThoughtsAreLostGoesOnWithoutThem(
      String model, String members, String thinking, String change) {
    Sent sent = sent(messages(model, HI + "," + call("") + "," + RESULT, "," + members));
    assertThat(sent.body().at("/thinking/type").asText(null)).isEqualTo(thinking);
    assertThat(sent.changes())
        .containsExactlyElementsOf(change == null ? List.of() : List.of(change));
  }

  @Test
  void aChainThatIsOverHindersNothing() {
    String said = ",{\"role\":\"assistant\",\"content\":\"So\"},";
    String over = HI + "," + call("") + "," + RESULT + said + HI;
    Sent sent = sent(messages("claude-sonnet-4-5", over, ",\"reasoning_effort\":\"low\""));
    assertThat(sent.body().at("/thinking/type").asText()).isEqualTo("enabled");
  }

  @ParameterizedTest
  @ValueSource(strings = {RESULT + "," + HI, HI + "," + RESULT})
  void wordsOfTheUserBesideAResultDoNotEndAChain(String turn) {
    String chain = HI + "," + call("") + "," + turn;
    Sent sent = sent(messages("claude-sonnet-4-5", chain, ",\"reasoning_effort\":\"low\""));
    assertThat(sent.body().has("thinking")).isFalse();
    assertThat(sent.changes()).containsExactly("reasoning_effort=dropped");
  }

  @Test
  void thoughtsWithoutASignatureAreNotSent() {
    Sent sent =
        sent(
            messages(
                "claude-sonnet-4-6",
                HI
                    + ","
                    + call(",\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"x\"}]")
                    + ","
                    + RESULT,
                ""));
    assertThat(sent.body().at("/messages/1/content/0/type").asText()).isEqualTo("text");
    assertThat(sent.changes()).containsExactly("messages.thinking_blocks=dropped");
  }
}

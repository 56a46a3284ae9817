package dev.bactrian.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.Reply;
import dev.bactrian.provider.StandIns.Case;
import dev.bactrian.simulator.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every provider passes: the same requests as OpenAI takes them, and the same answers as
 * OpenAI gives them, whatever the provider speaks. A new stand-in in {@code Simulators} is found by
 * itself.
 */
class ProviderContractIT {
  private static StandIns all = StandIns.start();

  @AfterAll
  static void stop() {
    all.close();
  }

  static Stream<Case> cases() {
    return all.cases().stream();
  }

  static Stream<Case> withTools() {
    return cases().filter(it -> it.abilities().tools());
  }

  static Stream<Case> withImages() {
    return cases().filter(it -> it.abilities().images());
  }

  static Stream<Case> withJson() {
    return cases().filter(it -> it.abilities().json());
  }

  static Stream<Case> withReasoning() {
    return cases().filter(it -> it.abilities().reasoning());
  }

  private static ObjectNode request(String user) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putArray("messages").addObject().put("role", "user").put("content", user);
    return body;
  }

  private static ObjectNode streaming(ObjectNode body) {
    body.put("stream", true);
    return body;
  }

  private static void addTools(ObjectNode body, String... names) {
    ArrayNode tools = body.putArray("tools");
    for (String name : names) {
      ObjectNode function = tools.addObject().put("type", "function").putObject("function");
      function.put("name", name).put("description", "Tells the weather");
      ObjectNode parameters = function.putObject("parameters").put("type", "object");
      parameters.putObject("properties").putObject("city").put("type", "string");
      parameters.putArray("required").add("city");
    }
  }

  private static JsonNode ok(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json();
  }

  /** The chunks of a stream that has to be complete, without {@code [DONE]}. */
  private static List<JsonNode> chunks(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    List<String> events = reply.events();
    assertThat(events.get(events.size() - 1)).as(reply.body()).isEqualTo("[DONE]");
    return events.subList(0, events.size() - 1).stream().map(Reply::json).toList();
  }

  private static String joined(List<JsonNode> chunks, String member) {
    StringBuilder text = new StringBuilder();
    for (JsonNode chunk : chunks) {
      text.append(chunk.at("/choices/0/delta/" + member).asText(""));
    }
    return text.toString();
  }

  private static List<String> finishReasons(List<JsonNode> chunks) {
    return chunks.stream()
        .map(chunk -> chunk.at("/choices/0/finish_reason"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aWholeAnswerIsOpenAis(Case it) {
    ObjectNode body = request("Grüße and hello");
    ((ArrayNode) body.get("messages"))
        .insertObject(0)
        .put("role", "system")
        .put("content", "Be brief.");
    JsonNode answer = ok(it.chat(body));
    assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
    assertThat(answer.path("id").asText()).isNotBlank();
    assertThat(answer.path("created").asLong()).isBetween(1_000_000_000L, 10_000_000_000L);
    assertThat(answer.path("model").asText()).isNotBlank();
    assertThat(answer.path("choices")).hasSize(1);
    assertThat(answer.at("/choices/0/index").asInt(-1)).isZero();
    assertThat(answer.at("/choices/0/message/role").asText()).isEqualTo("assistant");
    assertThat(answer.at("/choices/0/message/content").asText())
        .contains("Be brief.")
        .endsWith("You say: Grüße and hello 🐫");
    assertThat(answer.at("/choices/0/message").has("tool_calls")).isFalse();
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    long prompt = answer.at("/usage/prompt_tokens").asLong();
    long completion = answer.at("/usage/completion_tokens").asLong();
    assertThat(prompt).isPositive();
    assertThat(completion).isPositive();
    assertThat(answer.at("/usage/total_tokens").asLong()).isEqualTo(prompt + completion);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aStreamIsOpenAis(Case it) {
    List<JsonNode> chunks = chunks(it.chat(streaming(request("Grüße and hello"))));
    assertThat(joined(chunks, "content")).endsWith("You say: Grüße and hello 🐫");
    assertThat(finishReasons(chunks)).containsExactly("stop");
    int roles = 0;
    for (JsonNode chunk : chunks) {
      assertThat(chunk.path("object").asText()).isEqualTo("chat.completion.chunk");
      assertThat(chunk.path("id").asText()).isEqualTo(chunks.get(0).path("id").asText());
      assertThat(chunk.path("model").asText()).isNotBlank();
      assertThat(chunk.path("choices")).as("no usage was asked for").isNotEmpty();
      assertThat(chunk.path("usage").isObject()).isFalse();
      roles += chunk.at("/choices/0/delta").has("role") ? 1 : 0;
    }
    assertThat(chunks.get(0).at("/choices/0/delta/role").asText()).isEqualTo("assistant");
    assertThat(roles).isEqualTo(1);
    assertThat(chunks).as("it streams").hasSizeGreaterThan(3);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void usageIsStreamedWhenItIsAskedFor(Case it) {
    ObjectNode body = streaming(request("Hello"));
    body.putObject("stream_options").put("include_usage", true);
    List<JsonNode> chunks = chunks(it.chat(body));
    JsonNode last = chunks.get(chunks.size() - 1);
    assertThat(last.path("choices")).isEmpty();
    assertThat(last.at("/usage/prompt_tokens").asLong()).isPositive();
    assertThat(last.at("/usage/completion_tokens").asLong()).isPositive();
    assertThat(chunks.stream().filter(chunk -> chunk.path("usage").isObject())).hasSize(1);
    assertThat(ok(it.chat(request("Hello"))).at("/usage/completion_tokens"))
        .as("the same as of a whole answer")
        .isEqualTo(last.at("/usage/completion_tokens"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aConversationGoesOn(Case it) {
    ObjectNode body = request("first");
    ArrayNode messages = (ArrayNode) body.get("messages");
    messages.addObject().put("role", "assistant").put("content", "You say: first");
    messages.addObject().put("role", "user").put("content", "second");
    assertThat(ok(it.chat(body)).at("/choices/0/message/content").asText())
        .endsWith("You say: second 🐫");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theLengthOfTheAnswerIsLimited(Case it) {
    for (String limit : List.of("max_tokens", "max_completion_tokens")) {
      ObjectNode body = request("count to 50");
      body.put(limit, 5);
      JsonNode answer = ok(it.chat(body));
      assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
      assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("1 2 3 4 5 ");
      assertThat(finishReasons(chunks(it.chat(streaming(body))))).containsExactly("length");
    }
  }

  @ParameterizedTest
  @MethodSource("withTools")
  void aToolIsCalledAndItsResultComesBack(Case it) {
    ObjectNode body = request("weather?");
    addTools(body, "get_weather");
    JsonNode answer = ok(it.chat(body));
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
    JsonNode message = answer.at("/choices/0/message");
    JsonNode call = message.at("/tool_calls/0");
    assertThat(call.path("id").asText()).isNotBlank();
    assertThat(call.path("type").asText()).isEqualTo("function");
    assertThat(call.at("/function/name").asText()).isEqualTo("get_weather");
    assertThat(Reply.json(call.at("/function/arguments").asText()).path("city").asText())
        .isEqualTo("Zürich");

    ArrayNode messages = (ArrayNode) body.get("messages");
    messages.add(message);
    ObjectNode result = messages.addObject().put("role", "tool").put("content", "sunny");
    result.put("tool_call_id", call.path("id").asText());
    JsonNode second = ok(it.chat(body));
    assertThat(second.at("/choices/0/message/content").asText()).isEqualTo("The tools said: sunny");
    assertThat(second.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
  }

  @ParameterizedTest
  @MethodSource("withTools")
  void toolsAreCalledInParallelInAStream(Case it) {
    ObjectNode body = streaming(request("both, please"));
    addTools(body, "get_weather", "get_time");
    List<JsonNode> chunks = chunks(it.chat(body));
    assertThat(finishReasons(chunks)).containsExactly("tool_calls");
    Map<Integer, StringBuilder> arguments = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (JsonNode chunk : chunks) {
      for (JsonNode call : chunk.at("/choices/0/delta/tool_calls")) {
        int index = call.path("index").asInt(-1);
        if (call.hasNonNull("id")) {
          ids.add(call.path("id").asText());
          names.add(call.at("/function/name").asText());
          assertThat(index).isEqualTo(names.size() - 1);
        }
        arguments
            .computeIfAbsent(index, none -> new StringBuilder())
            .append(call.at("/function/arguments").asText(""));
      }
    }
    assertThat(names).containsExactly("get_weather", "get_time");
    assertThat(ids).doesNotHaveDuplicates().doesNotContain("");
    assertThat(arguments.keySet()).containsExactly(0, 1);
    assertThat(Reply.json(String.valueOf(arguments.get(0))).path("days").asInt()).isEqualTo(3);
    assertThat(Reply.json(String.valueOf(arguments.get(1)))).isEmpty();

    ObjectNode next = request("both, please");
    addTools(next, "get_weather", "get_time");
    ArrayNode messages = (ArrayNode) next.get("messages");
    ObjectNode said = messages.addObject().put("role", "assistant");
    said.putNull("content");
    ArrayNode calls = said.putArray("tool_calls");
    for (int i = 0; i < 2; i++) {
      ObjectNode call = calls.addObject().put("id", ids.get(i)).put("type", "function");
      call.putObject("function")
          .put("name", names.get(i))
          .put("arguments", String.valueOf(arguments.get(i)));
    }
    for (int i = 0; i < 2; i++) {
      ObjectNode result = messages.addObject().put("role", "tool");
      result.put("tool_call_id", ids.get(i)).put("content", "result " + i);
    }
    assertThat(ok(it.chat(next)).at("/choices/0/message/content").asText())
        .isEqualTo("The tools said: result 0 and result 1");
  }

  @ParameterizedTest
  @MethodSource("withImages")
  void aPictureIsSeen(Case it) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode message = body.putArray("messages").addObject().put("role", "user");
    ArrayNode parts = message.putArray("content");
    parts.addObject().put("type", "text").put("text", "look");
    ObjectNode picture = parts.addObject().put("type", "image_url");
    picture
        .putObject("image_url")
        .put(
            "url",
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
    assertThat(ok(it.chat(body)).at("/choices/0/message/content").asText())
        .contains("look and show 1 images");
  }

  @ParameterizedTest
  @MethodSource("withJson")
  void jsonIsAnswered(Case it) {
    ObjectNode body = request("answer in json");
    body.putObject("response_format").put("type", "json_object");
    assertThat(
            Reply.json(ok(it.chat(body)).at("/choices/0/message/content").asText())
                .path("answer")
                .asText())
        .isEqualTo("yes");
    ObjectNode schema = body.putObject("response_format").put("type", "json_schema");
    ObjectNode named = schema.putObject("json_schema").put("name", "answer").put("strict", true);
    ObjectNode object = named.putObject("schema").put("type", "object");
    object.putObject("properties").putObject("answer").put("type", "string");
    object.putArray("required").add("answer");
    object.put("additionalProperties", false);
    assertThat(
            Reply.json(ok(it.chat(body)).at("/choices/0/message/content").asText())
                .path("answer")
                .asText())
        .isEqualTo("yes");
  }

  @ParameterizedTest
  @MethodSource("withReasoning")
  void thoughtsAreShownApart(Case it) {
    ObjectNode body = request("hard");
    body.put("reasoning_effort", "low");
    JsonNode message = ok(it.chat(body)).at("/choices/0/message");
    assertThat(message.path("reasoning_content").asText()).isEqualTo("Let me think.");
    assertThat(message.path("content").asText()).endsWith("You say: hard 🐫");
    List<JsonNode> chunks = chunks(it.chat(streaming(body)));
    assertThat(joined(chunks, "reasoning_content")).isEqualTo("Let me think.");
    assertThat(joined(chunks, "content")).endsWith("You say: hard 🐫");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everySettingIsTakenOrTheClientIsTold(Case it) {
    ObjectNode body = request("Hello");
    body.put("temperature", 0.83).put("top_p", 0.97).put("user", "someone-1").put("seed", 7531);
    body.put("presence_penalty", 0.57).put("frequency_penalty", 0.43).put("max_tokens", 4321);
    body.put("logprobs", true).put("top_logprobs", 3).put("parallel_tool_calls", false);
    body.putArray("stop").add("@@").add("##");
    body.putObject("logit_bias").put("9917", -3);
    Reply reply = it.chat(body);
    assertThat(ok(reply).at("/choices/0/message/content").asText()).endsWith("You say: Hello 🐫");
    assertTakenOrTold(body, reply);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsOutOfRangeIsBroughtIntoItAndTheClientIsTold(Case it) {
    ObjectNode body = request("Hello");
    body.put("temperature", 1.9).put("top_p", 1).put("n", 1).put("user", "someone-1");
    body.put("presence_penalty", 0.5).put("frequency_penalty", 0.5).put("seed", 7);
    body.putArray("stop").add("@@").add("##");
    assertThat(ok(it.chat(body)).at("/choices/0/message/content").asText())
        .endsWith("You say: Hello 🐫");
  }

  /** Each value reaches the provider under whatever name, or its member is named to the client. */
  private static void assertTakenOrTold(ObjectNode body, Reply reply) {
    String sent = all.last().body();
    String told = ";" + reply.header("x-bactrian-changes");
    List<String> ours = List.of("model", "messages");
    body.properties().stream()
        .filter(member -> !ours.contains(member.getKey()))
        .filter(member -> !told.contains(";" + member.getKey() + "="))
        .forEach(
            member ->
                assertThat(sent)
                    .as("%s, changes %s", member.getKey(), told)
                    .satisfiesAnyOf(
                        it -> assertThat(it).contains('"' + member.getKey() + '"'),
                        it -> assertThat(it).contains(distinct(member.getValue()))));
  }

  private static String distinct(JsonNode value) {
    return value.isContainerNode() ? distinct(value.elements().next()) : value.asText();
  }

  @ParameterizedTest
  @MethodSource("withTools")
  void allFormsOfToolChoiceAreTakenOrToldOf(Case it) {
    ObjectNode named = Json.MAPPER.createObjectNode().put("type", "function");
    named.putObject("function").put("name", "get_weather");
    for (String choice : List.of("auto", "none", "required", "named")) {
      ObjectNode body = request("weather?");
      addTools(body, "get_weather");
      if (choice.equals("named")) {
        body.set("tool_choice", named);
      } else {
        body.put("tool_choice", choice);
      }
      Reply reply = it.chat(body);
      JsonNode message = ok(reply).at("/choices/0/message");
      String told = reply.header("x-bactrian-changes");
      if (choice.equals("none")) {
        assertThat(message.has("tool_calls")).as(told).isEqualTo(told.contains("tool_choice=auto"));
      } else {
        assertThat(message.at("/tool_calls/0/function/name").asText()).isEqualTo("get_weather");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aLongAnswerArrivesWhole(Case it) {
    StringBuilder expected = new StringBuilder();
    for (int i = 1; i <= 1500; i++) {
      expected.append(i).append(' ');
    }
    JsonNode whole = ok(it.chat(request("count to 1500")));
    List<JsonNode> chunks = chunks(it.chat(streaming(request("count to 1500"))));

    assertThat(whole.at("/choices/0/message/content").asText().strip())
        .endsWith(expected.toString().strip());
    assertThat(joined(chunks, "content").strip()).endsWith(expected.toString().strip());
    assertThat(finishReasons(chunks)).containsExactly("stop");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aDeveloperMessageIsUnderstood(Case it) {
    ObjectNode body = request("Hello");
    ((ArrayNode) body.get("messages"))
        .insertObject(0)
        .put("role", "developer")
        .put("content", "Be kind.");
    assertThat(ok(it.chat(body)).at("/choices/0/message/content").asText()).contains("Be kind.");
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> failures() {
    return cases()
        .flatMap(
            it ->
                Stream.of(Failure.values())
                    .filter(failure -> failure != Failure.STREAM)
                    .map(failure -> org.junit.jupiter.params.provider.Arguments.of(it, failure)));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsToldAsOpenAiTellsIt(Case it, Failure failure) {
    if (failure != Failure.CUT) {
      expect(it.chat(request(failure.directive())), failure);
      expect(it.chat(streaming(request(failure.directive()))), failure);
    } else {
      expectBroken(it.chat(streaming(request(failure.directive()))));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anErrorInsideAStreamEndsIt(Case it) {
    expectBroken(it.chat(streaming(request(Failure.STREAM.directive()))));
  }

  private static void expect(Reply reply, Failure failure) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(failure.status());
    assertThat(reply.error().path("code").asText()).as(reply.body()).isEqualTo(failure.code());
    assertThat(reply.error().path("message").asText()).isNotBlank();
  }

  private static void expectBroken(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.whole()).isFalse();
    List<String> events = reply.events();
    assertThat(events).doesNotContain("[DONE]").hasSizeGreaterThan(1);
    assertThat(Reply.json(events.get(events.size() - 1)).path("error").path("message").asText())
        .isNotBlank();
    assertThat(reply.body()).doesNotContain("\"finish_reason\":\"stop\"");
  }
}

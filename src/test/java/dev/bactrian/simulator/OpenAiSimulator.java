package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import dev.bactrian.simulator.Prompt.Call;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's chat completions. Providers that are like it extend this, and say where they are not.
 * See https://platform.openai.com/docs/api-reference/chat.
 */
public class OpenAiSimulator implements Simulator {
  /** The key that is accepted. */
  protected static final String KEY = Secret.of("sk-simulated-0123456789");

  @Override
  public String name() {
    return "openai";
  }

  @Override
  public String model() {
    return "gpt-5.1";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/v1", "apiKey", KEY);
  }

  /** The path below this stand-in's address. */
  protected String chatPath() {
    return "/v1/chat/completions";
  }

  /** Whether a call proves who calls. */
  protected boolean isAuthorised(ProviderCall call) {
    return ("Bearer " + KEY).equals(call.header("authorization"));
  }

  /** What is wrong with a request, null if nothing is. */
  protected @Nullable String refusal(JsonNode request) {
    return request.path("messages").isEmpty() ? "messages: at least one is needed" : null;
  }

  /** Refuses a request as the provider words it. */
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    error(call, 400, wrong, "invalid_request_error", null);
  }

  /** The first member that is not among those, null if there is none. */
  protected static @Nullable String unknown(JsonNode object, Set<String> members) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (!members.contains(member.getKey())) {
        return member.getKey();
      }
    }
    return null;
  }

  /** Whether a number is there and outside of a closed range. */
  protected static boolean outside(JsonNode object, String name, double least, double most) {
    JsonNode value = object.path(name);
    return !value.isMissingNode()
        && !(value.isNumber() && value.asDouble() >= least && value.asDouble() <= most);
  }

  /** Whether a message has another role than those. */
  protected static boolean hasRoleBeside(JsonNode request, Set<String> roles) {
    for (JsonNode message : request.path("messages")) {
      if (!roles.contains(message.path("role").asText())) {
        return true;
      }
    }
    return false;
  }

  /** Sends an error as the provider words it. */
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH ->
          error(call, 401, "Incorrect API key.", "invalid_request_error", "invalid_api_key");
      case BILLING -> error(call, 429, "No quota.", "insufficient_quota", "insufficient_quota");
      case RATE -> error(call, 429, "Slow down.", "requests", "rate_limit_exceeded");
      case OVERLOAD -> error(call, 503, "Busy.", "server_error", "server_is_overloaded");
      case CONTEXT ->
          error(call, 400, "Too long.", "invalid_request_error", "context_length_exceeded");
      case CONTENT ->
          error(call, 400, "Flagged.", "invalid_request_error", "content_policy_violation");
      case MODEL -> error(call, 404, "No such model.", "invalid_request_error", "model_not_found");
      default -> error(call, 500, "It failed.", "server_error", "server_error");
    }
  }

  /** Sends an error object. */
  protected final void error(
      ProviderCall call, int status, String message, String type, @Nullable String code)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode error = body.putObject("error").put("message", message).put("type", type);
    error.putNull("param").put("code", code);
    call.json(status, body.toString());
  }

  /** The event that breaks a stream off. */
  protected String streamError() {
    return "{\"error\":{\"message\":\"It broke.\",\"type\":\"server_error\",\"code\":\"server_error\"}}";
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    if (!path(call).equals(chatPath())) {
      error(call, 404, "Unknown request URL: " + path(call), "invalid_request_error", null);
      return;
    }
    if (!isAuthorised(call)) {
      refuse(call, Failure.AUTH);
      return;
    }
    JsonNode request = call.json();
    String wrong = refusal(request);
    if (wrong != null) {
      refuse(call, wrong);
      return;
    }
    Prompt prompt = prompt(request);
    Failure failure = prompt.failure();
    boolean stream = request.path("stream").asBoolean();
    if (failure != null && failure != Failure.CUT && failure != Failure.STREAM) {
      refuse(call, failure);
    } else if (stream) {
      stream(call, request, prompt.answer(), failure);
    } else {
      whole(call, completion(request, prompt.answer()));
    }
  }

  /** Sends a whole answer. */
  protected void whole(ProviderCall call, ObjectNode completion) throws IOException {
    call.json(200, completion.toString());
  }

  /** Reads a request. */
  protected Prompt prompt(JsonNode request) {
    Prompt prompt = new Prompt();
    for (JsonNode message : request.path("messages")) {
      String text = text(prompt, message.path("content"));
      switch (message.path("role").asText()) {
        case "system", "developer" -> prompt.system(text);
        case "assistant" -> prompt.assistant(text);
        case "tool" -> prompt.result(text);
        default -> prompt.user(text);
      }
    }
    if (!request.path("tool_choice").asText().equals("none")) {
      for (JsonNode tool : request.path("tools")) {
        if (tool.at("/function/name").isTextual()) {
          prompt.tool(tool.at("/function/name").asText());
        }
      }
    }
    if (request.at("/response_format/type").asText().startsWith("json")) {
      prompt.json();
    }
    if (thinks(request)) {
      prompt.thinking();
    }
    for (String limit : List.of("max_tokens", "max_completion_tokens")) {
      if (request.path(limit).isNumber()) {
        prompt.maxTokens(request.path(limit).asLong());
      }
    }
    List<String> stop = new ArrayList<>();
    JsonNode ends = request.path("stop");
    if (ends.isTextual()) {
      stop.add(ends.asText());
    }
    ends.forEach(end -> stop.add(end.asText()));
    return prompt.stop(stop);
  }

  /** Whether the model should show its thoughts. OpenAI itself does not; others do. */
  protected boolean thinks(JsonNode request) {
    return request.has("reasoning_effort");
  }

  private static String text(Prompt prompt, JsonNode content) {
    StringBuilder text = new StringBuilder(content.isTextual() ? content.asText() : "");
    for (JsonNode part : content) {
      if (part.path("type").asText().equals("image_url")) {
        prompt.image();
      } else {
        text.append(part.path("text").asText());
      }
    }
    return text.toString();
  }

  /** A whole answer. */
  protected ObjectNode completion(JsonNode request, Answer answer) {
    ObjectNode completion = head(request, "chat.completion");
    ObjectNode choice = completion.putArray("choices").addObject();
    ObjectNode message = choice.put("index", 0).putObject("message");
    message.put("role", "assistant");
    if (!answer.reasoning().isEmpty()) {
      message.put(reasoningMember(), answer.reasoning());
    }
    if (answer.calls().isEmpty()) {
      text(message, answer.text());
    } else {
      message.putNull("content");
      for (int i = 0; i < answer.calls().size(); i++) {
        toolCall(message.withArray("tool_calls").addObject(), i, answer.calls().get(i));
      }
    }
    choice.put("finish_reason", finishReason(answer));
    completion.set("usage", usage(answer));
    return completion;
  }

  /** Puts a text into a message or a delta. */
  protected void text(ObjectNode message, String text) {
    message.put("content", text);
  }

  /** The member that holds the model's thoughts. */
  protected String reasoningMember() {
    return "reasoning_content";
  }

  /** Fills in a tool call. */
  protected void toolCall(ObjectNode node, int index, Call call) {
    node.put("id", "call_" + index + "_" + call.name()).put("type", "function");
    node.putObject("function").put("name", call.name()).put("arguments", call.arguments());
  }

  /** Why the model stopped. */
  protected String finishReason(Answer answer) {
    return answer.cutShort() ? "length" : answer.calls().isEmpty() ? "stop" : "tool_calls";
  }

  /** What was used. */
  protected ObjectNode usage(Answer answer) {
    ObjectNode usage = Json.MAPPER.createObjectNode();
    usage.put("prompt_tokens", answer.promptTokens());
    usage.put("completion_tokens", answer.completionTokens());
    usage.put("total_tokens", answer.promptTokens() + answer.completionTokens());
    usage.putObject("prompt_tokens_details").put("cached_tokens", 0);
    usage.putObject("completion_tokens_details").put("reasoning_tokens", answer.reasoningTokens());
    return usage;
  }

  /** The members that each object of an answer has. */
  protected ObjectNode head(JsonNode request, String object) {
    ObjectNode head = Json.MAPPER.createObjectNode();
    head.put("id", "chatcmpl-simulated").put("object", object).put("created", 1_790_000_000);
    return head.put("model", request.path("model").asText());
  }

  /** A chunk with one choice; gives its delta. */
  protected ObjectNode delta(ObjectNode chunk, @Nullable String finishReason) {
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    ObjectNode delta = choice.putObject("delta");
    choice.put("finish_reason", finishReason);
    return delta;
  }

  /** Sends a stream, or the beginning of one that breaks. */
  protected void stream(
      ProviderCall call, JsonNode request, Answer answer, @Nullable Failure failure)
      throws IOException {
    call.openStream();
    started(call, request, answer);
    pieces(call, request, answer, failure);
  }

  /** Sends the role and the thoughts. */
  protected final void started(ProviderCall call, JsonNode request, Answer answer)
      throws IOException {
    ObjectNode first = head(request, "chat.completion.chunk");
    delta(first, null).put("role", "assistant").put("content", "");
    call.event(first.toString());
    if (!answer.reasoning().isEmpty()) {
      ObjectNode chunk = head(request, "chat.completion.chunk");
      delta(chunk, null).put(reasoningMember(), answer.reasoning());
      call.event(chunk.toString());
    }
  }

  /** Sends what follows the thoughts. */
  protected final void pieces(
      ProviderCall call, JsonNode request, Answer answer, @Nullable Failure failure)
      throws IOException {
    for (String piece : answer.pieces()) {
      ObjectNode chunk = head(request, "chat.completion.chunk");
      text(delta(chunk, null), piece);
      call.event(chunk.toString());
      if (failure == Failure.CUT) {
        call.cut();
        return;
      }
      if (failure == Failure.STREAM) {
        call.event(streamError());
        call.endStream();
        return;
      }
    }
    for (int i = 0; i < answer.calls().size(); i++) {
      streamCall(call, request, i, answer.calls().get(i));
    }
    end(call, request, answer);
  }

  /** Sends a tool call in pieces. */
  protected void streamCall(ProviderCall call, JsonNode request, int index, Call tool)
      throws IOException {
    ObjectNode begun = head(request, "chat.completion.chunk");
    ObjectNode node = delta(begun, null).putArray("tool_calls").addObject().put("index", index);
    toolCall(node, index, new Call(tool.name(), ""));
    call.event(begun.toString());
    int half = tool.arguments().length() / 2;
    for (String piece :
        List.of(tool.arguments().substring(0, half), tool.arguments().substring(half))) {
      ObjectNode chunk = head(request, "chat.completion.chunk");
      ObjectNode more = delta(chunk, null).putArray("tool_calls").addObject().put("index", index);
      more.putObject("function").put("arguments", piece);
      call.event(chunk.toString());
    }
  }

  /** Sends a tool call in one piece. */
  protected final void streamWholeCall(ProviderCall call, JsonNode request, int index, Call tool)
      throws IOException {
    ObjectNode chunk = head(request, "chat.completion.chunk");
    ObjectNode node = delta(chunk, null).putArray("tool_calls").addObject().put("index", index);
    toolCall(node, index, tool);
    call.event(chunk.toString());
  }

  /** Ends a complete stream. */
  protected void end(ProviderCall call, JsonNode request, Answer answer) throws IOException {
    ObjectNode last = head(request, "chat.completion.chunk");
    delta(last, finishReason(answer));
    call.event(last.toString());
    if (request.at("/stream_options/include_usage").asBoolean()) {
      ObjectNode usage = head(request, "chat.completion.chunk");
      usage.putArray("choices");
      usage.set("usage", usage(answer));
      call.event(usage.toString());
    }
    call.event("[DONE]");
    call.endStream();
  }
}

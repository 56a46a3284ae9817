package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import dev.bactrian.simulator.Prompt.Call;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Mistral: unknown members are refused with 422, ids of tool calls have nine characters, thoughts
 * are parts of the content. See https://docs.mistral.ai/api.
 */
public final class MistralSimulator extends OpenAiSimulator {
  private static final Set<String> MEMBERS =
      Set.of(
          "model",
          "messages",
          "stream",
          "temperature",
          "top_p",
          "max_tokens",
          "stop",
          "random_seed",
          "n",
          "presence_penalty",
          "frequency_penalty",
          "response_format",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "prediction",
          "prompt_mode",
          "reasoning_effort",
          "safe_prompt",
          "metadata");
  private static final Set<String> MESSAGE =
      Set.of("role", "content", "name", "tool_calls", "tool_call_id", "prefix");

  @Override
  public String name() {
    return "mistral";
  }

  @Override
  public String model() {
    return "mistral-medium-2604";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/v1", "apiKey", KEY);
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    String unknown = unknown(request, MEMBERS);
    if (unknown != null) {
      return unknown;
    }
    if (outside(request, "temperature", 0, 1.5) || outside(request, "top_p", 0.0001, 1)) {
      return "temperature";
    }
    for (JsonNode message : request.path("messages")) {
      String wrong = wrong(message);
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private static @Nullable String wrong(JsonNode message) {
    if (!Set.of("system", "user", "assistant", "tool").contains(message.path("role").asText())) {
      return "role";
    }
    for (JsonNode call : message.path("tool_calls")) {
      if (!isId(call.path("id"))) {
        return "tool_calls";
      }
    }
    return message.has("tool_call_id") && !isId(message.path("tool_call_id"))
        ? "tool_call_id"
        : unknown(message, MESSAGE);
  }

  private static boolean isId(JsonNode id) {
    return id.asText().matches("[a-zA-Z0-9]{9}");
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode detail = body.putArray("detail").addObject().put("type", "extra_forbidden");
    detail.putArray("loc").add("body").add(wrong);
    detail.put("msg", "Extra inputs are not permitted");
    call.json(422, body.toString());
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> call.json(401, "{\"detail\":\"Unauthorized\"}");
      case BILLING -> flat(call, 402, "payment_required", "No subscription is active.");
      case RATE -> flat(call, 429, "rate_limited", "Rate limit exceeded");
      case OVERLOAD -> flat(call, 503, "unreachable_backend", "Service unavailable.");
      case CONTEXT ->
          flat(
              call,
              400,
              "invalid_request_prompt",
              "Prompt contains 300000 tokens, too large for model with 262144 maximum context length");
      case CONTENT -> flat(call, 451, "content_policy", "It was blocked.");
      case MODEL -> flat(call, 404, "invalid_model", "Invalid model.");
      default -> flat(call, 500, "internal_server_error", "Service error.");
    }
  }

  private static void flat(ProviderCall call, int status, String type, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode().put("object", "error");
    body.put("message", message).put("type", type).putNull("param").put("code", "1000");
    call.json(status, body.toString());
  }

  @Override
  protected ObjectNode completion(JsonNode request, Answer answer) {
    ObjectNode completion = super.completion(request, answer);
    ObjectNode message = (ObjectNode) completion.at("/choices/0/message");
    if (!answer.reasoning().isEmpty()) {
      message.remove(reasoningMember());
      String text = message.path("content").asText();
      think(message, answer.reasoning());
      message.withArray("content").addObject().put("type", "text").put("text", text);
    }
    return completion;
  }

  private static void think(ObjectNode message, String thought) {
    ObjectNode thinking = message.putArray("content").addObject().put("type", "thinking");
    thinking.putArray("thinking").addObject().put("type", "text").put("text", thought);
  }

  @Override
  protected void toolCall(ObjectNode node, int index, Call call) {
    super.toolCall(node, index, call);
    node.put("id", "AbCdEfG0" + index);
  }

  /** A call comes whole. */
  @Override
  protected void streamCall(ProviderCall call, JsonNode request, int index, Call tool)
      throws IOException {
    streamWholeCall(call, request, index, tool);
  }

  @Override
  protected void stream(
      ProviderCall call, JsonNode request, Answer answer, @Nullable Failure failure)
      throws IOException {
    call.openStream();
    ObjectNode first = head(request, "chat.completion.chunk");
    delta(first, null).put("role", "assistant").put("content", "");
    call.event(first.toString());
    if (!answer.reasoning().isEmpty()) {
      ObjectNode chunk = head(request, "chat.completion.chunk");
      think(delta(chunk, null), answer.reasoning());
      call.event(chunk.toString());
    }
    pieces(call, request, answer, failure);
  }

  @Override
  protected String streamError() {
    return "{\"object\":\"error\",\"message\":\"It broke.\",\"type\":\"internal_server_error\","
        + "\"param\":null,\"code\":\"3000\"}";
  }

  @Override
  protected String finishReason(Answer answer) {
    return answer.cutShort() ? "model_length" : super.finishReason(answer);
  }

  @Override
  protected void end(ProviderCall call, JsonNode request, Answer answer) throws IOException {
    ObjectNode last = head(request, "chat.completion.chunk");
    delta(last, finishReason(answer)).put("content", "");
    last.set("usage", usage(answer));
    call.event(last.toString());
    call.event("[DONE]");
    call.endStream();
  }
}

package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * OpenRouter: comments before the first chunk, thoughts with details, errors after the model began
 * in answers of status 200. See https://openrouter.ai/docs.
 */
public final class OpenRouterSimulator extends OpenAiSimulator {
  @Override
  public String name() {
    return "openrouter";
  }

  @Override
  public String model() {
    return "anthropic/claude-sonnet-4.6";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of(
        "baseUrl",
        base + "/api/v1",
        "apiKey",
        KEY,
        "referer",
        "https://gateway.example",
        "appTitle",
        "Simulated");
  }

  @Override
  protected String chatPath() {
    return "/api/v1/chat/completions";
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    String model = request.path("model").asText();
    return model.matches("[\\w-]+/[\\w.:-]+") ? null : "not a valid model ID";
  }

  @Override
  protected boolean isAuthorised(ProviderCall call) {
    return super.isAuthorised(call)
        && "https://gateway.example".equals(call.header("http-referer"))
        && "Simulated".equals(call.header("x-title"));
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    router(call, 400, 400, wrong, null);
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> router(call, 401, 401, "No auth credentials found", null);
      case BILLING -> router(call, 402, 402, "Insufficient credits", null);
      case RATE -> router(call, 429, 429, "Rate limit exceeded", "{\"provider_name\":\"P\"}");
      case OVERLOAD -> router(call, 503, 503, "No provider meets the routing", null);
      case CONTEXT ->
          router(call, 400, 400, "This endpoint's maximum context length is 200000 tokens", null);
      case CONTENT ->
          router(
              call,
              403,
              403,
              "Input was flagged",
              "{\"reasons\":[\"violence\"],\"flagged_input\":\"..\",\"provider_name\":\"P\"}");
      case MODEL -> router(call, 404, 404, "No endpoints found for that model", null);
      default -> router(call, 200, 502, "Provider returned error", "{\"provider_name\":\"P\"}");
    }
  }

  private static void router(
      ProviderCall call, int status, int code, String message, @Nullable String metadata)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode error = body.putObject("error").put("code", code).put("message", message);
    if (metadata != null) {
      error.set("metadata", Json.MAPPER.readTree(metadata));
    }
    call.json(status, body.put("user_id", "user_1").toString());
  }

  @Override
  protected String streamError() {
    return "{\"id\":\"gen-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
        + "\"provider\":\"P\",\"error\":{\"code\":502,\"message\":\"Provider disconnected\"},"
        + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}";
  }

  @Override
  protected boolean thinks(JsonNode request) {
    return super.thinks(request) || request.has("reasoning");
  }

  @Override
  protected String reasoningMember() {
    return "reasoning";
  }

  @Override
  protected ObjectNode completion(JsonNode request, Answer answer) {
    ObjectNode completion = super.completion(request, answer);
    ObjectNode choice = (ObjectNode) completion.at("/choices/0");
    choice.put("native_finish_reason", "end_turn");
    if (!answer.reasoning().isEmpty()) {
      details((ObjectNode) choice.path("message"), answer.reasoning());
    }
    return completion;
  }

  private static void details(ObjectNode message, String thought) {
    ObjectNode detail = message.putArray("reasoning_details").addObject();
    detail.put("type", "reasoning.text").put("text", thought).put("signature", "sig==");
  }

  @Override
  protected ObjectNode head(JsonNode request, String object) {
    return super.head(request, object).put("id", "gen-1").put("provider", "P");
  }

  @Override
  protected ObjectNode delta(ObjectNode chunk, @Nullable String finishReason) {
    ObjectNode delta = super.delta(chunk, finishReason);
    ObjectNode choice = (ObjectNode) chunk.at("/choices/0");
    choice.put("native_finish_reason", finishReason == null ? null : "end_turn");
    return delta.put("role", "assistant");
  }

  @Override
  protected void stream(
      ProviderCall call, JsonNode request, Answer answer, @Nullable Failure failure)
      throws IOException {
    call.openStream();
    call.streamed(": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n");
    if (!answer.reasoning().isEmpty()) {
      ObjectNode chunk = head(request, "chat.completion.chunk");
      ObjectNode delta = delta(chunk, null).put("content", "");
      delta.put("reasoning", answer.reasoning());
      details(delta, answer.reasoning());
      call.event(chunk.toString());
    }
    pieces(call, request, answer, failure);
  }

  /** Usage comes unasked, on a chunk with an empty delta. */
  @Override
  protected void end(ProviderCall call, JsonNode request, Answer answer) throws IOException {
    ObjectNode last = head(request, "chat.completion.chunk");
    delta(last, finishReason(answer)).put("content", "");
    call.event(last.toString());
    ObjectNode usage = head(request, "chat.completion.chunk");
    delta(usage, null).put("content", "");
    usage.set("usage", usage(answer).put("cost", 0.0014));
    call.event(usage.toString());
    call.event("[DONE]");
    call.endStream();
  }
}

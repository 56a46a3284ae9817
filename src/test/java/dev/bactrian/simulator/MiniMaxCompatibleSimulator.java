package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** MiniMax's path of OpenAI's form: thoughts are inside the text, errors have a status. */
public final class MiniMaxCompatibleSimulator extends MiniMaxSimulator {
  @Override
  public String name() {
    return "minimax-compatible";
  }

  @Override
  public String model() {
    return "minimax-m2.5";
  }

  @Override
  public Abilities abilities() {
    return new Abilities(true, false, true, true);
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/v1", "apiKey", KEY, "path", "/chat/completions");
  }

  @Override
  protected String chatPath() {
    return "/v1/chat/completions";
  }

  @Override
  protected boolean isAuthorised(ProviderCall call) {
    return ("Bearer " + KEY).equals(call.header("authorization")) && call.query("GroupId") == null;
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    refuse(call, 400, "bad_request_error", wrong + " (2013)");
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> refuse(call, 401, "authorized_error", "login fail (1004)");
      case BILLING -> refuse(call, 429, "insufficient_balance_error", "no balance (1008)");
      case RATE -> refuse(call, 429, "rate_limit_error", "rate limit (1002)");
      case OVERLOAD -> refuse(call, 529, "overloaded_error", "busy");
      case CONTEXT -> refuse(call, 400, "bad_request_error", "context window exceeds limit (2013)");
      case CONTENT -> refuse(call, 400, "bad_request_error", "input new_sensitive (1026)");
      case MODEL -> refuse(call, 404, "not_found_error", "unknown model");
      default -> refuse(call, 500, "server_error", "unknown error (1000)");
    }
  }

  private static void refuse(ProviderCall call, int status, String type, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode().put("type", "error");
    ObjectNode error = body.putObject("error").put("type", type).put("message", message);
    error.put("http_code", String.valueOf(status));
    call.json(status, body.put("request_id", "simulated").toString());
  }

  @Override
  protected String streamError() {
    return "{\"type\":\"error\",\"error\":{\"type\":\"server_error\",\"message\":\"It broke.\","
        + "\"http_code\":\"500\"}}";
  }

  @Override
  protected ObjectNode completion(JsonNode request, Answer answer) {
    ObjectNode completion = super.completion(request, answer);
    ObjectNode message = (ObjectNode) completion.at("/choices/0/message");
    String thoughts = message.remove("reasoning_content").asText();
    message.put(
        "content", "<think>" + thoughts + "</think>\n\n" + message.path("content").asText(""));
    return completion;
  }

  @Override
  protected void stream(
      ProviderCall call, JsonNode request, Answer answer, @Nullable Failure failure)
      throws IOException {
    call.openStream();
    String begun = "<think>" + answer.reasoning() + "</think>\n\n";
    for (int i = 0; i < begun.length(); i += 5) {
      ObjectNode chunk = head(request, "chat.completion.chunk");
      ObjectNode delta = delta(chunk, null).put("role", "assistant");
      delta.put("content", begun.substring(i, Math.min(begun.length(), i + 5)));
      call.event(chunk.toString());
    }
    pieces(call, request, answer, failure);
  }

  @Override
  protected void end(ProviderCall call, JsonNode request, Answer answer) throws IOException {
    ObjectNode last = head(request, "chat.completion.chunk");
    delta(last, finishReason(answer));
    last.set("usage", usage(answer));
    call.event(last.toString());
    call.event("[DONE]");
    call.endStream();
  }
}

package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Version 1 of Baidu's ERNIE API with its token service: nearly every error has status 200. See
 * https://cloud.baidu.com/doc/WENXINWORKSHOP.
 */
public final class BaiduV1Simulator implements Simulator {
  private static final String CHAT = "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/";
  private static final Set<String> MEMBERS =
      Set.of(
          "messages",
          "system",
          "temperature",
          "top_p",
          "penalty_score",
          "stream",
          "max_output_tokens",
          "stop",
          "disable_search",
          "enable_citation",
          "user_id",
          "functions");

  private final BaiduTokens tokens = new BaiduTokens();

  @Override
  public String name() {
    return "baidu-v1";
  }

  @Override
  public String provider() {
    return "baidu";
  }

  @Override
  public String model() {
    return "ernie-4.0-8k";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base, "apiKey", BaiduTokens.KEY, "secretKey", BaiduTokens.SECRET);
  }

  @Override
  public Abilities abilities() {
    return new Abilities(false, false, true, false);
  }

  @Override
  public boolean expire() {
    tokens.revoke();
    return true;
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    String path = path(call);
    if (path.equals("/oauth/2.0/token")) {
      tokens.answer(call);
      return;
    }
    if (!path.equals(CHAT + "completions_pro")) {
      error(call, 3, "Unsupported openapi method");
      return;
    }
    String token = call.query("access_token");
    if (token == null || !tokens.isValid(token)) {
      error(call, token == null ? 100 : 111, "Access token invalid or no longer valid");
      return;
    }
    JsonNode request = call.json();
    String wrong = wrong(request);
    if (wrong != null) {
      error(call, 336003, wrong);
      return;
    }
    Prompt prompt = prompt(request);
    Failure failure = prompt.failure();
    if (failure != null && failure != Failure.CUT && failure != Failure.STREAM) {
      refuse(call, failure);
    } else if (request.path("stream").asBoolean()) {
      stream(call, prompt.answer(), failure);
    } else {
      ObjectNode body = event(prompt.answer(), prompt.answer().text());
      call.json(200, body.put("object", "chat.completion").toString());
    }
  }

  private static @Nullable String wrong(JsonNode request) {
    for (Map.Entry<String, JsonNode> member : request.properties()) {
      if (!MEMBERS.contains(member.getKey()) || member.getValue().isNull()) {
        return "unknown member " + member.getKey();
      }
    }
    JsonNode messages = request.path("messages");
    if (messages.size() % 2 == 0) {
      return "the length of messages must be an odd number";
    }
    for (int i = 0; i < messages.size(); i++) {
      JsonNode message = messages.get(i);
      if (!message.path("role").asText().equals(i % 2 == 0 ? "user" : "assistant")) {
        return "role of message with even index in the messages must be user";
      }
      if (!message.path("content").isTextual() || message.path("content").asText().isBlank()) {
        return "message content can not be empty";
      }
    }
    JsonNode heat = request.path("temperature");
    if (heat.isNumber() && (heat.asDouble() <= 0 || heat.asDouble() > 1)) {
      return "temperature must be in (0, 1]";
    }
    JsonNode limit = request.path("max_output_tokens");
    boolean limited = limit.isMissingNode() || (limit.asInt() >= 2 && limit.asInt() <= 2048);
    return limited && (request.path("stop").isMissingNode() || request.path("stop").size() <= 4)
        ? null
        : "max_output_tokens or stop";
  }

  private static Prompt prompt(JsonNode request) {
    Prompt prompt = new Prompt().system(request.path("system").asText());
    if (request.path("system").asText().contains("JSON object and nothing else")) {
      prompt.json();
    }
    for (JsonNode message : request.path("messages")) {
      String text = message.path("content").asText();
      if (message.path("role").asText().equals("user")) {
        prompt.user(text);
      } else {
        prompt.assistant(text);
      }
    }
    List<String> stop = new ArrayList<>();
    request.path("stop").forEach(end -> stop.add(end.asText()));
    return prompt.stop(stop).maxTokens(request.path("max_output_tokens").asLong(Long.MAX_VALUE));
  }

  private static void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> error(call, 6, "No permission to access data");
      case BILLING -> error(call, 17, "Open api daily request limit reached");
      case RATE -> error(call, 18, "Open api qps request limit reached");
      case CONTEXT -> error(call, 336103, "the content length is too long");
      case CONTENT -> error(call, 336104, "user input is sensitive");
      // There are no codes for these two: they come from what stands before the API.
      case OVERLOAD -> call.json(503, "{}");
      case MODEL -> call.whole(404, "text/html", "<html>Not Found</html>");
      default -> error(call, 336000, "Internal error");
    }
  }

  private static void error(ProviderCall call, int code, String message) throws IOException {
    call.json(200, error(code, message));
  }

  private static String error(int code, String message) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    return body.put("error_code", code).put("error_msg", message).put("id", "as-1").toString();
  }

  private static ObjectNode event(Answer answer, String text) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("id", "as-simulated");
    body.put("created", 1_790_000_000).put("result", text);
    body.put("is_truncated", answer.cutShort()).put("need_clear_history", false);
    ObjectNode usage = body.putObject("usage").put("prompt_tokens", answer.promptTokens());
    usage.put("completion_tokens", answer.completionTokens());
    usage.put("total_tokens", answer.promptTokens() + answer.completionTokens());
    return body;
  }

  /** The last event has a piece of the answer and says that it is the last. */
  private static void stream(ProviderCall call, Answer answer, @Nullable Failure failure)
      throws IOException {
    call.openStream();
    int last = answer.pieces().size() - 1;
    for (int i = 0; i <= last; i++) {
      ObjectNode event = event(answer, answer.pieces().get(i)).put("sentence_id", i);
      call.event(
          event
              .put("is_truncated", i == last && answer.cutShort())
              .put("is_end", i == last)
              .toString());
      if (failure == Failure.CUT) {
        call.cut();
        return;
      }
      if (failure == Failure.STREAM) {
        call.event(error(336100, "Try again later"));
        call.endStream();
        return;
      }
    }
    call.endStream();
  }
}

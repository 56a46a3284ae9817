package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SenseNova's native API, with a model that always thinks. See https://platform.sensenova.cn. */
public final class SensenovaSimulator implements Simulator {
  private static final Set<String> MEMBERS =
      Set.of(
          "model",
          "messages",
          "max_new_tokens",
          "n",
          "repetition_penalty",
          "temperature",
          "top_p",
          "stream",
          "user",
          "know_ids",
          "knowledge_config",
          "plugins");

  @Override
  public String name() {
    return "sensenova";
  }

  private final SensenovaTokens tokens = new SensenovaTokens();

  @Override
  public boolean expire() {
    tokens.expire();
    return true;
  }

  @Override
  public String model() {
    return "sensenova-v6-reasoner";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base, "apiKey", SensenovaTokens.ID + ":" + SensenovaTokens.SECRET);
  }

  @Override
  public Abilities abilities() {
    return new Abilities(false, true, true, true);
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    if (!path(call).equals("/v1/llm/chat-completions")) {
      error(call, 404, 5, "Not Found");
      return;
    }
    String refusal = tokens.refusal(call.header("authorization"));
    if (refusal != null) {
      error(call, 401, 16, refusal);
      return;
    }
    JsonNode request = call.json();
    String wrong = wrong(request);
    if (wrong != null) {
      error(call, 400, 3, "Invalid argument: " + wrong);
      return;
    }
    Prompt prompt = prompt(request);
    Failure failure = prompt.failure();
    if (failure != null && failure != Failure.CUT && failure != Failure.STREAM) {
      refuse(call, failure);
    } else if (request.path("stream").asBoolean()) {
      stream(call, prompt.answer(), failure);
    } else {
      call.json(200, whole(prompt.answer()).toString());
    }
  }

  private static @Nullable String wrong(JsonNode request) {
    for (Map.Entry<String, JsonNode> member : request.properties()) {
      if (!MEMBERS.contains(member.getKey()) || member.getValue().isNull()) {
        return member.getKey();
      }
    }
    if (!Set.of("SenseNova-V6-Pro", "SenseNova-V6-Turbo", "SenseNova-V6-Reasoner")
            .contains(request.path("model").asText())
        || request.path("messages").isEmpty()) {
      return "model or messages";
    }
    for (JsonNode message : request.path("messages")) {
      if (!Set.of("system", "user", "assistant").contains(message.path("role").asText())
          || message.size() != 2
          || !(message.path("content").isTextual() || isParts(message.path("content")))) {
        return "messages";
      }
    }
    return outside(request, "max_new_tokens", 1, 2048)
            || outside(request, "n", 1, 4)
            || outside(request, "repetition_penalty", Double.MIN_VALUE, 2)
            || outside(request, "temperature", Double.MIN_VALUE, 2)
            || outside(request, "top_p", Double.MIN_VALUE, Math.nextDown(1.0))
        ? "out of range"
        : null;
  }

  private static boolean isParts(JsonNode content) {
    boolean sound = content.isArray();
    for (JsonNode part : content) {
      sound &=
          switch (part.path("type").asText()) {
            case "text" -> part.path("text").isTextual();
            case "image_url" -> part.path("image_url").asText().startsWith("https://");
            case "image_base64" -> part.path("image_base64").asText().matches("[A-Za-z0-9+/=]+");
            case "image_file_id" -> part.path("image_file_id").isTextual();
            default -> false;
          };
    }
    return sound;
  }

  private static boolean outside(JsonNode request, String name, double least, double most) {
    JsonNode value = request.path(name);
    return !value.isMissingNode()
        && !(value.isNumber() && value.asDouble() >= least && value.asDouble() <= most);
  }

  private static Prompt prompt(JsonNode request) {
    Prompt prompt = new Prompt().thinking();
    if (request.path("messages").toString().contains("JSON object and nothing else")) {
      prompt.json();
    }
    for (JsonNode message : request.path("messages")) {
      StringBuilder text = new StringBuilder(message.path("content").asText());
      for (JsonNode part : message.path("content")) {
        text.append(part.path("text").asText());
        if (part.path("type").asText().startsWith("image")) {
          prompt.image();
        }
      }
      switch (message.path("role").asText()) {
        case "system" -> prompt.system(text.toString());
        case "assistant" -> prompt.assistant(text.toString());
        default -> prompt.user(text.toString());
      }
    }
    return request.has("max_new_tokens")
        ? prompt.maxTokens(request.path("max_new_tokens").asLong())
        : prompt;
  }

  private static void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> error(call, 403, 7, "Forbidden");
      case BILLING -> error(call, 402, 9, "The balance is insufficient.");
      case RATE -> error(call, 429, 8, "The rate limit is reached.");
      case OVERLOAD -> error(call, 503, 14, "Unavailable");
      case CONTEXT -> error(call, 400, 3, "The maximum context length is 32768 tokens.");
      case CONTENT -> error(call, 400, 18, "The input is sensitive.");
      case MODEL -> error(call, 404, 5, "The model is not found.");
      default -> error(call, 500, 13, "Internal");
    }
  }

  private static void error(ProviderCall call, int status, int code, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putObject("error").put("code", code).put("message", message).putArray("details");
    call.json(status, body.toString());
  }

  private static ObjectNode whole(Answer answer) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode choice = choice(body, answer);
    choice.put("message", answer.text()).put("reasoning_content", answer.reasoning());
    choice.put("finish_reason", answer.cutShort() ? "length" : "stop");
    ((ObjectNode) body.path("data")).putObject("plugins");
    return body;
  }

  private static ObjectNode choice(ObjectNode body, Answer answer) {
    ObjectNode data = body.putObject("data").put("id", "simulated");
    ObjectNode choice = data.putArray("choices").addObject().put("index", 0);
    choice.put("role", "assistant");
    ObjectNode usage = data.putObject("usage").put("prompt_tokens", answer.promptTokens());
    usage.put("completion_tokens", answer.completionTokens()).put("knowledge_tokens", 0);
    usage.put("total_tokens", answer.promptTokens() + answer.completionTokens());
    return choice;
  }

  private static void stream(ProviderCall call, Answer answer, @Nullable Failure failure)
      throws IOException {
    call.openStream();
    event(call, answer, "", answer.reasoning(), "");
    for (String piece : answer.pieces()) {
      event(call, answer, piece, "", "");
      if (failure == Failure.CUT) {
        call.cut();
        return;
      }
      if (failure == Failure.STREAM) {
        call.streamed("data:{\"status\":{\"code\":13,\"message\":\"Internal\"}}\n\n");
        call.endStream();
        return;
      }
    }
    event(call, answer, "", "", answer.cutShort() ? "length" : "stop");
    call.streamed("data:[DONE]\n\n");
    call.endStream();
  }

  /** One event; there is no space after the colon. */
  private static void event(
      ProviderCall call, Answer answer, String delta, String thought, String reason)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode choice = choice(body, answer).put("delta", delta).put("finish_reason", reason);
    if (!thought.isEmpty()) {
      choice.put("reasoning_content", thought);
    }
    body.putObject("status").put("code", 0).put("message", "ok");
    call.streamed("data:" + body + "\n\n");
  }
}

package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic's Messages. Clouds that host its models extend this. See
 * https://docs.anthropic.com/en/api/messages.
 */
public class AnthropicSimulator implements Simulator {
  private static final String KEY = Secret.of("sk-ant-api03-simulated-0123456789");
  private static final String TOKEN = Secret.of("sk-ant-oat01-simulated-0123456789");

  private final boolean byToken;

  /** What caches hold: the prompts that were marked before. */
  private final Set<String> cached = ConcurrentHashMap.newKeySet();

  /** One that takes an API key. */
  public AnthropicSimulator() {
    this(false);
  }

  private AnthropicSimulator(boolean byToken) {
    this.byToken = byToken;
  }

  /** One that takes a bearer token. */
  public static AnthropicSimulator byToken() {
    return new AnthropicSimulator(true);
  }

  @Override
  public String name() {
    return byToken ? "anthropic-token" : "anthropic";
  }

  @Override
  public String provider() {
    return "anthropic";
  }

  @Override
  public String model() {
    return "claude-sonnet-4.6";
  }

  @Override
  public Map<String, String> settings(String base) {
    return byToken
        ? Map.of("baseUrl", base, "authToken", TOKEN)
        : Map.of("baseUrl", base + "/", "apiKey", KEY);
  }

  /** Whether a call is for the Messages. */
  protected boolean isMessages(ProviderCall call) {
    return path(call).equals("/v1/messages");
  }

  /** Whether a call proves who calls, in exactly one way. */
  protected boolean isAuthorised(ProviderCall call) {
    String key = call.header("x-api-key");
    String bearer = call.header("authorization");
    return byToken
        ? key == null && ("Bearer " + TOKEN).equals(bearer)
        : bearer == null && KEY.equals(key);
  }

  /** What is wrong with the API's version, null if nothing is. */
  protected @Nullable String versionRefusal(ProviderCall call) {
    String version = call.header("anthropic-version");
    return version == null
        ? "anthropic-version: header is required"
        : version.equals("2023-06-01") ? null : "anthropic-version: \"" + version + "\" is unknown";
  }

  /** The id of the model that is asked for. */
  protected String modelId(ProviderCall call) {
    return call.member("model");
  }

  /** Members of the body beside those of the Messages. */
  protected Set<String> moreMembers() {
    return Set.of();
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    if (!isMessages(call)) {
      error(call, 404, "not_found_error", "Not found");
      return;
    }
    if (!isAuthorised(call)) {
      error(call, 401, "authentication_error", "invalid x-api-key");
      return;
    }
    JsonNode request = call.json();
    String id = modelId(call);
    AnthropicModel model = AnthropicModel.of(id);
    if (model == null) {
      error(call, 404, "not_found_error", "model: " + id);
      return;
    }
    String wrong = versionRefusal(call);
    wrong = wrong == null ? AnthropicRules.refusal(request, model, moreMembers()) : wrong;
    if (wrong != null) {
      error(call, 400, "invalid_request_error", wrong);
      return;
    }
    Prompt prompt = prompt(request, model);
    Failure failure = prompt.failure();
    if (failure != null && failure != Failure.CUT && failure != Failure.STREAM) {
      fail(call, failure);
    } else if (request.path("stream").asBoolean()) {
      new AnthropicEvents(call, message(request, id, prompt.answer())).send(failure);
    } else {
      call.json(200, message(request, id, prompt.answer()).toString(), "request-id", "req_011");
    }
  }

  private static void fail(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> error(call, 401, "authentication_error", "invalid x-api-key");
      case BILLING ->
          error(
              call,
              400,
              "invalid_request_error",
              "Your credit balance is too low to access the Anthropic API.");
      case RATE ->
          error(
              call,
              429,
              "rate_limit_error",
              "This request would exceed your organization's rate limit.",
              "retry-after",
              "2");
      case OVERLOAD -> error(call, 529, "overloaded_error", "Overloaded");
      case CONTEXT ->
          error(
              call,
              400,
              "invalid_request_error",
              "prompt is too long: 210000 tokens > 200000 maximum");
      case CONTENT ->
          error(call, 400, "invalid_request_error", "Output blocked by content filtering policy");
      case MODEL -> error(call, 404, "not_found_error", "model: claude-unknown");
      default -> error(call, 500, "api_error", "Internal server error");
    }
  }

  private static void error(
      ProviderCall call, int status, String type, String message, String... headers)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode().put("type", "error");
    body.putObject("error").put("type", type).put("message", message);
    body.put("request_id", "req_011");
    List<String> all = new ArrayList<>(List.of("request-id", "req_011"));
    all.addAll(List.of(headers));
    call.json(status, body.toString(), all.toArray(String[]::new));
  }

  private static Prompt prompt(JsonNode request, AnthropicModel model) {
    Prompt prompt = new Prompt();
    JsonNode system = request.path("system");
    if (system.isTextual()) {
      prompt.system(system.asText());
    }
    system.forEach(block -> prompt.system(block.path("text").asText()));
    request.path("messages").forEach(message -> read(prompt, message));
    String choice = request.at("/tool_choice/type").asText("auto");
    for (JsonNode tool : request.path("tools")) {
      String name = tool.path("name").asText();
      boolean chosen =
          !choice.equals("tool") || request.at("/tool_choice/name").asText().equals(name);
      if (chosen && !choice.equals("none") && tool.has("input_schema")) {
        prompt.tool(name);
      }
    }
    if (request.at("/output_config/format").isObject() || system.toString().contains("JSON")) {
      prompt.json();
    }
    String thinking = request.at("/thinking/type").asText("");
    if (thinking.isEmpty() ? model.thinksUnasked() : !thinking.equals("disabled")) {
      prompt.thinking();
    }
    List<String> stop = new ArrayList<>();
    request.path("stop_sequences").forEach(text -> stop.add(text.asText()));
    return prompt.stop(stop).maxTokens(request.path("max_tokens").asLong());
  }

  private static void read(Prompt prompt, JsonNode message) {
    boolean user = message.path("role").asText().equals("user");
    JsonNode content = message.path("content");
    StringBuilder text = new StringBuilder(content.isTextual() ? content.asText() : "");
    for (JsonNode block : content) {
      switch (block.path("type").asText()) {
        case "text" -> text.append(block.path("text").asText());
        case "image" -> prompt.image();
        case "tool_result" -> {
          JsonNode inner = block.path("content");
          prompt.result(inner.isTextual() ? inner.asText() : inner.at("/0/text").asText());
        }
        default -> {}
      }
    }
    if (!user) {
      prompt.assistant(text.toString());
    } else if (!text.isEmpty()) {
      prompt.user(text.toString());
    }
  }

  private ObjectNode message(JsonNode request, String model, Answer answer) {
    ObjectNode message = Json.MAPPER.createObjectNode();
    message.put("id", "msg_01simulated").put("type", "message").put("role", "assistant");
    message.put("model", model);
    ArrayNode content = message.putArray("content");
    if (!answer.reasoning().isEmpty()) {
      ObjectNode thought = content.addObject().put("type", "thinking");
      thought.put("thinking", answer.reasoning());
      thought.put("signature", AnthropicConversation.signature(answer.reasoning()));
      content.addObject().put("type", "redacted_thinking").put("data", "EmwKAhgB");
    }
    int half = answer.pieces().size() / 2;
    text(content, answer.pieces().subList(0, half));
    text(content, answer.pieces().subList(half, answer.pieces().size()));
    for (int i = 0; i < answer.calls().size(); i++) {
      ObjectNode use = content.addObject().put("type", "tool_use");
      use.put("id", "toolu_0" + i).put("name", answer.calls().get(i).name());
      try {
        use.set("input", Json.MAPPER.readTree(answer.calls().get(i).arguments()));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    boolean tools = !answer.calls().isEmpty();
    message.put("stop_reason", answer.cutShort() ? "max_tokens" : tools ? "tool_use" : "end_turn");
    message.putNull("stop_sequence");
    usage(request, answer, message.putObject("usage"));
    return message;
  }

  private static void text(ArrayNode content, List<String> pieces) {
    if (!pieces.isEmpty()) {
      content.addObject().put("type", "text").put("text", String.join("", pieces));
    }
  }

  /** A prompt with a mark is written to the cache at first, and read from it later. */
  private void usage(JsonNode request, Answer answer, ObjectNode usage) {
    boolean marked = request.toString().contains("\"cache_control\"");
    boolean written = marked && cached.add(request.path("system") + "|" + request.path("messages"));
    int most = marked ? answer.promptTokens() - 1 : 0;
    usage.put("input_tokens", answer.promptTokens() - most);
    usage.put("cache_creation_input_tokens", written ? most : 0);
    usage.put("cache_read_input_tokens", written ? 0 : most);
    usage.put("output_tokens", answer.completionTokens());
    usage.putObject("output_tokens_details").put("thinking_tokens", answer.reasoningTokens());
  }
}

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

/**
 * Azure OpenAI: the classic API with a key, or version 1 with a token of Entra's; filters run
 * beside the answer. See https://learn.microsoft.com/azure/ai-services/openai/reference.
 */
public final class AzureSimulator extends OpenAiSimulator {
  private static final String KEY = Secret.of("0123456789abcdef0123456789abcdef");
  private static final String DEPLOYMENT = "my-deployment";
  private static final Set<String> MEMBERS =
      Set.of(
          "model",
          "messages",
          "stream",
          "stream_options",
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "top_p",
          "n",
          "stop",
          "presence_penalty",
          "frequency_penalty",
          "logit_bias",
          "user",
          "seed",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "response_format",
          "logprobs",
          "top_logprobs",
          "data_sources");

  private final boolean version1;
  private final EntraTokens tokens = new EntraTokens();

  /** The classic API with a key. */
  public AzureSimulator() {
    this(false);
  }

  private AzureSimulator(boolean version1) {
    this.version1 = version1;
  }

  /** Version 1 with tokens. */
  public static AzureSimulator version1() {
    return new AzureSimulator(true);
  }

  @Override
  public String name() {
    return version1 ? "azure-v1" : "azure";
  }

  @Override
  public String provider() {
    return "azure";
  }

  @Override
  public String model() {
    return "gpt-4o";
  }

  @Override
  public Abilities abilities() {
    return new Abilities(true, true, true, false);
  }

  @Override
  public Map<String, String> settings(String base) {
    return version1
        ? Map.of(
            "baseUrl",
            base + "/openai/v1/",
            "tenantId",
            EntraTokens.TENANT,
            "clientId",
            EntraTokens.CLIENT,
            "clientSecret",
            EntraTokens.SECRET,
            "tokenUrl",
            base + "/{tenant}/oauth2/v2.0/token",
            "deployments",
            "gpt-4o=" + DEPLOYMENT)
        : Map.of("baseUrl", base + "/", "apiKey", KEY, "deployments", "gpt-4o=" + DEPLOYMENT);
  }

  @Override
  protected String chatPath() {
    return version1
        ? "/openai/v1/chat/completions"
        : "/openai/deployments/" + DEPLOYMENT + "/chat/completions";
  }

  @Override
  protected boolean isAuthorised(ProviderCall call) {
    String key = call.header("api-key");
    String bearer = call.header("authorization");
    return version1
        ? key == null && bearer != null && tokens.isValid(bearer.replaceFirst("^Bearer ", ""))
        : bearer == null && KEY.equals(key);
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    if (path(call).endsWith("/oauth2/v2.0/token")) {
      tokens.answer(call);
    } else if (!path(call).equals(chatPath())) {
      azure(call, 404, "DeploymentNotFound", "The API deployment does not exist.");
    } else if (version1 != (call.query("api-version") == null)) {
      azure(call, 404, "404", "Resource not found");
    } else {
      super.answer(call);
    }
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    for (Map.Entry<String, JsonNode> member : request.properties()) {
      if (!MEMBERS.contains(member.getKey())) {
        return "Unrecognized request argument supplied: " + member.getKey();
      }
    }
    return version1 && !request.path("model").asText().equals(DEPLOYMENT)
        ? "The model is no deployment."
        : super.refusal(request);
  }

  @Override
  protected boolean thinks(JsonNode request) {
    return false;
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH ->
          call.json(
              401,
              "{\"statusCode\":401,\"message\":\"Access denied due to invalid subscription key.\"}");
      case BILLING -> azure(call, 429, "insufficient_quota", "The quota is exceeded.");
      case RATE -> azure(call, 429, "429", "The rate limit is exceeded. Retry after 7 seconds.");
      case OVERLOAD -> azure(call, 503, "ServiceUnavailable", "The system is overloaded.");
      case CONTEXT ->
          azure(call, 400, "context_length_exceeded", "The maximum context length is 128000.");
      case CONTENT ->
          call.json(
              400,
              "{\"error\":{\"message\":\"The response was filtered due to the prompt.\","
                  + "\"type\":null,\"param\":\"prompt\",\"code\":\"content_filter\",\"status\":400,"
                  + "\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\","
                  + "\"content_filter_result\":{\"hate\":{\"filtered\":true,"
                  + "\"severity\":\"high\"}}}}}");
      case MODEL -> azure(call, 404, "DeploymentNotFound", "The deployment does not exist.");
      default -> azure(call, 500, "InternalServerError", "The server had an error.");
    }
  }

  private static void azure(ProviderCall call, int status, String code, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putObject("error").put("code", code).put("message", message);
    call.json(status, body.toString(), "apim-request-id", "simulated");
  }

  /** What the filters say of a choice. */
  private static void filtered(ObjectNode choice) {
    ObjectNode results = choice.putObject("content_filter_results");
    results.putObject("hate").put("filtered", false).put("severity", "safe");
  }

  @Override
  protected ObjectNode completion(JsonNode request, Answer answer) {
    ObjectNode completion = super.completion(request, answer);
    filtered((ObjectNode) completion.at("/choices/0"));
    completion.putArray("prompt_filter_results").addObject().put("prompt_index", 0);
    return completion;
  }

  @Override
  protected ObjectNode head(JsonNode request, String object) {
    return super.head(request, object).put("model", "gpt-4o-2024-11-20");
  }

  @Override
  protected ObjectNode delta(ObjectNode chunk, @Nullable String finishReason) {
    ObjectNode delta = super.delta(chunk, finishReason);
    filtered((ObjectNode) chunk.at("/choices/0"));
    return delta;
  }

  @Override
  protected void stream(
      ProviderCall call, JsonNode request, Answer answer, @Nullable Failure failure)
      throws IOException {
    call.openStream();
    ObjectNode prompt = nameless();
    ObjectNode results = prompt.putArray("prompt_filter_results").addObject();
    filtered(results.put("prompt_index", 0));
    prompt.putArray("choices");
    call.event(prompt.toString());
    ObjectNode first = head(request, "chat.completion.chunk");
    delta(first, null).put("role", "assistant").put("content", "");
    call.event(first.toString());
    pieces(call, request, answer, failure);
  }

  private static ObjectNode nameless() {
    ObjectNode chunk = Json.MAPPER.createObjectNode();
    return chunk.put("id", "").put("object", "").put("created", 0).put("model", "");
  }

  /** The filter's word on a part of the answer. */
  private static void offsets(ProviderCall call, int from, int to) throws IOException {
    ObjectNode chunk = nameless();
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    filtered(choice.putNull("finish_reason"));
    choice
        .putObject("content_filter_offsets")
        .put("check_offset", from)
        .put("start_offset", from)
        .put("end_offset", to);
    call.event(chunk.toString());
  }

  @Override
  protected void end(ProviderCall call, JsonNode request, Answer answer) throws IOException {
    offsets(call, 0, 5);
    ObjectNode last = head(request, "chat.completion.chunk");
    delta(last, finishReason(answer));
    call.event(last.toString());
    offsets(call, 5, 10);
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

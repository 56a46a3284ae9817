package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * AWS Bedrock's Converse with models of Anthropic's. See
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html.
 */
public final class BedrockSimulator implements Simulator {
  /** A temporary access key that is accepted. */
  public static final AwsSignature KEY =
      new AwsSignature(
          "ASIASIMULATED0123456",
          Secret.of("wJalrXUtnFEMI/K7MDENG+simulated"),
          Secret.of("IQoJb3JpZ2lu//sim+="),
          "us-east-1");

  /** A Bedrock API key that is accepted. */
  public static final String BEARER = Secret.of("ABSKQmVkcm9ja0FQSUtleS1zaW11bGF0ZWQ=");

  private static final Pattern PATH = Pattern.compile("/model/([^/:]+)/converse(-stream)?");
  private static final Pattern MODEL =
      Pattern.compile(
          "((us|eu|apac|jp|au|global)\\.)?(anthropic\\.claude-(sonnet-4-6|haiku-4-5-20251001-v1:0)"
              + "|amazon\\.nova-(pro|lite)-v1:0)"
              + "|arn:aws:bedrock:[a-z0-9-]+:\\d{12}:application-inference-profile/\\w+");

  private final boolean byToken;

  /** One that takes signed requests. */
  public BedrockSimulator() {
    this(false);
  }

  private BedrockSimulator(boolean byToken) {
    this.byToken = byToken;
  }

  /** One that takes an API key. */
  public static BedrockSimulator byToken() {
    return new BedrockSimulator(true);
  }

  @Override
  public String name() {
    return byToken ? "bedrock-token" : "bedrock";
  }

  @Override
  public String provider() {
    return "bedrock";
  }

  @Override
  public String model() {
    return byToken ? "anthropic.claude-sonnet-4-6" : "anthropic.claude-haiku-4-5-20251001-v1:0";
  }

  @Override
  public Map<String, String> settings(String base) {
    return byToken
        ? Map.of("baseUrl", base, "apiKey", BEARER, "region", "eu-central-1")
        : Map.of(
            "baseUrl",
            base,
            "accessKeyId",
            KEY.id(),
            "secretAccessKey",
            KEY.secret(),
            "sessionToken",
            String.valueOf(KEY.sessionToken()));
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    Matcher path = PATH.matcher(path(call));
    if (!path.matches()) {
      call.json(404, "{\"Output\":{\"__type\":\"UnknownOperationException\"},\"Version\":\"1.0\"}");
      return;
    }
    String refusal = authRefusal(call);
    if (refusal != null) {
      error(call, 403, refusal);
      return;
    }
    String model = URLDecoder.decode(path.group(1), StandardCharsets.UTF_8);
    String wrong = modelRefusal(model);
    wrong = wrong == null ? BedrockRules.refusal(call.json()) : wrong;
    if (wrong != null) {
      error(call, 400, "ValidationException: " + wrong);
      return;
    }
    JsonNode request = call.json();
    Prompt prompt = prompt(request);
    Failure failure = prompt.failure();
    if (failure != null && failure != Failure.CUT && failure != Failure.STREAM) {
      fail(call, failure);
      return;
    }
    ObjectNode answer = converse(request, prompt.answer());
    if (path.group(2) == null) {
      call.json(200, answer.toString(), "x-amzn-requestid", "01-simulated");
    } else {
      new BedrockEvents(call, answer).send(failure);
    }
  }

  private @Nullable String authRefusal(ProviderCall call) {
    if (!byToken) {
      return KEY.refusal(call, Instant.now());
    }
    return ("Bearer " + BEARER).equals(call.header("authorization"))
            && call.header("x-amz-date") == null
        ? null
        : "AccessDeniedException: Authentication failed: Please make sure your API Key is valid.";
  }

  private static @Nullable String modelRefusal(String model) {
    if (!MODEL.matcher(model).matches()) {
      return "The provided model identifier is invalid.";
    }
    return model.startsWith("anthropic.")
        ? "Invocation of model ID "
            + model
            + " with on-demand throughput isn’t supported. Retry your request with the ID or ARN"
            + " of an inference profile that contains this model."
        : null;
  }

  private static void fail(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> error(call, 403, "UnrecognizedClientException: The security token is invalid.");
      case BILLING -> error(call, 400, "ServiceQuotaExceededException: The quota is exceeded.");
      case RATE -> error(call, 429, "ThrottlingException: Too many requests, please wait.");
      case OVERLOAD -> error(call, 503, "ServiceUnavailableException: Try again later.");
      case CONTEXT ->
          error(call, 400, "ValidationException: Input is too long for requested model.");
      case CONTENT ->
          error(call, 400, "ValidationException: The prompt was blocked by our content filters.");
      case MODEL -> error(call, 404, "ResourceNotFoundException: Could not resolve the model.");
      default -> error(call, 500, "InternalServerException: The system failed.");
    }
  }

  /** Sends an error, whose name comes before the first colon. */
  private static void error(ProviderCall call, int status, String error) throws IOException {
    int colon = error.indexOf(':');
    ObjectNode body = Json.MAPPER.createObjectNode().put("message", error.substring(colon + 2));
    call.json(
        status,
        body.toString(),
        "x-amzn-requestid",
        "01-simulated",
        "x-amzn-ErrorType",
        error.substring(0, colon) + ":http://internal.amazon.com/coral/com.amazon.bedrock/");
  }

  private static Prompt prompt(JsonNode request) {
    Prompt prompt = new Prompt();
    for (JsonNode block : request.path("system")) {
      prompt.system(block.path("text").asText());
    }
    request.path("messages").forEach(message -> read(prompt, message));
    String system = request.path("system").toString();
    String chosen = request.at("/toolConfig/toolChoice/tool/name").asText();
    for (JsonNode tool : request.at("/toolConfig/tools")) {
      String name = tool.at("/toolSpec/name").asText();
      if ((chosen.isEmpty() || chosen.equals(name)) && !system.contains("Do not call any tool")) {
        prompt.tool(name);
      }
    }
    if (request.has("outputConfig") || system.contains("JSON")) {
      prompt.json();
    }
    String thinking = request.at("/additionalModelRequestFields/thinking/type").asText();
    if (thinking.equals("enabled") || thinking.equals("adaptive")) {
      prompt.thinking();
    }
    List<String> stop = new ArrayList<>();
    request.at("/inferenceConfig/stopSequences").forEach(text -> stop.add(text.asText()));
    JsonNode limit = request.at("/inferenceConfig/maxTokens");
    return prompt.stop(stop).maxTokens(limit.asLong(Long.MAX_VALUE));
  }

  private static void read(Prompt prompt, JsonNode message) {
    StringBuilder text = new StringBuilder();
    for (JsonNode block : message.path("content")) {
      text.append(block.path("text").asText(""));
      if (block.has("image")) {
        prompt.image();
      }
      if (block.has("toolResult")) {
        prompt.result(block.at("/toolResult/content/0/text").asText());
      }
    }
    if (message.path("role").asText().equals("assistant")) {
      prompt.assistant(text.toString());
    } else if (!text.isEmpty()) {
      prompt.user(text.toString());
    }
  }

  private static ObjectNode converse(JsonNode request, Answer answer) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode message = body.putObject("output").putObject("message").put("role", "assistant");
    ArrayNode content = message.putArray("content");
    if (!answer.reasoning().isEmpty()) {
      ObjectNode thought = content.addObject().putObject("reasoningContent");
      thought
          .putObject("reasoningText")
          .put("text", answer.reasoning())
          .put("signature", AnthropicConversation.signature(answer.reasoning()));
      content.addObject().putObject("reasoningContent").put("redactedContent", "EmwKAhgB");
    }
    if (!answer.pieces().isEmpty()) {
      content.addObject().put("text", answer.text());
    }
    for (int i = 0; i < answer.calls().size(); i++) {
      ObjectNode use = content.addObject().putObject("toolUse").put("toolUseId", "tooluse_" + i);
      use.put("name", answer.calls().get(i).name());
      try {
        use.set("input", Json.MAPPER.readTree(answer.calls().get(i).arguments()));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    boolean tools = !answer.calls().isEmpty();
    body.put("stopReason", answer.cutShort() ? "max_tokens" : tools ? "tool_use" : "end_turn");
    int cached = request.toString().contains("\"cachePoint\"") ? answer.promptTokens() - 1 : 0;
    ObjectNode usage = body.putObject("usage");
    usage.put("inputTokens", answer.promptTokens() - cached);
    usage.put("outputTokens", answer.completionTokens());
    usage.put("totalTokens", answer.promptTokens() + answer.completionTokens());
    usage.put("cacheReadInputTokens", cached).put("cacheWriteInputTokens", 0);
    body.putObject("metrics").put("latencyMs", 12);
    return body;
  }
}

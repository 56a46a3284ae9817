package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.Reply;
import dev.bactrian.simulator.Prompt.Answer;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Gemini API. See https://ai.google.dev/api/generate-content. */
public class GeminiSimulator implements Simulator {
  /** The key that is accepted. */
  public static final String KEY = Secret.of("AIzaSySimulated-0123456789abcdefghijklm");

  /** The signature of a thought; Gemini 3 wants it back with the call. */
  public static final String SIGNATURE = "c2lnbmVkIGJ5IHRoZSBzaW11bGF0b3I=";

  private static final Pattern METHOD =
      Pattern.compile("(.*)/models/([^/:]+):(generateContent|streamGenerateContent)");
  private static final Set<String> MODELS =
      Set.of(
          "gemini-2.0-flash",
          "gemini-2.5-flash",
          "gemini-2.5-flash-lite",
          "gemini-2.5-pro",
          "gemini-3-flash-preview",
          "gemini-3.1-pro-preview",
          "gemini-3.5-flash");

  @Override
  public String name() {
    return "google";
  }

  @Override
  public String model() {
    return "gemini-2.5-flash";
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of("baseUrl", base + "/v1beta", "apiKey", KEY);
  }

  /** What comes before {@code /models/..}. */
  protected String root() {
    return "/v1beta";
  }

  /** Whether it is Vertex AI. */
  protected boolean isVertex() {
    return false;
  }

  /** Whether a call proves who calls. */
  protected boolean isAuthorised(ProviderCall call) {
    return KEY.equals(call.header("x-goog-api-key")) && call.query("key") == null;
  }

  /** Refuses a call that does not prove who calls. */
  protected void unauthorised(ProviderCall call) throws IOException {
    error(
        call,
        400,
        "INVALID_ARGUMENT",
        "API key not valid. Please pass a valid API key.",
        detail("ErrorInfo").put("reason", "API_KEY_INVALID").put("domain", "googleapis.com"));
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    Matcher method = METHOD.matcher(URLDecoder.decode(path(call), StandardCharsets.UTF_8));
    if (!method.matches() || !method.group(1).equals(root())) {
      error(call, 404, "NOT_FOUND", "The requested URL was not found: " + path(call));
      return;
    }
    if (!isAuthorised(call)) {
      unauthorised(call);
      return;
    }
    String model = method.group(2);
    if (!MODELS.contains(model)) {
      refuse(call, Failure.MODEL);
      return;
    }
    JsonNode request = call.json();
    String wrong = GeminiRules.refusal(model, request, isVertex());
    if (wrong != null) {
      error(call, 400, "INVALID_ARGUMENT", wrong);
      return;
    }
    boolean stream = method.group(3).startsWith("stream");
    Prompt prompt = prompt(request);
    Failure failure = prompt.failure();
    if (failure == Failure.CONTENT) {
      blocked(call, stream);
    } else if (failure != null && failure != Failure.CUT && failure != Failure.STREAM) {
      refuse(call, failure);
    } else if (!stream) {
      call.json(200, whole(model, request, prompt.answer()).toString());
    } else if ("sse".equals(call.query("alt"))) {
      stream(call, model, prompt.answer(), failure);
    } else {
      call.json(200, chunks(model, prompt.answer()).toString());
    }
  }

  private void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> unauthorised(call);
      case BILLING ->
          error(call, 429, "RESOURCE_EXHAUSTED", "Quota.", quota("PerDay"), retry("9s"));
      case RATE ->
          error(call, 429, "RESOURCE_EXHAUSTED", "Quota.", quota("PerMinute"), retry("0.034s"));
      case OVERLOAD -> error(call, 503, "UNAVAILABLE", "The model is overloaded.");
      case CONTEXT ->
          error(
              call,
              400,
              "INVALID_ARGUMENT",
              "The input token count (1100000) exceeds the maximum number of tokens allowed"
                  + " (1048576).");
      case MODEL -> error(call, 404, "NOT_FOUND", "models/x is not found for API version v1beta.");
      default -> error(call, 500, "INTERNAL", "An internal error has occurred.");
    }
  }

  private static ObjectNode detail(String type) {
    return Json.MAPPER.createObjectNode().put("@type", "type.googleapis.com/google.rpc." + type);
  }

  private static ObjectNode retry(String delay) {
    return detail("RetryInfo").put("retryDelay", delay);
  }

  private static ObjectNode quota(String period) {
    ObjectNode quota = detail("QuotaFailure");
    quota
        .putArray("violations")
        .addObject()
        .put("quotaMetric", "generativelanguage.googleapis.com/generate_content_requests")
        .put("quotaId", "GenerateRequests" + period + "PerProjectPerModel");
    return quota;
  }

  private static String error(int code, String status, String message, ObjectNode... details) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode error = body.putObject("error").put("code", code).put("message", message);
    error.put("status", status);
    if (details.length > 0) {
      error.putArray("details").addAll(List.of(details));
    }
    return body.toString();
  }

  /** Sends an error; a stream without server-sent events has it in an array. */
  protected final void error(
      ProviderCall call, int code, String status, String message, ObjectNode... details)
      throws IOException {
    String body = error(code, status, message, details);
    boolean array = call.target().contains(":stream") && call.query("alt") == null;
    call.json(code, array ? "[" + body + "]" : body);
  }

  private void blocked(ProviderCall call, boolean stream) throws IOException {
    String body =
        "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"},\"usageMetadata\":"
            + "{\"promptTokenCount\":3,\"totalTokenCount\":3},\"modelVersion\":\"m\"}";
    if (stream) {
      call.openStream();
      event(call, body);
      call.endStream();
    } else {
      call.json(200, body);
    }
  }

  private static Prompt prompt(JsonNode request) {
    Prompt prompt = new Prompt();
    for (JsonNode part : request.at("/systemInstruction/parts")) {
      prompt.system(part.path("text").asText());
    }
    for (JsonNode content : request.path("contents")) {
      StringBuilder text = new StringBuilder();
      for (JsonNode part : content.path("parts")) {
        text.append(part.path("text").asText());
        if (part.has("inlineData")) {
          prompt.image();
        }
        JsonNode response = part.at("/functionResponse/response");
        if (response.isObject()) {
          prompt.result(response.path("output").asText(response.toString()));
        }
      }
      if (content.path("role").asText("user").equals("model")) {
        prompt.assistant(text.toString());
      } else if (!text.isEmpty()) {
        prompt.user(text.toString());
      }
    }
    JsonNode calling = request.at("/toolConfig/functionCallingConfig");
    if (!calling.path("mode").asText().equals("NONE")) {
      String allowed = calling.path("allowedFunctionNames").toString();
      for (JsonNode function : request.path("tools").path(0).path("functionDeclarations")) {
        String name = function.path("name").asText();
        if (allowed.isEmpty() || allowed.contains('"' + name + '"')) {
          prompt.tool(name);
        }
      }
    }
    JsonNode config = request.path("generationConfig");
    if (config.path("responseMimeType").asText().equals("application/json")) {
      prompt.json();
    }
    if (config.at("/thinkingConfig/includeThoughts").asBoolean()) {
      prompt.thinking();
    }
    if (config.has("maxOutputTokens")) {
      prompt.maxTokens(config.path("maxOutputTokens").asLong());
    }
    List<String> stop = new ArrayList<>();
    config.path("stopSequences").forEach(each -> stop.add(each.asText()));
    return prompt.stop(stop);
  }

  private static ObjectNode head(String model, Answer answer, int textTokens) {
    ObjectNode head = Json.MAPPER.createObjectNode();
    ObjectNode usage = head.putObject("usageMetadata");
    usage.put("promptTokenCount", answer.promptTokens());
    if (textTokens > 0) {
      usage.put("candidatesTokenCount", textTokens);
    }
    if (answer.reasoningTokens() > 0) {
      usage.put("thoughtsTokenCount", answer.reasoningTokens());
    }
    usage.put("totalTokenCount", answer.promptTokens() + textTokens + answer.reasoningTokens());
    return head.put("modelVersion", model).put("responseId", "simulated-1");
  }

  private static void calls(String model, Answer answer, ArrayNode parts) {
    for (Prompt.Call call : answer.calls()) {
      boolean first = parts.findValue("functionCall") == null;
      ObjectNode part = parts.addObject();
      ObjectNode function = part.putObject("functionCall").put("name", call.name());
      function.set("args", Reply.json(call.arguments()));
      if (model.startsWith("gemini-3") && first) {
        part.put("thoughtSignature", SIGNATURE);
      }
    }
  }

  private static int textTokens(Answer answer) {
    return answer.completionTokens() - answer.reasoningTokens();
  }

  private static String reason(Answer answer) {
    return answer.cutShort() ? "MAX_TOKENS" : "STOP";
  }

  private static ObjectNode whole(String model, JsonNode request, Answer answer) {
    ObjectNode whole = head(model, answer, textTokens(answer));
    ArrayNode candidates = whole.putArray("candidates");
    for (int i = 0; i < request.at("/generationConfig/candidateCount").asInt(1); i++) {
      ObjectNode candidate = candidates.addObject();
      ArrayNode parts = candidate.putObject("content").put("role", "model").putArray("parts");
      if (!answer.reasoning().isEmpty()) {
        parts.addObject().put("text", answer.reasoning()).put("thought", true);
      }
      if (!answer.text().isEmpty()) {
        parts.addObject().put("text", answer.text());
      }
      calls(model, answer, parts);
      candidate.put("finishReason", reason(answer));
      if (i > 0) {
        candidate.put("index", i);
      }
    }
    return whole;
  }

  private static ArrayNode parts(ObjectNode chunk) {
    ObjectNode candidate = chunk.putArray("candidates").addObject().put("index", 0);
    return candidate.putObject("content").put("role", "model").putArray("parts");
  }

  /** All of a stream: thoughts, text with two parts in the first chunk, calls, and the end. */
  private static ArrayNode chunks(String model, Answer answer) {
    ArrayNode chunks = Json.MAPPER.createArrayNode();
    if (!answer.reasoning().isEmpty()) {
      ObjectNode chunk = head(model, answer, 0);
      parts(chunk).addObject().put("text", answer.reasoning()).put("thought", true);
      chunks.add(chunk);
    }
    List<String> pieces = answer.pieces();
    for (int i = 0; i < pieces.size(); i++) {
      ObjectNode chunk = head(model, answer, i + 1);
      ArrayNode parts = parts(chunk);
      parts.addObject().put("text", pieces.get(i));
      if (i == 0 && pieces.size() > 3) {
        parts.addObject().put("text", pieces.get(++i));
      }
      chunks.add(chunk);
    }
    if (!answer.calls().isEmpty()) {
      ObjectNode chunk = head(model, answer, textTokens(answer));
      calls(model, answer, parts(chunk));
      chunks.add(chunk);
    }
    ObjectNode last = head(model, answer, textTokens(answer));
    last.putArray("candidates").addObject().put("finishReason", reason(answer)).put("index", 0);
    return chunks.add(last);
  }

  private void stream(ProviderCall call, String model, Answer answer, @Nullable Failure failure)
      throws IOException {
    call.openStream();
    for (JsonNode chunk : chunks(model, answer)) {
      event(call, chunk.toString());
      if (failure == Failure.CUT) {
        call.cut();
        return;
      }
      if (failure == Failure.STREAM) {
        event(call, error(503, "UNAVAILABLE", "The service is currently unavailable."));
        break;
      }
    }
    call.endStream();
  }

  private static void event(ProviderCall call, String json) throws IOException {
    call.streamed("data: " + json + "\r\n\r\n");
  }
}

package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.simulator.Prompt.Answer;
import dev.bactrian.simulator.Prompt.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Zhipu's GLM, with a token made from the key or with the key itself. See docs.bigmodel.cn. */
public final class ZhipuSimulator extends OpenAiSimulator {
  private static final String ID = "simulatedid0123456789";
  private static final String SECRET = Secret.of("short-secret");
  private static final long LONGEST_MILLIS = 86_400_000;

  private final boolean jwt;
  private volatile String last = "";
  private volatile String expired = "";

  /** A stand-in that wants a token, or one that wants the key as it is. */
  public ZhipuSimulator(boolean jwt) {
    this.jwt = jwt;
  }

  @Override
  public String name() {
    return jwt ? "zhipu" : "zhipu-key";
  }

  @Override
  public String provider() {
    return "zhipu";
  }

  @Override
  public String model() {
    return jwt ? "glm-5v-turbo" : "glm-5.2";
  }

  @Override
  public Abilities abilities() {
    return new Abilities(true, jwt, true, true);
  }

  @Override
  public Map<String, String> settings(String base) {
    return Map.of(
        "baseUrl", base + "/api/paas/v4",
        "apiKey", ID + "." + SECRET,
        "auth", jwt ? "auto" : "key");
  }

  @Override
  protected String chatPath() {
    return "/api/paas/v4/chat/completions";
  }

  @Override
  protected boolean isAuthorised(ProviderCall call) {
    String header = call.header("authorization");
    if (header == null || !header.startsWith("Bearer ")) {
      return false;
    }
    String proof = header.substring("Bearer ".length());
    last = proof;
    return jwt ? isToken(proof) && !proof.equals(expired) : proof.equals(ID + "." + SECRET);
  }

  /** Lets the token that was used last expire. */
  public void expire() {
    expired = last;
  }

  private static boolean isToken(String token) {
    String[] parts = token.split("\\.");
    if (parts.length != 3 || !signature(parts[0] + "." + parts[1]).equals(parts[2])) {
      return false;
    }
    JsonNode header = json(parts[0]);
    JsonNode claims = json(parts[1]);
    long now = System.currentTimeMillis();
    long expires = claims.path("exp").asLong();
    return header.path("alg").asText().equals("HS256")
        && header.path("sign_type").asText().equals("SIGN")
        && claims.path("api_key").asText().equals(ID)
        && Math.abs(claims.path("timestamp").asLong() - now) < LONGEST_MILLIS
        && expires > now
        && expires <= now + LONGEST_MILLIS;
  }

  private static JsonNode json(String part) {
    try {
      return Json.MAPPER.readTree(Base64.getUrlDecoder().decode(part));
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String signature(String signed) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] bytes = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected boolean thinks(JsonNode request) {
    return !request.at("/thinking/type").asText().equals("disabled")
        && !request.path("reasoning_effort").asText().equals("none");
  }

  @Override
  protected @Nullable String refusal(JsonNode request) {
    boolean effort = request.path("model").asText().matches("glm-5\\.[23].*");
    JsonNode stop = request.path("stop");
    return new Complaints(request)
        .refused("n", "seed", "logprobs", "top_logprobs", "logit_bias", "parallel_tool_calls")
        .refused("presence_penalty", "frequency_penalty", "max_completion_tokens", "user")
        .refused("stream_options")
        .range("temperature", 0, 1)
        .range("top_p", 0.01, 1)
        .range("max_tokens", 1, 131_072)
        .when(request.has("stop") && !(stop.isArray() && stop.size() == 1), "invalid stop")
        .words("tool_choice", "auto")
        .formats("text", "json_object")
        .thinking("enabled", "disabled")
        .when(!effort && request.has("reasoning_effort"), "unknown parameter reasoning_effort")
        .words("reasoning_effort", "max", "xhigh", "high", "medium", "low", "minimal", "none")
        .when(
            request.path("temperature").asDouble(1) == 0
                && request.path("do_sample").asBoolean(true),
            "temperature 0 needs do_sample false")
        .first();
  }

  @Override
  protected void refuse(ProviderCall call, String wrong) throws IOException {
    refuse(call, 400, "1210", wrong);
  }

  @Override
  protected void refuse(ProviderCall call, Failure failure) throws IOException {
    switch (failure) {
      case AUTH -> refuse(call, 401, "1003", "Authentication token expired");
      case BILLING -> refuse(call, 429, "1113", "Your account is in arrears");
      case RATE -> refuse(call, 429, "1302", "Too many requests at once");
      case OVERLOAD -> call.whole(503, "text/html", "<html>503 Service Unavailable</html>");
      case CONTEXT -> refuse(call, 400, "1261", "Prompt too long");
      case CONTENT -> refuse(call, 400, "1301", "Unsafe or sensitive content was found");
      case MODEL -> refuse(call, 400, "1211", "No such model");
      default -> refuse(call, 500, "1234", "Network error");
    }
  }

  private static void refuse(ProviderCall call, int status, String code, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putObject("error").put("code", code).put("message", message);
    call.json(status, body.toString());
  }

  @Override
  protected String streamError() {
    return "{\"id\":\"x\",\"created\":1790000000,\"model\":\"glm\",\"choices\":[{\"index\":0,"
        + "\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":\"network_error\"}]}";
  }

  /** Neither answers nor chunks say what they are. */
  @Override
  protected ObjectNode head(JsonNode request, String object) {
    ObjectNode head = super.head(request, object);
    head.remove("object");
    head.put("request_id", "simulated");
    for (JsonNode tool : request.path("tools")) {
      if (tool.at("/web_search/enable").asBoolean()) {
        head.putArray("web_search").addObject().put("title", "Found").put("refer", "ref_1");
      }
    }
    return head;
  }

  /** Older models send a whole call at once and know no index. */
  @Override
  protected void streamCall(ProviderCall call, JsonNode request, int index, Call tool)
      throws IOException {
    ObjectNode chunk = head(request, "chat.completion.chunk");
    ObjectNode node = delta(chunk, null).putArray("tool_calls").addObject().put("index", -1);
    toolCall(node, index, tool);
    call.event(chunk.toString());
  }

  /** Usage comes unasked, together with the reason for the end. */
  @Override
  protected void end(ProviderCall call, JsonNode request, Answer answer) throws IOException {
    ObjectNode last = head(request, "chat.completion.chunk");
    delta(last, finishReason(answer)).put("role", "assistant").put("content", "");
    last.set("usage", usage(answer));
    call.event(last.toString());
    call.event("[DONE]");
    call.endStream();
  }
}

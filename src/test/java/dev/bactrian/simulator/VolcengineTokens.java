package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.Script;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Volcengine's control API as far as it exchanges an access key for an endpoint's API key: it
 * computes the request's signature itself. See https://www.volcengine.com/docs/82379.
 */
public final class VolcengineTokens implements Script {
  /** The access key's id. */
  public static final String ID = "AKLTsimulated0123456789";

  /** The access key's secret. */
  public static final String SECRET = Secret.of("c2ltdWxhdGVkLXNlY3JldA==");

  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([a-z0-9-]+)/([a-z]+)/request,"
              + " SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})");

  private final AtomicInteger issued = new AtomicInteger();
  private final Map<String, String> keys = new ConcurrentHashMap<>();

  /** The endpoint that a key opens, null if it was not issued here. */
  public @Nullable String endpoint(String key) {
    return keys.get(key);
  }

  /** Takes back all keys. */
  public void revoke() {
    keys.clear();
  }

  /** How many keys were issued. */
  public int issued() {
    return issued.get();
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    String wrong = refusal(call);
    if (wrong != null) {
      refuse(call, 401, "SignatureDoesNotMatch", wrong);
      return;
    }
    JsonNode request = call.json();
    String endpoint = request.at("/ResourceIds/0").asText();
    if (!"GetApiKey".equals(call.query("Action"))
        || !"2024-01-01".equals(call.query("Version"))
        || !request.path("ResourceType").asText().equals("endpoint")
        || request.path("DurationSeconds").asLong() <= 0
        || !endpoint.startsWith("ep-")) {
      refuse(call, 400, "InvalidParameter", call.target() + " " + request);
      return;
    }
    String key = "temporary-" + issued.incrementAndGet() + "-0123456789";
    keys.put(key, endpoint);
    ObjectNode answer = Json.MAPPER.createObjectNode();
    answer.putObject("ResponseMetadata").put("RequestId", "0217").put("Action", "GetApiKey");
    ObjectNode result = answer.putObject("Result").put("ApiKey", key);
    result.put(
        "ExpiredTime", Instant.now().getEpochSecond() + request.path("DurationSeconds").asLong());
    call.json(200, answer.toString());
  }

  private static void refuse(ProviderCall call, int status, String code, String message)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode error = body.putObject("ResponseMetadata").putObject("Error");
    error.put("Code", code).put("Message", message + " for " + SECRET);
    call.json(status, body.toString());
  }

  /** What is wrong with a request's signature, null if nothing is. */
  public static @Nullable String refusal(ProviderCall call) {
    String authorization = call.header("authorization");
    Matcher parts = AUTHORIZATION.matcher(authorization == null ? "" : authorization);
    if (!parts.matches()) {
      return "no signature";
    }
    String time = String.valueOf(call.header("x-date"));
    LocalDateTime then =
        LocalDateTime.parse(time, DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'"));
    long age = ChronoUnit.SECONDS.between(then, LocalDateTime.now(ZoneOffset.UTC));
    if (Math.abs(age) > 900 || !time.startsWith(parts.group(2))) {
      return "old";
    }
    if (!parts.group(1).equals(ID)
        || !parts.group(3).equals("cn-beijing")
        || !parts.group(4).equals("ark")) {
      return "scope";
    }
    String bodyHash = hex(sha256(call.body()));
    if (!bodyHash.equals(call.header("x-content-sha256"))) {
      return "body";
    }
    return hex(signature(call, parts, time, bodyHash)).equals(parts.group(6)) ? null : "signature";
  }

  private static byte[] signature(ProviderCall call, Matcher parts, String time, String bodyHash) {
    String[] target = call.target().split("\\?", 2);
    StringBuilder canonical = new StringBuilder("POST\n" + target[0] + "\n" + target[1] + "\n");
    for (String name : parts.group(5).split(";")) {
      canonical.append(name).append(':').append(call.header(name)).append('\n');
    }
    canonical.append('\n').append(parts.group(5)).append('\n').append(bodyHash);
    String scope = parts.group(2) + "/cn-beijing/ark/request";
    byte[] key = SECRET.getBytes(StandardCharsets.UTF_8);
    for (String part : scope.split("/")) {
      key = mac(key, part);
    }
    return mac(
        key, "HMAC-SHA256\n" + time + "\n" + scope + "\n" + hex(sha256(canonical.toString())));
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hex(byte[] bytes) {
    return String.format("%064x", new BigInteger(1, bytes));
  }
}

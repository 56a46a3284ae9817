package dev.bactrian.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Baidu's identity service as far as it exchanges an access key for a bearer key: it computes the
 * request's signature itself. See https://cloud.baidu.com/doc/Reference/s/njwvz1yfu.
 */
public final class BaiduIam implements Script {
  /** The access key's id. */
  public static final String ID = "ALTAKsimulated0123456789";

  /** The access key's secret. */
  public static final String SECRET = Secret.of("0123456789abcdefSecret");

  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "(bce-auth-v1/([^/]+)/(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ)/(\\d+))/host/([0-9a-f]{64})");

  private final AtomicInteger issued = new AtomicInteger();
  private final Set<String> keys = ConcurrentHashMap.newKeySet();

  /** Whether a bearer key was issued and not revoked. */
  public boolean isValid(String key) {
    return keys.contains(key);
  }

  /** Takes back all keys. */
  public void revoke() {
    keys.clear();
  }

  @Override
  public void answer(ProviderCall call) throws IOException {
    String wrong = refusal(call, Instant.now());
    String seconds = call.query("expireInSeconds");
    if (wrong != null || seconds == null) {
      call.json(
          403, "{\"code\":\"AccessDenied\",\"message\":\"" + wrong + "\",\"requestId\":\"1\"}");
      return;
    }
    String key = "bce-v3/ALTAK-temporary/" + issued.incrementAndGet();
    keys.add(key);
    Instant now = Instant.now();
    ObjectNode answer = Json.MAPPER.createObjectNode().put("userId", "27f881").put("token", key);
    answer.put("status", "enable").put("createTime", now.toString());
    answer.put("expireTime", now.plusSeconds(Long.parseLong(seconds)).toString());
    call.json(200, answer.toString());
  }

  private static @Nullable String refusal(ProviderCall call, Instant now) {
    String header = call.header("authorization");
    Matcher parts = AUTHORIZATION.matcher(header == null ? "" : header);
    if (!parts.matches() || !parts.group(2).equals(ID)) {
      return "no signature of a known key";
    }
    Duration age = Duration.between(Instant.parse(parts.group(3)), now).abs();
    if (age.getSeconds() > Long.parseLong(parts.group(4))
        || !call.requestLine().startsWith("GET ")) {
      return "RequestExpired";
    }
    String[] target = call.target().split("\\?", 2);
    String host = String.valueOf(call.header("host")).replace(":", "%3A");
    String canonical = "GET\n" + target[0] + "\n" + target[1] + "\nhost:" + host;
    return hmac(hmac(SECRET, parts.group(1)), canonical).equals(parts.group(5))
        ? null
        : "SignatureDoesNotMatch";
  }

  private static String hmac(String key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.bactrian.simulator;

import dev.bactrian.kit.ProviderCall;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Checks AWS's signature, version 4, by computing it. See
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
 *
 * @param id the access key's
 * @param secret its secret
 * @param sessionToken of a temporary key, null for one that is not
 * @param region that is signed for
 */
public record AwsSignature(String id, String secret, @Nullable String sessionToken, String region) {
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([^/]+)/([^/]+)/aws4_request,"
              + " SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Duration SKEW = Duration.ofMinutes(5);

  /**
   * What is wrong with a call's signature, the exception's name first; null if nothing is.
   *
   * @param now the service's time
   */
  public @Nullable String refusal(ProviderCall call, Instant now) {
    String header = call.header("authorization");
    if (header == null) {
      return "MissingAuthenticationTokenException: Missing Authentication Token";
    }
    return refusal(header, call.target(), call.headers(), call.body(), now);
  }

  /** The same for a request in its parts. */
  public @Nullable String refusal(
      String authorization, String target, Map<String, String> headers, String body, Instant now) {
    Matcher parts = AUTHORIZATION.matcher(authorization);
    if (!parts.matches()) {
      return "IncompleteSignatureException: The Authorization header is not complete";
    }
    String time = headers.getOrDefault("x-amz-date", "");
    List<String> signed = List.of(parts.group(5).split(";"));
    if (!parts.group(1).equals(id)) {
      return "UnrecognizedClientException: The security token included in the request is invalid.";
    }
    if (!signed.containsAll(List.of("host", "x-amz-date", "content-type"))
        || !time.startsWith(parts.group(2))
        || !parts.group(3).equals(region)
        || !parts.group(4).equals("bedrock")) {
      return "InvalidSignatureException: Credential should be scoped to " + region + "/bedrock";
    }
    if (Duration.between(Instant.from(TIME.parse(time)), now).abs().compareTo(SKEW) > 0) {
      return "InvalidSignatureException: Signature expired: " + time;
    }
    String token = headers.get("x-amz-security-token");
    if (sessionToken == null
        ? token != null
        : !sessionToken.equals(token) || !signed.contains("x-amz-security-token")) {
      return "ExpiredTokenException: The security token included in the request is expired";
    }
    String hash = headers.get("x-amz-content-sha256");
    if (hash != null && !hash.equals(sha256(body))) {
      return "InvalidSignatureException: The provided x-amz-content-sha256 is another one";
    }
    String canonical = canonical(target, headers, signed, body);
    return parts.group(6).equals(signature(canonical, time))
        ? null
        : "InvalidSignatureException: The request signature we calculated does not match the"
            + " signature you provided.";
  }

  /** The request in the form that is signed; the path is percent-encoded once more. */
  public static String canonical(
      String target, Map<String, String> headers, List<String> signed, String body) {
    String path = target.split("\\?", 2)[0];
    StringBuilder text = new StringBuilder("POST\n").append(encoded(path)).append("\n\n");
    for (String name : signed) {
      text.append(name).append(':').append(headers.getOrDefault(name, "").strip()).append('\n');
    }
    return text.append('\n').append(String.join(";", signed)).append('\n') + sha256(body);
  }

  private static String encoded(String path) {
    StringBuilder text = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean plain = (c < 128 && Character.isLetterOrDigit(c)) || "-._~/".indexOf(c) >= 0;
      text.append(plain ? c : String.format("%%%02X", (int) c));
    }
    return text.toString();
  }

  /** The signature of a canonical request. */
  public String signature(String canonical, String time) {
    String day = time.substring(0, 8);
    String scope = day + "/" + region + "/bedrock/aws4_request";
    String text = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + sha256(canonical);
    byte[] key = utf8("AWS4" + secret);
    for (String step : Arrays.asList(day, region, "bedrock", "aws4_request", text)) {
      key = hmac(key, step);
    }
    return HexFormat.of().formatHex(key);
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(utf8(text)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

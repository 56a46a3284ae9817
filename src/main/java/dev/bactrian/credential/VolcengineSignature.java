package dev.bactrian.credential;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Volcengine's signature over a POST with a JSON body, like AWS's version 4 with other names. See
 * https://www.volcengine.com/docs/6369/67269.
 */
final class VolcengineSignature {
  private static final String ALGORITHM = "HMAC-SHA256";
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final KeyPair pair;
  private final String region;
  private final String service;

  VolcengineSignature(KeyPair pair, String region, String service) {
    this.pair = pair;
    this.region = region;
    this.service = service;
  }

  /**
   * The headers that a signed request has beside {@code host}.
   *
   * @param address with a query whose parameters are in order and percent-encoded
   * @param now milliseconds since the epoch
   */
  Map<String, String> headers(URI address, byte[] body, long now) {
    String time = DATE.format(Instant.ofEpochMilli(now));
    String day = time.substring(0, 8);
    String contentHash = sha256(body);
    TreeMap<String, String> signed = new TreeMap<>();
    signed.put("content-type", "application/json");
    signed.put("host", address.getRawAuthority());
    signed.put("x-content-sha256", contentHash);
    signed.put("x-date", time);
    StringBuilder canonical = new StringBuilder("POST\n");
    canonical.append(address.getRawPath()).append('\n').append(address.getRawQuery()).append('\n');
    signed.forEach((name, value) -> canonical.append(name).append(':').append(value).append('\n'));
    String names = String.join(";", signed.keySet());
    canonical.append('\n').append(names).append('\n').append(contentHash);
    String scope = day + "/" + region + "/" + service + "/request";
    String toSign =
        ALGORITHM + "\n" + time + "\n" + scope + "\n" + sha256(utf8(canonical.toString()));
    String signature = HexFormat.of().formatHex(Hs256Jwt.hmac(key(day), toSign));
    Map<String, String> headers = new LinkedHashMap<>(signed);
    headers.remove("host");
    headers.put(
        "authorization",
        ALGORITHM
            + (" Credential=" + pair.id() + "/" + scope)
            + (", SignedHeaders=" + names)
            + (", Signature=" + signature));
    return headers;
  }

  private byte[] key(String day) {
    byte[] key = Hs256Jwt.hmac(utf8(pair.secret()), day);
    for (String part : new String[] {region, service, "request"}) {
      key = Hs256Jwt.hmac(key, part);
    }
    return key;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package dev.bactrian.credential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.credential.TokenCache.Token;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/**
 * An access key of a Baidu account, for which the identity service gives a bearer key that lives
 * for a day. The request is signed by version 1 of Baidu's scheme: an HMAC whose key, an HMAC
 * itself, is used as hexadecimal text. See https://cloud.baidu.com/doc/Reference/s/njwvz1yfu.
 */
final class BaiduAccessKey {
  private static final String PATH = "/v1/BCE-BEARER/token";
  private static final String QUERY = "expireInSeconds=86400";
  private static final int SIGNATURE_SECONDS = 1800;
  private static final long AHEAD_MILLIS = TimeUnit.HOURS.toMillis(1);
  private static final long LIFETIME_MILLIS = TimeUnit.DAYS.toMillis(1);

  private final KeyPair pair;
  private final URI address;
  private final TokenService service;

  /**
   * An access key.
   *
   * @param url the identity service's address
   * @param service calls it
   */
  BaiduAccessKey(KeyPair pair, String url, TokenService service) {
    this.pair = pair;
    this.address = URI.create(url.replaceAll("/+$", "") + PATH + "?" + QUERY);
    this.service = service;
  }

  boolean isComplete() {
    return pair.isComplete();
  }

  /** A new bearer key. */
  Token fetch(long now) {
    JsonNode answer =
        service.call(HttpRequest.newBuilder(address).header("authorization", signature(now)).GET());
    String token = answer.path("token").asText();
    if (token.isEmpty()) {
      throw answer.has("code") ? service.refused() : service.unusable();
    }
    long expires = expires(answer.path("expireTime").asText(), now);
    return new Token(token, expires - Math.min(AHEAD_MILLIS, (expires - now) / 2), expires);
  }

  private static long expires(String time, long now) {
    try {
      return Instant.parse(time).toEpochMilli();
    } catch (DateTimeException e) {
      return now + LIFETIME_MILLIS;
    }
  }

  /** The header over a request for a bearer key at that time. */
  String signature(long now) {
    Instant time = Instant.ofEpochMilli(now).truncatedTo(ChronoUnit.SECONDS);
    String scope = "bce-auth-v1/" + pair.id() + "/" + time + "/" + SIGNATURE_SECONDS;
    String host = URLEncoder.encode(address.getRawAuthority(), StandardCharsets.UTF_8);
    String canonical =
        "GET\n" + address.getRawPath() + "\n" + address.getRawQuery() + "\nhost:" + host;
    return scope + "/host/" + hmac(hmac(pair.secret(), scope), canonical);
  }

  private static String hmac(String key, String text) {
    return HexFormat.of().formatHex(Hs256Jwt.hmac(key.getBytes(StandardCharsets.UTF_8), text));
  }
}

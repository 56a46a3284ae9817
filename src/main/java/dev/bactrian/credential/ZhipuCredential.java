package dev.bactrian.credential;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.credential.TokenCache.Token;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A key of Zhipu, which the request brings as its bearer: one of the form {@code ID.SECRET} is
 * replaced by a token made from it, which lives for ten minutes. Unlike RFC 7519 wants it, the
 * token's times are in milliseconds. See https://docs.bigmodel.cn.
 */
public final class ZhipuCredential implements Credential {
  private static final String HEADER = "{\"alg\":\"HS256\",\"sign_type\":\"SIGN\"}";
  private static final String BEARER = "Bearer ";
  private static final long LIFETIME_MILLIS = 600_000;
  private static final long AHEAD_MILLIS = 60_000;

  private final String auth;
  private final InstantSource clock;
  private final Map<String, TokenCache> tokens = new ConcurrentHashMap<>();

  /**
   * A credential.
   *
   * @param auth {@code jwt} for a token, {@code key} for the key as it is, {@code auto} for a token
   *     where the key has an id and a secret
   */
  public ZhipuCredential(String auth) {
    this(auth, InstantSource.system());
  }

  ZhipuCredential(String auth, InstantSource clock) {
    if (!List.of("auto", "jwt", "key").contains(auth)) {
      throw new IllegalArgumentException("auth: '" + auth + "' is not auto, jwt or key");
    }
    this.auth = auth;
    this.clock = clock;
  }

  @Override
  public @Nullable String sign(Outbound request) {
    String bearer = request.headers().getOrDefault("authorization", "");
    String key = bearer.startsWith(BEARER) ? bearer.substring(BEARER.length()).strip() : "";
    KeyPair pair = KeyPair.of("", "", key, '.');
    if (auth.equals("key") || (auth.equals("auto") && !pair.isComplete())) {
      return null;
    }
    if (!pair.isComplete()) {
      throw UpstreamException.noticed(
          ErrorClass.AUTH, "The provider's key does not have the form ID.SECRET.");
    }
    String token =
        tokens.computeIfAbsent(key, none -> new TokenCache(now -> token(pair, now), clock)).get();
    request.header("authorization", BEARER + token);
    return token;
  }

  @Override
  public boolean renew(String refused) {
    tokens.values().forEach(cache -> cache.forget(refused));
    return true;
  }

  private static Token token(KeyPair pair, long now) {
    ObjectNode claims = Json.MAPPER.createObjectNode();
    claims.put("api_key", pair.id());
    claims.put("exp", now + LIFETIME_MILLIS);
    claims.put("timestamp", now);
    return new Token(
        Hs256Jwt.sign(HEADER, claims.toString(), pair.secret()),
        now + LIFETIME_MILLIS - AHEAD_MILLIS);
  }
}

package dev.bactrian.credential;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.credential.TokenCache.Token;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key of Zhipu: from one of the form {@code ID.SECRET} a token is made, which lives for ten
 * minutes. Unlike RFC 7519 wants it, the token's times are in milliseconds. See
 * https://docs.bigmodel.cn.
 *
 * <p>{@code auth} is {@code jwt} for a token, {@code key} for {@code apiKey} as it is, {@code auto}
 * for a token where the key has an id and a secret.
 */
final class ZhipuCredential implements Credential {
  private static final String HEADER = "{\"alg\":\"HS256\",\"sign_type\":\"SIGN\"}";
  private static final long LIFETIME_MILLIS = 600_000;
  private static final long AHEAD_MILLIS = 60_000;

  private final String apiKey;
  private final KeyPair pair;
  private final boolean plain;
  private final TokenCache tokens;

  ZhipuCredential(Settings settings) {
    this(settings, InstantSource.system());
  }

  ZhipuCredential(Settings settings, InstantSource clock) {
    String auth = settings.text("auth");
    if (!List.of("auto", "jwt", "key").contains(auth)) {
      throw new IllegalArgumentException("auth: '" + auth + "' is not auto, jwt or key");
    }
    this.apiKey = settings.secret("apiKey");
    this.pair = settings.split("apiKey", ".");
    this.plain = auth.equals("key") || (auth.equals("auto") && !pair.isComplete());
    this.tokens = new TokenCache(this::token, clock);
  }

  @Override
  public @Nullable String sign(Outbound request) {
    if (!plain && !pair.isComplete()) {
      throw UpstreamException.noticed(
          ErrorClass.AUTH, "The provider's key does not have the form ID.SECRET.");
    }
    String token = plain ? null : tokens.get();
    request.header("authorization", "Bearer " + (token == null ? apiKey : token));
    return token;
  }

  @Override
  public boolean renew(String refused) {
    tokens.forget(refused);
    return true;
  }

  private Token token(long now) {
    ObjectNode claims = Json.MAPPER.createObjectNode();
    claims.put("api_key", pair.id());
    claims.put("exp", now + LIFETIME_MILLIS);
    claims.put("timestamp", now);
    return new Token(
        Hs256Jwt.sign(HEADER, claims.toString(), pair.secret()),
        now + LIFETIME_MILLIS - AHEAD_MILLIS);
  }
}

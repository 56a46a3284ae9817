package dev.bactrian.credential;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.credential.TokenCache.Token;
import dev.bactrian.json.Json;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SenseNova's two kinds of credentials: an access key with its secret, from which a token is made
 * that lives for half an hour, or a plain API key. See https://platform.sensenova.cn.
 *
 * <p>{@code apiKey} is a plain key, or {@code AK:SK}; {@code accessKeyId} and {@code
 * secretAccessKey} are an access key. {@code api} is {@code native}, {@code compatible}, {@code
 * token}, or {@code auto} for the first with an access key and the last with a plain key.
 */
final class SensenovaCredential implements Credential {
  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  private static final List<String> APIS = List.of("native", "compatible", "token");
  private static final long LIFETIME_SECONDS = 1800;
  private static final long CLOCK_SKEW_SECONDS = 5;
  private static final long AHEAD_SECONDS = 60;

  private final String api;
  private final String apiKey;
  private final KeyPair pair;
  private final TokenCache tokens;

  SensenovaCredential(Settings settings) {
    this(settings, InstantSource.system());
  }

  SensenovaCredential(Settings settings, InstantSource clock) {
    this.pair = settings.pair("accessKeyId", "secretAccessKey", "apiKey", ":");
    this.apiKey = settings.secret("apiKey");
    String wanted = settings.text("api");
    this.api = wanted.equals("auto") ? (pair.isComplete() ? "native" : "token") : wanted;
    if (!APIS.contains(api)) {
      throw new IllegalArgumentException("api: '" + api + "' is not auto or one of " + APIS);
    }
    this.tokens = new TokenCache(this::token, clock);
  }

  @Override
  public String api() {
    return api;
  }

  @Override
  public @Nullable String sign(Outbound request) {
    String token = pair.isComplete() ? tokens.get() : null;
    request.header("authorization", "Bearer " + (token == null ? apiKey : token));
    return token;
  }

  @Override
  public boolean renew(String refused) {
    tokens.forget(refused);
    return true;
  }

  /** A token; its times are in seconds. */
  private Token token(long now) {
    long seconds = now / 1000;
    ObjectNode claims = Json.MAPPER.createObjectNode();
    claims.put("iss", pair.id());
    claims.put("exp", seconds + LIFETIME_SECONDS);
    claims.put("nbf", seconds - CLOCK_SKEW_SECONDS);
    return new Token(
        Hs256Jwt.sign(HEADER, claims.toString(), pair.secret()),
        now + 1000 * (LIFETIME_SECONDS - AHEAD_SECONDS));
  }
}

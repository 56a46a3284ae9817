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
 */
public final class SensenovaCredential implements Credential {
  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  private static final List<String> APIS = List.of("native", "compatible", "token");
  private static final long LIFETIME_SECONDS = 1800;
  private static final long CLOCK_SKEW_SECONDS = 5;
  private static final long AHEAD_SECONDS = 60;

  private final String api;
  private final String apiKey;
  private final KeyPair pair;
  private final TokenCache tokens;

  /**
   * A credential; what is not given is empty.
   *
   * @param api which API is called: {@code native}, {@code compatible}, {@code token}, or {@code
   *     auto} for the native one with an access key and the token plan with a plain key
   * @param apiKey a plain key, or {@code AK:SK}
   * @param accessKeyId the access key's id
   * @param secretAccessKey its secret
   */
  public SensenovaCredential(
      String api, String apiKey, String accessKeyId, String secretAccessKey) {
    this(api, apiKey, accessKeyId, secretAccessKey, InstantSource.system());
  }

  SensenovaCredential(
      String api, String apiKey, String accessKeyId, String secretAccessKey, InstantSource clock) {
    this.pair = KeyPair.of(accessKeyId, secretAccessKey, apiKey, ':');
    this.apiKey = apiKey.strip();
    this.api = api.equals("auto") ? (isKeyPair() ? "native" : "token") : api;
    if (!APIS.contains(this.api)) {
      throw new IllegalArgumentException("api: '" + api + "' is not auto or one of " + APIS);
    }
    this.tokens = new TokenCache(this::token, clock);
  }

  /** Whether a token is made from an access key and its secret. */
  boolean isKeyPair() {
    return pair.isComplete();
  }

  /** Whether the native API is called. */
  public boolean isNative() {
    return api.equals("native");
  }

  /** Whether the compatible mode is called. */
  public boolean isCompatible() {
    return api.equals("compatible");
  }

  @Override
  public @Nullable String sign(Outbound request) {
    String token = isKeyPair() ? tokens.get() : null;
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

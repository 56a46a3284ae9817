package dev.bactrian.credential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.credential.TokenCache.Token;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Baidu Qianfan's two kinds of credentials: a permanent bearer key for version 2 of the API, or an
 * application's key with its secret, which are exchanged for a token in version 1's query. See
 * https://cloud.baidu.com/doc/WENXINWORKSHOP.
 */
public final class BaiduCredential implements Credential {
  private static final List<String> APIS = List.of("auto", "v1", "v2");
  private static final long AHEAD_MILLIS = TimeUnit.HOURS.toMillis(1);
  private static final long LIFETIME_SECONDS = 2_592_000;
  private static final long TIMEOUT_MILLIS = 10_000;

  private final String api;
  private final String apiKey;
  private final KeyPair pair;
  private final String appId;
  private final String tokenUrl;
  private final TokenCache tokens;
  private final TokenService service = new TokenService("Baidu", TIMEOUT_MILLIS);

  /**
   * A credential; what is not given is empty.
   *
   * @param api which version of the API is called: {@code v1}, {@code v2}, or {@code auto} for the
   *     first with an application's secret and the second without
   * @param apiKey a bearer key, or an application's key, or {@code KEY|SECRET}
   * @param secretKey an application's secret
   * @param appId version 2's application, sent as a header
   * @param baseUrl version 1's address
   * @param tokenUrl where the token comes from: an address, or a path below the base URL
   */
  public BaiduCredential(
      String api, String apiKey, String secretKey, String appId, String baseUrl, String tokenUrl) {
    this(
        api,
        apiKey,
        secretKey,
        appId,
        tokenUrl.startsWith("/") ? baseUrl.strip().replaceAll("/+$", "") + tokenUrl : tokenUrl,
        InstantSource.system());
  }

  BaiduCredential(
      String api,
      String apiKey,
      String secretKey,
      String appId,
      String tokenUrl,
      InstantSource clock) {
    if (!APIS.contains(api)) {
      throw new IllegalArgumentException("api: '" + api + "' is not one of " + APIS);
    }
    this.api = api;
    this.apiKey = apiKey.strip();
    this.pair = KeyPair.of(apiKey, secretKey, apiKey, '|');
    this.appId = appId.strip();
    this.tokenUrl = tokenUrl.strip();
    this.tokens = new TokenCache(this::fetch, clock);
  }

  /** Whether version 1 of the API is called. */
  public boolean isVersion1() {
    return api.equals("v1") || (api.equals("auto") && pair.isComplete());
  }

  @Override
  public @Nullable String sign(Outbound request) {
    if (!isVersion1()) {
      request.header("authorization", "Bearer " + apiKey);
      if (!appId.isEmpty()) {
        request.header("appid", appId);
      }
      return null;
    }
    String token = tokens.get();
    request.secretQuery("access_token", encoded(token));
    return token;
  }

  @Override
  public boolean renew(String refused) {
    tokens.forget(refused);
    return true;
  }

  private Token fetch(long now) {
    String query =
        "grant_type=client_credentials&client_id="
            + encoded(pair.id())
            + "&client_secret="
            + encoded(pair.secret());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(tokenUrl + "?" + query)).POST(BodyPublishers.noBody());
    JsonNode answer = service.call(request);
    if (answer.has("error")) {
      throw service.refused();
    }
    String token = answer.path("access_token").asText();
    if (token.isEmpty()) {
      throw service.unusable();
    }
    long lifetime = 1000 * answer.path("expires_in").asLong(LIFETIME_SECONDS);
    return new Token(token, now + lifetime - Math.min(AHEAD_MILLIS, lifetime / 2), now + lifetime);
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}

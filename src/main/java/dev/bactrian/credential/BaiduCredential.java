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
 * Baidu Qianfan's three kinds of credentials: for version 2 of the API a permanent bearer key, or
 * an account's access key, which is exchanged for a bearer key that lives for a while; for version
 * 1 an application's key with its secret, which are exchanged for a token in the query. See
 * https://cloud.baidu.com/doc/WENXINWORKSHOP.
 *
 * <p>{@code apiKey} is a bearer key, or an application's key whose secret is {@code secretKey}, or
 * both of them as {@code KEY:SECRET} or {@code KEY|SECRET}. {@code api} is {@code v1}, {@code v2},
 * or {@code auto} for the first with an application's secret and the second without. {@code appId}
 * is sent to version 2 as a header. {@code accessKeyId} and {@code secretAccessKey} are an access
 * key, which {@code iamUrl} exchanges where there is no {@code apiKey}. {@code tokenUrl} is where
 * version 1's token comes from: an address, or a path below {@code baseUrl}, or below version 1's
 * own address.
 */
final class BaiduCredential implements Credential {
  private static final String VERSION_1 = "https://aip.baidubce.com";
  private static final List<String> APIS = List.of("auto", "v1", "v2");
  private static final long AHEAD_MILLIS = TimeUnit.HOURS.toMillis(1);
  private static final long LIFETIME_SECONDS = 2_592_000;
  private static final long TIMEOUT_MILLIS = 10_000;

  private final String api;
  private final String apiKey;
  private final KeyPair pair;
  private final String appId;
  private final String tokenUrl;
  private final BaiduAccessKey accessKey;
  private final TokenCache tokens;
  private final TokenService service = new TokenService("Baidu", TIMEOUT_MILLIS);

  BaiduCredential(Settings settings) {
    this(settings, InstantSource.system());
  }

  BaiduCredential(Settings settings, InstantSource clock) {
    this.apiKey = settings.secret("apiKey");
    this.pair = settings.pair("apiKey", "secretKey", "apiKey", ":|");
    String wanted = settings.text("api");
    if (!APIS.contains(wanted)) {
      throw new IllegalArgumentException("api: '" + wanted + "' is not one of " + APIS);
    }
    this.api = wanted.equals("auto") ? (pair.isComplete() ? "v1" : "v2") : wanted;
    this.appId = settings.text("appId");
    String token = settings.text("tokenUrl");
    String base = settings.text("baseUrl");
    this.tokenUrl =
        token.startsWith("/")
            ? (base.isEmpty() ? VERSION_1 : base.replaceAll("/+$", "")) + token
            : token;
    this.accessKey =
        new BaiduAccessKey(
            new KeyPair(settings.text("accessKeyId"), settings.secret("secretAccessKey")),
            settings.text("iamUrl"),
            service);
    this.tokens = new TokenCache(isBearer() ? accessKey::fetch : this::fetch, clock);
  }

  private boolean isBearer() {
    return api.equals("v2");
  }

  @Override
  public String api() {
    return api;
  }

  @Override
  public @Nullable String sign(Outbound request) {
    if (isBearer() && !appId.isEmpty()) {
      request.header("appid", appId);
    }
    if (isBearer() && (!apiKey.isEmpty() || !accessKey.isComplete())) {
      request.header("authorization", "Bearer " + apiKey);
      return null;
    }
    String token = tokens.get();
    if (isBearer()) {
      request.header("authorization", "Bearer " + token);
      return token;
    }
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

package dev.bactrian.credential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.credential.TokenCache.Token;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Azure OpenAI's two kinds of credentials: a resource's key, or an application that is registered
 * in Entra, whose secret is exchanged for a token. See
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
 *
 * <p>{@code apiKey} is a resource's key, which wins; {@code tenantId}, {@code clientId} and {@code
 * clientSecret} are the application's; {@code tokenUrl}, in which {@code {tenant}} stands for the
 * directory, gives tokens for {@code scope}.
 */
final class AzureCredential implements Credential {
  private static final long AHEAD_MILLIS = TimeUnit.MINUTES.toMillis(5);
  private static final long LIFETIME_SECONDS = 3599;
  private static final long TIMEOUT_MILLIS = 10_000;

  private final TokenCache tokens;
  private final TokenService service = new TokenService("Entra", TIMEOUT_MILLIS);
  private final String apiKey;
  private final String tenantId;
  private final String clientId;
  private final String clientSecret;
  private final String tokenUrl;
  private final String scope;

  AzureCredential(Settings settings) {
    this(settings, InstantSource.system());
  }

  AzureCredential(Settings settings, InstantSource clock) {
    this.apiKey = settings.secret("apiKey");
    this.tenantId = settings.text("tenantId");
    this.clientId = settings.text("clientId");
    this.clientSecret = settings.secret("clientSecret");
    this.tokenUrl = settings.text("tokenUrl");
    this.scope = settings.text("scope");
    this.tokens = new TokenCache(this::fetch, clock);
  }

  @Override
  public @Nullable String sign(Outbound request) {
    if (!apiKey.isEmpty() || clientId.isEmpty() || clientSecret.isEmpty()) {
      request.header("api-key", apiKey);
      return null;
    }
    String token = tokens.get();
    request.header("authorization", "Bearer " + token);
    return token;
  }

  @Override
  public boolean renew(String refused) {
    tokens.forget(refused);
    return true;
  }

  private Token fetch(long now) {
    String form =
        Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                clientId,
                "client_secret",
                clientSecret,
                "scope",
                scope)
            .entrySet()
            .stream()
            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    JsonNode answer =
        service.call(
            HttpRequest.newBuilder(URI.create(tokenUrl.replace("{tenant}", encoded(tenantId))))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
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

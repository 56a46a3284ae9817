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
 */
public final class AzureCredential implements Credential {
  private static final long AHEAD_MILLIS = TimeUnit.MINUTES.toMillis(5);
  private static final long LIFETIME_SECONDS = 3599;
  private static final long TIMEOUT_MILLIS = 10_000;

  private final String apiKey;
  private final KeyPair application;
  private final String tokenUrl;
  private final String scope;
  private final TokenCache tokens;
  private final TokenService service = new TokenService("Entra", TIMEOUT_MILLIS);

  /**
   * A credential; what is not given is empty.
   *
   * @param apiKey the resource's key, which wins
   * @param tenantId the directory in which the application is registered
   * @param clientId the application's id
   * @param clientSecret its secret
   * @param tokenUrl where tokens come from; {@code {tenant}} stands for the directory
   * @param scope what the token is for
   */
  public AzureCredential(
      String apiKey,
      String tenantId,
      String clientId,
      String clientSecret,
      String tokenUrl,
      String scope) {
    this(
        apiKey,
        clientId,
        clientSecret,
        tokenUrl.strip().replace("{tenant}", encoded(tenantId.strip())),
        scope,
        InstantSource.system());
  }

  AzureCredential(
      String apiKey,
      String clientId,
      String clientSecret,
      String tokenUrl,
      String scope,
      InstantSource clock) {
    this.apiKey = apiKey.strip();
    this.application = new KeyPair(clientId.strip(), clientSecret.strip());
    this.tokenUrl = tokenUrl;
    this.scope = scope.strip();
    this.tokens = new TokenCache(this::fetch, clock);
  }

  @Override
  public @Nullable String sign(Outbound request) {
    if (!apiKey.isEmpty() || !application.isComplete()) {
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
                application.id(),
                "client_secret",
                application.secret(),
                "scope",
                scope)
            .entrySet()
            .stream()
            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    JsonNode answer =
        service.call(
            HttpRequest.newBuilder(URI.create(tokenUrl))
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

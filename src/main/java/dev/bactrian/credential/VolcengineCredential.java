package dev.bactrian.credential;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.credential.TokenCache.Token;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Volcengine Ark's two kinds of credentials: a plain API key, or an access key with its secret,
 * which is exchanged for a key that opens one endpoint ({@code ep-..}) for a week. See
 * https://www.volcengine.com/docs/82379.
 *
 * <p>{@code apiKey} is a plain key, which wins, or {@code AK:SK}; {@code accessKeyId} and {@code
 * secretAccessKey} are an access key, which is exchanged at {@code tokenUrl}, signed for {@code
 * region}.
 */
final class VolcengineCredential implements Credential {
  private static final String QUERY = "Action=GetApiKey&Version=2024-01-01";
  private static final String ENDPOINT = "ep-";
  private static final long LIFETIME_SECONDS = 604_800;
  private static final long TIMEOUT_MILLIS = 10_000;

  private final String apiKey;
  private final boolean plain;
  private final URI tokenUrl;
  private final VolcengineSignature signature;
  private final InstantSource clock;
  private final TokenService service = new TokenService("Volcengine", TIMEOUT_MILLIS);
  private final ConcurrentMap<String, TokenCache> tokens = new ConcurrentHashMap<>();

  VolcengineCredential(Settings settings) {
    this(settings, InstantSource.system());
  }

  VolcengineCredential(Settings settings, InstantSource clock) {
    this.apiKey = settings.secret("apiKey");
    KeyPair pair = settings.pair("accessKeyId", "secretAccessKey", "apiKey", ":");
    boolean inOne = settings.split("apiKey", ":").isComplete();
    this.plain = !pair.isComplete() || (!apiKey.isEmpty() && !inOne);
    this.tokenUrl = URI.create(settings.text("tokenUrl").replaceAll("/+$", "") + "/?" + QUERY);
    this.signature = new VolcengineSignature(pair, settings.text("region"), "ark");
    this.clock = clock;
  }

  @Override
  public @Nullable String sign(Outbound request) {
    String token = plain ? null : token(model(request.body()));
    request.header("authorization", "Bearer " + (token == null ? apiKey : token));
    return token;
  }

  @Override
  public boolean renew(String refused) {
    tokens.values().forEach(cache -> cache.forget(refused));
    return true;
  }

  private String token(String endpoint) {
    if (!endpoint.startsWith(ENDPOINT)) {
      throw UpstreamException.noticed(
          ErrorClass.NOT_FOUND,
          "With an access key only endpoints (ep-..) can be called, and '"
              + endpoint
              + "' is none.");
    }
    TokenCache cache =
        tokens.computeIfAbsent(endpoint, id -> new TokenCache(now -> fetch(endpoint, now), clock));
    try {
      return cache.get();
    } catch (UpstreamException e) {
      // Names that clients invent must not stay.
      tokens.remove(endpoint, cache);
      throw e;
    }
  }

  private Token fetch(String endpoint, long now) {
    ObjectNode wanted = Json.MAPPER.createObjectNode();
    wanted.put("DurationSeconds", LIFETIME_SECONDS).put("ResourceType", "endpoint");
    wanted.putArray("ResourceIds").add(endpoint);
    byte[] body = wanted.toString().getBytes(StandardCharsets.UTF_8);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(tokenUrl).POST(BodyPublishers.ofByteArray(body));
    signature.headers(tokenUrl, body, now).forEach(request::setHeader);
    JsonNode answer = service.call(request);
    if (answer.at("/ResponseMetadata").has("Error")) {
      throw service.refused();
    }
    String key = answer.at("/Result/ApiKey").asText();
    if (key.isEmpty()) {
      throw service.unusable();
    }
    long expires = 1000 * answer.at("/Result/ExpiredTime").asLong(now / 1000 + LIFETIME_SECONDS);
    return new Token(key, expires - (expires - now) / 5, expires);
  }

  /** The model that a request asks for, which is the endpoint's id. */
  private static String model(byte[] body) {
    try (JsonParser json = Json.FACTORY.createParser(body)) {
      json.nextToken();
      String name;
      while ((name = json.nextFieldName()) != null) {
        if (json.nextToken() == JsonToken.VALUE_STRING && name.equals("model")) {
          return json.getText();
        }
        json.skipChildren();
      }
      return "";
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

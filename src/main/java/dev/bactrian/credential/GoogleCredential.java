package dev.bactrian.credential;

import com.google.api.client.http.HttpResponseException;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Google Cloud's access tokens: of a service account, of whatever else a credentials file
 * describes, of the machine that the gateway runs on, or one that was given. Google's library gets
 * them, from the {@code token_uri} of the file. See
 * https://cloud.google.com/docs/authentication/application-default-credentials.
 *
 * <p>{@code accessToken} is a token that someone else renews, and wins; {@code serviceAccountKey}
 * is the content of a credentials file, {@code credentialsFile} the path of one, or {@link
 * #APPLICATION_DEFAULT}.
 */
final class GoogleCredential implements Credential {
  /** In place of a file: what Google's library finds, be it the machine's own account. */
  static final String APPLICATION_DEFAULT = "application-default";

  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final long AHEAD_MILLIS = TimeUnit.MINUTES.toMillis(10);
  private static final long LIFETIME_MILLIS = TimeUnit.HOURS.toMillis(1);

  private final String file;
  private final String key;
  private final String given;
  private final TokenCache tokens;
  private volatile @Nullable String quotaProject;

  GoogleCredential(Settings settings) {
    this(settings, InstantSource.system());
  }

  GoogleCredential(Settings settings, InstantSource clock) {
    this.file = settings.text("credentialsFile");
    this.key = settings.secret("serviceAccountKey");
    this.given = settings.secret("accessToken");
    this.tokens = new TokenCache(this::fetch, clock);
  }

  @Override
  public @Nullable String sign(Outbound request) {
    if (!given.isEmpty()) {
      request.header("authorization", "Bearer " + given);
      return null;
    }
    String token = tokens.get();
    request.header("authorization", "Bearer " + token);
    String billed = quotaProject;
    if (billed != null) {
      request.header("x-goog-user-project", billed);
    }
    return token;
  }

  @Override
  public boolean renew(String refused) {
    tokens.forget(refused);
    return true;
  }

  /** Reads the credentials anew each time, so that a file can be replaced while calls run. */
  private TokenCache.Token fetch(long now) {
    GoogleCredentials credentials = load();
    try {
      AccessToken token = credentials.refreshAccessToken();
      long expires =
          token.getExpirationTime() == null
              ? now + LIFETIME_MILLIS
              : token.getExpirationTime().getTime();
      quotaProject = credentials.getQuotaProjectId();
      long ahead = Math.min(AHEAD_MILLIS, Math.max(0, expires - now) / 2);
      return new TokenCache.Token(token.getTokenValue(), expires - ahead);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private GoogleCredentials load() {
    try {
      GoogleCredentials credentials =
          key.isEmpty() && file.equals(APPLICATION_DEFAULT)
              ? GoogleCredentials.getApplicationDefault()
              : read();
      return credentials.createScoped(SCOPE).createWithCustomRetryStrategy(false);
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw UpstreamException.noticed(
          ErrorClass.AUTH, "The gateway's Google credentials cannot be read.");
    }
  }

  private GoogleCredentials read() throws IOException {
    try (InputStream in =
        key.isEmpty()
            ? Files.newInputStream(Path.of(file))
            : new ByteArrayInputStream(key.getBytes(StandardCharsets.UTF_8))) {
      return GoogleCredentials.fromStream(in);
    }
  }

  /** What the token service says is not shown: it may repeat what it was sent. */
  private static UpstreamException failure(IOException cause) {
    ErrorClass kind = ErrorClass.SERVER;
    String what = "could not be reached";
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof HttpResponseException answer) {
        kind = kind(answer.getStatusCode());
        what = "answered with HTTP status " + answer.getStatusCode();
      } else if (t instanceof SocketTimeoutException) {
        kind = ErrorClass.TIMEOUT;
        what = "did not answer in time";
      }
    }
    return UpstreamException.noticed(kind, "Google's token service " + what + ".");
  }

  private static ErrorClass kind(int status) {
    return switch (status) {
      case 400, 401, 403, 404 -> ErrorClass.AUTH;
      case 408, 504 -> ErrorClass.TIMEOUT;
      case 429 -> ErrorClass.RATE;
      default -> ErrorClass.SERVER;
    };
  }
}

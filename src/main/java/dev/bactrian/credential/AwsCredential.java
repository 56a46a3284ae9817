package dev.bactrian.credential;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * AWS Bedrock's two kinds of credentials: an access key with its secret, with which each request is
 * signed, or a Bedrock API key, which is sent as a bearer token. See
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html.
 *
 * <p>It is set up by setters: Camel reads the arguments of a constructor as expressions.
 */
public final class AwsCredential implements Credential {
  private static final String SERVICE = "bedrock";

  private final InstantSource clock;
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private String apiKey = "";
  private String accessKeyId = "";
  private String secretAccessKey = "";
  private String sessionToken = "";
  private String region = "us-east-1";

  /** A credential that has nothing to show yet. */
  public AwsCredential() {
    this(InstantSource.system());
  }

  AwsCredential(InstantSource clock) {
    this.clock = clock;
  }

  /** Sets a Bedrock API key, which wins. */
  public void setApiKey(@Nullable String apiKey) {
    this.apiKey = stripped(apiKey);
  }

  /** Sets the id of an access key. */
  public void setAccessKeyId(@Nullable String accessKeyId) {
    this.accessKeyId = stripped(accessKeyId);
  }

  /** Sets its secret. */
  public void setSecretAccessKey(@Nullable String secretAccessKey) {
    this.secretAccessKey = stripped(secretAccessKey);
  }

  /** Sets the token of an access key that is temporary. */
  public void setSessionToken(@Nullable String sessionToken) {
    this.sessionToken = stripped(sessionToken);
  }

  /** Sets the region that is signed for. */
  public void setRegion(String region) {
    this.region = region.strip();
  }

  private static String stripped(@Nullable String value) {
    return value == null ? "" : value.strip();
  }

  @Override
  public @Nullable String sign(Outbound request) {
    if (!apiKey.isEmpty() || accessKeyId.isEmpty() || secretAccessKey.isEmpty()) {
      request.header("authorization", "Bearer " + apiKey);
    } else {
      sign(
          request,
          sessionToken.isEmpty()
              ? AwsCredentialsIdentity.create(accessKeyId, secretAccessKey)
              : AwsSessionCredentialsIdentity.create(accessKeyId, secretAccessKey, sessionToken));
    }
    return null;
  }

  /** The model's id is percent-encoded in the path; what is signed has it encoded once more. */
  private void sign(Outbound request, AwsCredentialsIdentity signing) {
    SdkHttpRequest bare =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(request.uri())
            .putHeader("content-type", request.headers().getOrDefault("content-type", ""))
            .build();
    SignedRequest signed =
        signer.sign(
            what ->
                what.identity(signing)
                    .request(bare)
                    .payload(ContentStreamProvider.fromByteArrayUnsafe(request.body()))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                    .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock.withZone(ZoneOffset.UTC)));
    signed
        .request()
        .forEachHeader(
            (name, values) -> {
              if (!name.toLowerCase(Locale.ROOT).equals("host")) {
                request.header(name, values.get(0));
              }
            });
  }
}

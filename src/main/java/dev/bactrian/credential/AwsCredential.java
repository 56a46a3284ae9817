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
 */
public final class AwsCredential implements Credential {
  private static final String SERVICE = "bedrock";

  private final String apiKey;
  private final @Nullable AwsCredentialsIdentity identity;
  private final String region;
  private final InstantSource clock;
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

  /**
   * A credential; what is not given is empty.
   *
   * @param apiKey a Bedrock API key, which wins, or {@code AK:SK}
   * @param accessKeyId the access key's id
   * @param secretAccessKey its secret
   * @param sessionToken of an access key that is temporary
   * @param region for the signature
   */
  public AwsCredential(
      String apiKey,
      String accessKeyId,
      String secretAccessKey,
      String sessionToken,
      String region) {
    this(apiKey, accessKeyId, secretAccessKey, sessionToken, region, InstantSource.system());
  }

  AwsCredential(
      String apiKey,
      String accessKeyId,
      String secretAccessKey,
      String sessionToken,
      String region,
      InstantSource clock) {
    KeyPair pair = KeyPair.of(accessKeyId, secretAccessKey, apiKey, ':');
    this.apiKey = apiKey.indexOf(':') < 0 ? apiKey.strip() : "";
    this.identity = pair.isComplete() ? identity(pair, sessionToken.strip()) : null;
    this.region = region.strip();
    this.clock = clock;
  }

  private static AwsCredentialsIdentity identity(KeyPair pair, String sessionToken) {
    return sessionToken.isEmpty()
        ? AwsCredentialsIdentity.create(pair.id(), pair.secret())
        : AwsSessionCredentialsIdentity.create(pair.id(), pair.secret(), sessionToken);
  }

  @Override
  public @Nullable String sign(Outbound request) {
    AwsCredentialsIdentity signing = identity;
    if (!apiKey.isEmpty() || signing == null) {
      request.header("authorization", "Bearer " + apiKey);
    } else {
      sign(request, signing);
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

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
 * <p>{@code apiKey} is a Bedrock API key, which wins, or an access key as {@code ID:SECRET}; {@code
 * accessKeyId} and {@code secretAccessKey} are an access key, {@code sessionToken} comes with a
 * temporary one, and {@code region} is signed for.
 */
final class AwsCredential implements Credential {
  private static final String SERVICE = "bedrock";

  private final InstantSource clock;
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private final String apiKey;
  private final KeyPair pair;
  private final String sessionToken;
  private final String region;

  AwsCredential(Settings settings) {
    this(settings, InstantSource.system());
  }

  AwsCredential(Settings settings, InstantSource clock) {
    String key = settings.secret("apiKey");
    String id = settings.text("accessKeyId");
    KeyPair inOne = settings.split("apiKey", ":");
    this.apiKey = inOne.isComplete() ? "" : key;
    this.pair = inOne.isComplete() ? inOne : new KeyPair(id, settings.secret("secretAccessKey"));
    String token = settings.secret("sessionToken");
    this.sessionToken = id.isEmpty() || id.equals(pair.id()) ? token : "";
    this.region = settings.text("region");
    this.clock = clock;
  }

  @Override
  public @Nullable String sign(Outbound request) {
    if (!apiKey.isEmpty() || !pair.isComplete()) {
      request.header("authorization", "Bearer " + apiKey);
    } else {
      sign(
          request,
          sessionToken.isEmpty()
              ? AwsCredentialsIdentity.create(pair.id(), pair.secret())
              : AwsSessionCredentialsIdentity.create(pair.id(), pair.secret(), sessionToken));
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

package dev.bactrian.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.simulator.AwsSignature;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwsCredentialTest {
  private static final Instant NOW = Instant.parse("2025-06-15T12:00:00Z");
  private static final String ID = "AKIDEXAMPLE";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final String HOST = "bedrock-runtime.us-east-1.amazonaws.com";
  private static final String PATH = "/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse";
  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}";

  private final AwsSignature check = new AwsSignature(ID, SECRET, null, "us-east-1");

  private static AwsCredential credential(String apiKey, String token) {
    return credential(apiKey, ID, SECRET, token);
  }

  private static AwsCredential credential(String key, String id, String secret, String token) {
    Settings settings =
        Signed.settings(
            "apiKey", key,
            "accessKeyId", id,
            "secretAccessKey", secret,
            "sessionToken", token,
            "region", "us-east-1");
    return new AwsCredential(settings, new TestClock(NOW.toEpochMilli()));
  }

  private static Outbound outbound(String origin, String path) {
    Outbound request =
        new Outbound(URI.create(origin), path, BODY.getBytes(StandardCharsets.UTF_8));
    request.header("content-type", "application/json");
    request.header("user-agent", "bactrian");
    return request;
  }

  private static Map<String, String> headers(Outbound signed, String host) {
    Map<String, String> headers = new TreeMap<>(signed.headers());
    headers.put("host", host);
    return headers;
  }

  private static @Nullable String refusal(AwsSignature check, Outbound signed, String host) {
    Map<String, String> headers = headers(signed, host);
    String authorization = headers.getOrDefault("authorization", "");
    return check.refusal(authorization, signed.pathAndQuery(), headers, BODY, NOW);
  }

  /** Made with AWS's library for Python; it shows that the check below is AWS's. */
  @Test
  void theCheckIsGolden() {
    Map<String, String> headers =
        Map.of("content-type", "application/json", "host", HOST, "x-amz-date", "20250615T120000Z");
    String canonical =
        AwsSignature.canonical(PATH, headers, List.of("content-type", "host", "x-amz-date"), BODY);

    assertThat(canonical)
        .isEqualTo(
            "POST\n/model/anthropic.claude-sonnet-4-5-20250929-v1%253A0/converse\n\n"
                + "content-type:application/json\nhost:"
                + HOST
                + "\nx-amz-date:20250615T120000Z\n\ncontent-type;host;x-amz-date\n"
                + "c3335e07d6e89650bf94cb98664be69f8774dbc3198df221f113db0a59ea14f0");
    String authorization =
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20250615/us-east-1/bedrock/aws4_request,"
            + " SignedHeaders=content-type;host;x-amz-date,"
            + " Signature=b14c9c7dafd7a4d050aa325ca500e0525ea3132729187dddb20e7cf71516f6c9";
    assertThat(check.refusal(authorization, PATH, headers, BODY, NOW)).isNull();
  }

  @Test
  void aRequestIsSignedWithItsPathEncodedTwice() {
    Outbound request = outbound("https://" + HOST + ":443", PATH);

    assertThat(credential("", "").sign(request)).isNull();
    assertThat(refusal(check, request, HOST)).isNull();
    assertThat(request.headers())
        .containsEntry("x-amz-date", "20250615T120000Z")
        .containsEntry(
            "x-amz-content-sha256",
            "c3335e07d6e89650bf94cb98664be69f8774dbc3198df221f113db0a59ea14f0")
        .doesNotContainKeys("host", "x-amz-security-token");
    assertThat(request.pathAndQuery()).isEqualTo(PATH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.a/converse-stream",
        "/proxy/model/a.b-c_d~e/converse",
        "/model/a%20b%C3%A4/converse"
      })
  void otherPathsAndHostsAreSignedToo(String path) {
    Outbound request = outbound("http://127.0.0.1:8080", path);
    credential("", "").sign(request);

    assertThat(refusal(check, request, "127.0.0.1:8080")).isNull();
    assertThat(refusal(check, request, "127.0.0.1:8081")).contains("does not match");
  }

  @Test
  void aTemporaryKeyBringsItsToken() {
    Outbound request = outbound("https://" + HOST + ":443", PATH);
    credential("", "IQoJ//+==").sign(request);

    assertThat(refusal(new AwsSignature(ID, SECRET, "IQoJ//+==", "us-east-1"), request, HOST))
        .isNull();
    assertThat(refusal(check, request, HOST)).contains("ExpiredToken");
  }

  @Test
  void aWrongSecretOrRegionIsNoticed() {
    Outbound request = outbound("https://" + HOST + ":443", PATH);
    credential("", "").sign(request);

    assertThat(refusal(new AwsSignature(ID, "other", null, "us-east-1"), request, HOST))
        .contains("does not match");
    assertThat(refusal(new AwsSignature(ID, SECRET, null, "eu-west-1"), request, HOST))
        .contains("scoped");
  }

  @Test
  void anApiKeyWins() {
    Outbound request = outbound("https://" + HOST + ":443", PATH);

    assertThat(credential(" ABSKexample= ", "").sign(request)).isNull();
    assertThat(request.headers())
        .containsEntry("authorization", "Bearer ABSKexample=")
        .doesNotContainKey("x-amz-date");
  }

  @Test
  void anAccessKeyAndItsSecretMayStandInOneSetting() {
    for (String token : List.of("", "IQoJ//+==")) {
      Outbound request = outbound("https://" + HOST + ":443", PATH);
      credential(ID + ":" + SECRET, "", "", token).sign(request);

      AwsSignature expected =
          new AwsSignature(ID, SECRET, token.isEmpty() ? null : token, "us-east-1");
      assertThat(refusal(expected, request, HOST)).isNull();
    }
  }

  @Test
  void theTokenOfAnotherAccessKeyIsNotSent() {
    Outbound request = outbound("https://" + HOST + ":443", PATH);
    credential(ID + ":" + SECRET, "ASIAOTHER", "other", "IQoJ//+==").sign(request);

    assertThat(refusal(check, request, HOST)).isNull();
  }

  @Test
  void whatIsSecretIsKnownToBe() {
    Outbound request = outbound("https://" + HOST + ":443", PATH);
    credential("", "IQoJb3JpZ2luX2VjEXAMPLE").sign(request);

    assertThat(request.secrets()).contains("IQoJb3JpZ2luX2VjEXAMPLE");
    assertThat(request.secrets().toString()).doesNotContain(SECRET);
  }
}

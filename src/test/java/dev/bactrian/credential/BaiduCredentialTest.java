package dev.bactrian.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Script;
import dev.bactrian.simulator.BaiduIam;
import dev.bactrian.simulator.BaiduTokens;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaiduCredentialTest {
  private static final String BEARER = "bce-v3/ALTAK-simulated/0123456789abcdef";

  private final BaiduTokens tokens = new BaiduTokens();
  private final ProviderServer server = ProviderServer.start().always(tokens);
  private final TestClock clock = new TestClock(1_750_000_000_000L);

  @AfterEach
  void stop() {
    server.close();
  }

  private BaiduCredential with(String apiKey, String secretKey) {
    return with(apiKey, secretKey, "");
  }

  private BaiduCredential with(String apiKey, String secretKey, String appId) {
    Settings settings =
        Signed.settings(
            "api",
            "auto",
            "apiKey",
            apiKey,
            "secretKey",
            secretKey,
            "appId",
            appId,
            "accessKeyId",
            "",
            "secretAccessKey",
            "",
            "iamUrl",
            "",
            "baseUrl",
            "http://127.0.0.1:" + server.port() + "/",
            "tokenUrl",
            "/oauth/2.0/token");
    return new BaiduCredential(settings, clock);
  }

  private BaiduCredential keyPair() {
    return with(BaiduTokens.KEY, BaiduTokens.SECRET);
  }

  @Test
  void aBearerKeyIsSentAsItIs() {
    BaiduCredential credential = with(BEARER, "");
    Signed signed = Signed.by(credential);

    assertThat(credential.api()).isEqualTo("v2");
    assertThat(signed.authorization()).isEqualTo("Bearer " + BEARER);
    assertThat(signed.request().headers()).doesNotContainKey("appid");
    assertThat(signed.proof()).isNull();
  }

  @Test
  void anApplicationIsNamedInAHeader() {
    Signed signed = Signed.by(with(BEARER, "", "app-1"));

    assertThat(signed.request().headers()).containsEntry("appid", "app-1");
  }

  @Test
  void anApplicationsKeyIsExchangedForATokenInTheQuery() {
    Signed signed = Signed.by(keyPair());

    assertThat(signed.request().pathAndQuery())
        .isEqualTo("/v1/chat?access_token=" + signed.proof());
    assertThat(signed.request().headers()).doesNotContainKey("authorization");
    assertThat(signed.request().secrets()).contains(signed.proof());
    assertThat(tokens.isValid(String.valueOf(signed.proof()))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"|", ":"})
  void keyAndSecretMayStandInOneSetting(String separator) {
    BaiduCredential credential = with(BaiduTokens.KEY + separator + BaiduTokens.SECRET, "");

    assertThat(credential.api()).isEqualTo("v1");
    assertThat(Signed.by(credential).proof()).isEqualTo("24.simulated.1.2592000");
  }

  /** Made with Python's hmac: id TESTAK, secret TESTSK, at 1750000000 s. */
  @Test
  void aRequestForABearerKeyIsSigned() {
    BaiduAccessKey key =
        new BaiduAccessKey(
            new KeyPair("TESTAK", "TESTSK"),
            "https://iam.bj.baidubce.com/",
            new TokenService("Baidu", 1));

    assertThat(key.signature(1_750_000_000_999L))
        .isEqualTo(
            "bce-auth-v1/TESTAK/2025-06-15T15:06:40Z/1800/host/"
                + "76043903ef3be2a9f9cf0ca448f7bb9eafe972db046be168de73984bba46e68f");
  }

  @Test
  void anAccessKeyIsExchangedForABearerKeyAndAgainWhenItIsRefused() {
    BaiduIam iam = new BaiduIam();
    server.always(iam);
    BaiduCredential credential = new BaiduCredential(accessKey(BaiduIam.SECRET));
    Signed first = Signed.by(credential);

    assertThat(credential.api()).isEqualTo("v2");
    assertThat(iam.isValid(String.valueOf(first.proof()))).isTrue();
    assertThat(first.authorization()).isEqualTo("Bearer " + first.proof());
    assertThat(Signed.by(credential).proof()).isEqualTo(first.proof());
    assertThat(credential.renew(String.valueOf(first.proof()))).isTrue();
    assertThat(Signed.by(credential).proof()).isNotEqualTo(first.proof());
    assertThat(server.count()).isEqualTo(2);
  }

  @Test
  void aBearerKeyIsRenewedAnHourBeforeItExpires() {
    server.always(
        Script.status(200, "{\"token\":\"bce-v3/x\",\"expireTime\":\"2025-06-16T15:06:40.000Z\"}"));
    BaiduCredential credential = new BaiduCredential(accessKey(BaiduIam.SECRET), clock);
    Signed.by(credential);
    clock.forward(TimeUnit.HOURS.toMillis(23) - 1);
    Signed.by(credential);
    assertThat(server.count()).isEqualTo(1);
    clock.forward(1);
    Signed.by(credential);
    assertThat(server.count()).isEqualTo(2);
  }

  @Test
  void aWrongAccessKeyIsRefused() {
    server.always(new BaiduIam());
    BaiduCredential wrong = new BaiduCredential(accessKey("wrong-one"));
    failure(ErrorClass.AUTH, () -> Signed.by(wrong), "wrong-one");
    server.always(Script.status(200, "{}"));
    failure(ErrorClass.SERVER, () -> Signed.by(wrong), "wrong-one");
  }

  private Settings accessKey(String secret) {
    return Signed.settings(
        "api", "auto",
        "apiKey", "",
        "secretKey", "",
        "accessKeyId", BaiduIam.ID,
        "secretAccessKey", secret,
        "iamUrl", "http://127.0.0.1:" + server.port(),
        "appId", "",
        "baseUrl", "",
        "tokenUrl", "/oauth/2.0/token");
  }

  @Test
  void manyCallsFetchOneToken() {
    BaiduCredential credential = keyPair();

    assertThat(
            IntStream.range(0, 64)
                .parallel()
                .mapToObj(i -> String.valueOf(Signed.by(credential).proof()))
                .distinct())
        .hasSize(1);
    assertThat(server.count()).isEqualTo(1);
  }

  @Test
  void theTokenIsRenewedAnHourBeforeItExpires() {
    BaiduCredential credential = keyPair();
    Signed first = Signed.by(credential);
    clock.forward(TimeUnit.DAYS.toMillis(30) - TimeUnit.HOURS.toMillis(1) - 1);
    assertThat(Signed.by(credential).proof()).isEqualTo(first.proof());
    clock.forward(1);
    assertThat(Signed.by(credential).proof()).isNotEqualTo(first.proof());
  }

  @Test
  void aRefusedTokenIsFetchedAnew() {
    BaiduCredential credential = keyPair();
    Signed first = Signed.by(credential);
    assertThat(credential.renew(String.valueOf(first.proof()))).isTrue();

    assertThat(Signed.by(credential).proof()).isNotEqualTo(first.proof());
  }

  @Test
  void aWrongKeyIsRefused() {
    String secret = BaiduTokens.SECRET;
    failure(ErrorClass.AUTH, () -> Signed.by(with("wrong", secret)), secret);
    failure(ErrorClass.AUTH, () -> Signed.by(with(BaiduTokens.KEY, "wrong-one")), "wrong-one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | {\"error\":\"invalid_client\",\"error_description\":\"unknown client id\"} | AUTH",
        "200 | {} | SERVER",
        "200 | [] | SERVER",
        "200 | <html> | SERVER",
        "401 | {} | AUTH",
        "500 | {} | SERVER",
        "503 | {} | SERVER"
      })
  void aFailingServiceIsToldApart(int status, String body, ErrorClass expected) {
    server.always(Script.status(status, body));
    failure(expected, () -> Signed.by(keyPair()), BaiduTokens.SECRET);
  }

  @Test
  void aServiceThatClosesTheConnectionIsNotARefusal() {
    server.always(call -> call.cut());
    failure(ErrorClass.SERVER, () -> Signed.by(keyPair()), BaiduTokens.SECRET);
  }

  private static void failure(ErrorClass expected, Runnable call, String secret) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            UpstreamException.class,
            e -> {
              assertThat(e.errorClass()).isEqualTo(expected);
              assertThat(e.reason()).doesNotContain(secret).doesNotContain("127.");
            });
  }
}
